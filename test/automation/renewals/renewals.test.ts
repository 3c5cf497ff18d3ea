/**
 * Proves that `renewals --open` opens one pull request for each customer that ends soon, once, against Git's own server
 * and a stand-in for GitHub's API that is checked against GitHub's published description: merged it renews, closed the
 * access ends, and neither a lost connection nor a second run opens it again. What GitHub itself does is not proved here.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { writePulls } from "../../../automation/pulls/cache";
import type { PullRecord } from "../../../src/pulls/model";
import { gitHubPulls, type GitHubPulls } from "../support/gitHubPulls";
import { gitServer, type GitServer } from "../support/gitServer";
import { projectFolder, SETTINGS } from "../support/project";
import { script } from "../support/script";

const REPOSITORY = "vendor/registry";
const ACME = `# Our first customer
name: Acme <b>&</b> @Sons
repositories: [edge-agent, orchestrator]
expires: 2026-11-30 # signed by Jo
contact: ops@acme.example
`;
const BRANCH = "renewals/customers/acme/2026-11-30";

describe("renewals", function () {
  this.timeout(120_000);
  let [server, api]: [GitServer | undefined, GitHubPulls | undefined] = [undefined, undefined];
  beforeEach(async () => {
    server = await gitServer();
    api = await gitHubPulls(REPOSITORY, "a-token");
  });
  afterEach(() => {
    server?.close();
    api?.close();
    // Whatever a test looked at: no request and no answer was one that GitHub does not know.
    expect(api?.problems).to.deep.equal([]);
  });

  const gitIn = (directory: string, day: string, ...argv: string[]) => {
    const [name, email, date] = ["Jo", "jo@vendor.example", `${day}T10:00:00Z`];
    const who = ["AUTHOR", "COMMITTER"].flatMap((one) => [
      [`GIT_${one}_NAME`, name],
      [`GIT_${one}_EMAIL`, email],
      [`GIT_${one}_DATE`, date],
    ]);
    const env = { ...process.env, ...(Object.fromEntries(who) as Record<string, string>) };
    const set = ["-c", "commit.gpgsign=false"];
    return execFileSync("git", [...set, ...argv], {
      cwd: directory,
      env,
      encoding: "utf8",
      stdio: "pipe",
    });
  };

  /** A clone of a repository on the server, with customers. */
  function clone(
    customers: Readonly<Record<string, string>> = { acme: ACME },
    renewal = "same-length",
  ): string {
    const dev = `${SETTINGS}  ecr-customers:renewal: ${renewal}\n`;
    const directory = projectFolder(customers, { dev });
    const git = (...argv: string[]) => gitIn(directory, "2025-12-03", ...argv);
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", server?.url ?? "");
    git("add", "--all");
    git("commit", "--quiet", "-m", "Begin");
    git("push", "--quiet", "origin", "main");
    return directory;
  }

  async function run(directory: string, line = "renewals --open --json") {
    const environment = {
      GITHUB_API_URL: api?.url ?? "",
      GITHUB_TOKEN: "a-token",
      GITHUB_REPOSITORY: REPOSITORY,
    };
    const { code, stdout, stderr } = await script(line.split(" "), { directory, environment });
    if (!line.includes("--json")) return { code, said: stdout, shown: [] };
    const { renewals } = JSON.parse(stdout || "{}") as { renewals?: Shown[] };
    return { code, said: stderr, shown: renewals ?? [] };
  }
  interface Shown {
    customer: string;
    until?: string;
    note: string;
    pullRequest?: { number: number; state: string };
    error?: string;
  }
  const states = ({ shown }: { shown: Shown[] }) =>
    shown.map(({ pullRequest }) => `#${pullRequest?.number} ${pullRequest?.state}`);

  it("are shown without being proposed, with the reason for those that are not", async () => {
    const directory = clone({
      acme: ACME,
      globex:
        "name: Globex\nrepositories: [edge-agent]\nexpires: 2026-11-28\nsource: { system: crm, id: a1 }\n",
      hooli: "name: Hooli\nrepositories: [edge-agent]\n",
    });
    const { code, said } = await run(directory, "renewals");
    expect(code, said).to.equal(0);
    expect(said.replace(/ {2,}/g, "  ")).to.equal(
      `customer  ends  renewed until  pull request
globex  2026-11-28  not proposed  its end date comes from the sales system
acme  2026-11-30  2027-11-30  12 months later, as long as the term that ends
1 renewal to propose.
`,
    );
    expect(api?.requests).to.deep.equal([]);
  });

  it("are proposed once: the text says who it is, what it pulls and what happens; comments stay", async () => {
    const directory = clone();
    expect(states(await run(directory))).to.deep.equal(["#1 opened"]);
    expect(states(await run(directory))).to.deep.equal(["#1 open"]);
    const [request] = api?.requests ?? [];
    expect(request).to.include({
      title: "Renew acme until 2027-11-30",
      head: BRANCH,
      base: "main",
    });
    expect(request?.body).to.equal(`<!-- ecr-customers renewal of customers/acme.yaml 2026-11-30 -->
The access of **\` Acme <b>&</b> @Sons \`** (\`acme\`) ends after **2026-11-30** (UTC). Merging this pull request renews it until **2027-11-30**, 12 months later, as long as the term that ends.

| | |
| --- | --- |
| Pulls | \`edge-agent\`, \`orchestrator\` |
| By | 1 active key |
| Last pull | not known: \`ecr-customers pulls\` was not run before |
| Contact | \` ops@acme.example \` |
| Owner | none |

- **Merged**: renewed. The next update changes the end in AWS; keys stay as they are.
- **Closed, or not merged by 2026-11-30**: access ends. AWS refuses pulls after that day, whether or not anything runs; user and keys stay, and a later \`expires\` in \`customers/acme.yaml\` gives the access back.
- For another end, edit \`expires\` in this branch. A pull request for this end is not opened again.
`);
    expect(server?.git("diff", "--stat=80", "main", BRANCH)).to.contain(
      "1 file changed, 1 insertion(+), 1 deletion(-)",
    );
    expect(server?.git("show", `${BRANCH}:customers/acme.yaml`)).to.equal(
      ACME.replace("2026-11-30", "2027-11-30"),
    );
    // The clone itself is as it was.
    expect(gitIn(directory, "2026-11-23", "status", "--porcelain")).to.equal("");
    expect(readFileSync(join(directory, "customers", "acme.yaml"), "utf8")).to.equal(ACME);
  });

  it("say when the customer pulled last, as far as `pulls` has read it", async () => {
    const customers = { acme: ACME, globex: ACME.replace("11-30", "12-01") };
    const directory = clone(customers);
    const coverage = { from: "2026-09-01T00:00:00Z", through: "2026-11-22T00:00:00Z" };
    const pull = { id: "1", at: "2026-11-20T08:00:00Z", region: "eu-central-1", key: "AKIA1" };
    const arn = "arn:aws:iam::123456789012:user/customers/acme";
    const read: PullRecord = {
      regions: { "eu-central-1": coverage },
      pulls: [{ ...pull, arn, address: "192.0.2.1", repository: "edge-agent", image: "1.0" }],
    };
    writePulls(directory, "dev", read);
    await run(directory);
    expect(api?.requests.map(({ body }) => /Last pull \| (.*) \|/.exec(body)?.[1])).to.deep.equal([
      "on 2026\\-11\\-20",
      "none from 2026\\-09\\-01 to 2026\\-11\\-22",
    ]);
  });

  it("renew by the merge: nothing is proposed any more, and the access lasts", async () => {
    const directory = clone();
    await run(directory);
    gitIn(directory, "2026-11-24", "fetch", "--quiet", "origin", BRANCH);
    gitIn(directory, "2026-11-24", "merge", "--quiet", "--no-ff", "-m", "Merge", "FETCH_HEAD");
    Object.assign(api?.requests[0] ?? {}, { state: "closed", mergedAt: "2026-11-24T10:00:00Z" });
    expect((await run(directory)).shown).to.deep.equal([]);
    const access = await script(["access", "acme", "--as-of", "2027-11-30"], { directory });
    expect(access.stdout).to.contain("edge-agent");
    // A year later its term is again a year.
    const { stdout } = await script(["renewals"], { directory, today: "2027-11-20" });
    expect(stdout).to.contain("2028-11-30").and.to.contain("12 months later");
  });

  it("that were closed, or merged and taken back, are not opened again", async () => {
    const directory = clone();
    await run(directory);
    const [request] = api?.requests ?? [];
    server?.git("branch", "-D", BRANCH);
    for (const [mergedAt, state] of [
      [null, "closed"],
      ["2026-11-24T10:00:00Z", "merged"],
    ] as const) {
      Object.assign(request ?? {}, { state: "closed", mergedAt });
      expect(states(await run(directory))).to.deep.equal([`#1 ${state}`]);
    }
    expect(api?.requests).to.have.length(1);
    expect(server?.git("branch", "--list", "renewals/*")).to.equal("");
    // Another end is another renewal.
    writeFileSync(join(directory, "customers", "acme.yaml"), ACME.replace("11-30", "12-02"));
    gitIn(directory, "2026-11-25", "commit", "--quiet", "--all", "-m", "Extend a little");
    expect(states(await run(directory))).to.deep.equal(["#2 opened"]);
  });

  for (const [fault, then] of [
    ["lost before", "#1 opened"],
    ["lost after", "#1 open"],
  ] as const) {
    it(`are proposed once when the connection is ${fault} GitHub opened the pull request`, async () => {
      const directory = clone({ acme: ACME, globex: ACME.replace("11-30", "12-01") });
      api?.faults.push(fault);
      const first = await run(directory);
      // The other customer's is opened whatever happened to the first.
      const number = fault === "lost before" ? 1 : 2;
      expect(first.shown[1]?.pullRequest).to.deep.equal({ number, state: "opened" });
      expect(first.code).to.equal(fault === "lost before" ? 1 : 0);
      expect(server?.git("rev-parse", BRANCH)).to.have.length(41);
      const again = (await run(directory)).shown[0];
      const expected =
        fault === "lost before" ? { number: 2, state: "opened" } : { number: 1, state: "open" };
      expect(again?.pullRequest, then).to.deep.equal(expected);
      expect(api?.requests.map(({ head }) => head).sort()).to.deep.equal([
        BRANCH,
        "renewals/customers/globex/2026-12-01",
      ]);
    });
  }

  it("of two runs at once are opened by one of them, from the same commit", async () => {
    const directory = clone();
    const other = projectFolder({});
    execFileSync("git", ["clone", "--quiet", server?.url ?? "", join(other, "clone")]);
    const both = await Promise.all([run(directory), run(join(other, "clone"))]);
    expect(both.map(states).flat().sort()).to.deep.equal(["#1 open", "#1 opened"]);
    expect(api?.requests).to.have.length(1);
  });

  it("do not overwrite a branch that changed after GitHub was asked", async () => {
    const directory = clone();
    api?.onList.push(() => server?.git("branch", BRANCH, "main"));
    const { code, shown } = await run(directory);
    expect([code, shown[0]?.error?.startsWith("git push failed: ")]).to.deep.equal([1, true]);
    expect(server?.git("rev-parse", BRANCH)).to.equal(server?.git("rev-parse", "main"));
  });

  it("are refused for what is not committed, without a rule, and without GitHub's variables", async () => {
    const directory = clone();
    writeFileSync(join(directory, "customers", "acme.yaml"), `${ACME}owner: jo@vendor.example\n`);
    const edited = await run(directory);
    expect([edited.code, edited.shown[0]?.error]).to.deep.equal([
      1,
      "customers/acme.yaml is not as it was committed",
    ]);
    const without = await script(["renewals"], { directory: projectFolder({ acme: ACME }) });
    expect([without.code, without.stdout]).to.deep.equal([0, ""]);
    expect(without.stderr).to.contain("The settings of dev do not say how long a renewal lasts");
    const local = await script(["renewals", "--open"], { directory });
    expect([local.code, local.stderr]).to.deep.include(1);
    expect(local.stderr).to.contain("GITHUB_TOKEN is not set");
  });

  it("have no length in a clone with the latest commits only, unless the settings say one", async () => {
    const directory = clone();
    gitIn(directory, "2026-01-01", "commit", "--quiet", "--allow-empty", "-m", "Later");
    gitIn(directory, "2026-01-01", "push", "--quiet", "origin", "main");
    const shallow = join(projectFolder({}), "clone");
    execFileSync("git", ["clone", "--quiet", "--depth=1", server?.url ?? "", shallow]);
    expect((await run(shallow, "renewals")).said).to.contain("fetch the whole history");
  });
});
