/**
 * Proves that an existing deployment moves to another number of cells and back without a write to AWS: the
 * same users, keys, policies and secrets, and nothing to do afterwards. And that an interrupted move blocks
 * every update until it is finished by running it again.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox, type Running } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const IDS = Array.from({ length: 6 }, (_, at) => `customer-${at}`);

/** An engine that fails after having executed the n-th call of one of its commands. */
function fakeEngine({ sandbox }: Running, command: string, nth: number): string {
  const directory = mkdtempSync(join(tmpdir(), "engine-"));
  const script = `#!/bin/sh
case " $* " in
  *" ${command} "*)
    echo x >> '${directory}/count'
    '${sandbox.engine.executable}' "$@" || exit $?
    [ "$(wc -l < '${directory}/count')" -ge ${nth} ] && { echo "killed" >&2; exit 137; }
    exit 0;;
esac
exec '${sandbox.engine.executable}' "$@"
`;
  writeFileSync(join(directory, "pulumi"), script);
  chmodSync(join(directory, "pulumi"), 0o755);
  return directory;
}

describe("a move to other cells", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);

  before(async () => {
    for (const id of IDS) {
      running.project.write(
        id,
        `name: ${id}\nrepositories: [edge-agent, sdk]\nexpires: 2027-01-31\n`,
      );
    }
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  async function inAws() {
    const { view } = running.sandbox;
    return { users: await view.users(), policy: await view.repositoryPolicy("edge-agent") };
  }

  async function moved(cells: number): Promise<void> {
    const { journal } = running.sandbox.front;
    const [before, writes] = [await inAws(), journal.writes()];
    const { code, stdout, stderr } = await run("cells", "--set", String(cells));
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("Read back from AWS: nothing changed there.");
    expect(journal.writes() - writes).to.equal(0);
    expect(await inAws()).to.deep.equal(before);
    const settings = readFileSync(join(running.project.directory, "Pulumi.dev.yaml"), "utf8");
    expect(settings).to.contain(`ecr-customers:cells: ${cells}\n`);
    const preview = await run("preview", "--all", "--expect-no-changes");
    expect(preview.code, preview.stdout).to.equal(0);
  }

  it("changes nothing in AWS when one stack becomes three, and keeps a backup of the states", async () => {
    await moved(3);
    const [folder = ""] = readdirSync(join(running.project.directory, ".cells-backup"));
    const files = readdirSync(join(running.project.directory, ".cells-backup", folder)).sort();
    expect(files).to.include("dev.json");
  });

  it("is followed by updates of single cells", async () => {
    const text = "name: customer-0\nrepositories: [edge-agent, sdk]\nexpires: 2027-01-31\n";
    running.project.write("customer-0", `${text}keys: { 1: active, 2: active }\n`);
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("1 of 1 cell");
  });

  it("moves only the customers whose cell changes", async () => {
    await moved(4);
  });

  // In the order of its work: a move of state, recording the outputs, removing a stack.
  for (const [at, command] of [
    [2, "state move"],
    [1, "up"],
    [1, "stack rm"],
  ] as const) {
    it(`blocks every update after a crash in \`${command}\`, and is finished by running it again`, async () => {
      const before = await inAws();
      const dying = fakeEngine(running, command, at);
      const target = command === "up" ? 5 : 3;
      const died = await customersScript(running, ["cells", "--set", String(target)], {
        environment: { PATH: `${dying}:${running.project.environment["PATH"]}` },
      });
      expect(died.code, died.stderr).to.equal(1);
      const update = await run("up", "--yes");
      expect([update.code, /interrupted|settings say/.test(update.stderr)]).to.deep.equal([
        1,
        true,
      ]);
      await moved(target);
      expect(await inAws()).to.deep.equal(before);
    });
  }

  it("changes nothing in AWS when moved back to one stack", async () => {
    await moved(1);
  });
});
