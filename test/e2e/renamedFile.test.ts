/**
 * Proves that a customer file that was renamed (`git mv`) is refused by `validate`, `preview` and `up`,
 * before any write to AWS and whatever the limits say, and that both ways out end well: the old name
 * back, with the same key as before, or off-boarding the old id.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customerKey } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const ACME = "name: Acme\nrepositories: [edge-agent]\n";
const WAY_OUT =
  "Rename acme-inc.yaml back to acme.yaml: an id stays when a company's name changes. To give the customer another id and another key, off-board the old id first: ";
const ALLOWED = ["--allow-revocations", "99", "--allow-replacements", "99"];

describe("a customer file that was renamed after an update", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(180_000);

  function git(...argv: string[]): void {
    const who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...who, ...argv], { cwd: running.project.directory, stdio: "ignore" });
  }

  const run = (...argv: string[]) => customersScript(running, argv);

  async function passes(...argv: string[]): Promise<void> {
    const { code, stdout, stderr } = await run(...argv);
    expect(code, stdout + stderr).to.equal(0);
  }

  async function refused(code: number, ...argv: string[]): Promise<void> {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const done = await run(...argv);
    expect([done.code, journal.writes() - before], done.stderr).to.deep.equal([code, 0]);
    expect(done.stdout + done.stderr).to.contain(WAY_OUT);
  }

  it("is refused by each command until it has its name back, and the key stays", async () => {
    running.project.write("acme", ACME);
    running.project.write("globex", ACME.replace("Acme", "Globex"));
    await passes("up", "--yes");
    const { accessKeyId } = customerKey(running, "acme-1");
    git("init", "-b", "main");
    git("add", "customers");
    git("commit", "-m", "customers");
    git("mv", "customers/acme.yaml", "customers/acme-inc.yaml");
    await refused(1, "validate");
    await refused(2, "preview");
    await refused(2, "up", "--yes", ...ALLOWED, "--allow-unknown-changes");
    // Also where git knows nothing of it: by what the last update recorded.
    rmSync(join(running.project.directory, ".git"), { recursive: true });
    await refused(2, "up", "--yes", ...ALLOWED);
    running.project.remove("acme-inc");
    running.project.write("acme", ACME);
    await passes("validate");
    await passes("up", "--yes");
    expect(customerKey(running, "acme-1").accessKeyId).to.equal(accessKeyId);
  });

  it("may have its new name once the old id was off-boarded", async () => {
    await passes("offboard", "acme");
    await passes("up", "--yes");
    await passes("offboard", "acme");
    running.project.write("acme-inc", ACME);
    await passes("validate");
    await passes("up", "--yes");
    expect(customerKey(running, "acme-inc-1").accessKeyId).to.match(/^AKIA/);
  });
});
