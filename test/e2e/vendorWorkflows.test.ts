/**
 * Proves that the workflows of a fresh vendor's repository do their work: every step of a pull request that adds the
 * first customer, from the checkout to the comment's text, then of the merge, of nights with and without a change
 * made by hand, and of an import of the sales system's export, in the order of the YAML, against the sandbox.
 * Stand-ins, each named below, take the place of actions, of `npm ci`, `gh` and `curl`, and of GitHub's API; that
 * GitHub itself runs these files is not proved here.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { version } from "../../package.json";
import { REPOSITORY } from "./support/gitHubStandIns";
import { ranSteps as names, VendorOrigin } from "./support/vendorOrigin";
import { withSandbox } from "./support/withSandbox";
import { evaluate } from "./support/workflowExpressions";

const NUMBER = 7;
const UPGRADE = 8;
/** Number → branch of the pull requests. */
const BRANCHES: Readonly<Record<number, string>> = { [NUMBER]: "acme", [UPGRADE]: "upgrade" };

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;

describe("the workflows of a fresh vendor's repository", function () {
  const running = withSandbox(this, SETTINGS);
  let vendor: VendorOrigin;
  const git = (...args: string[]) => vendor.git(...args);
  const run: VendorOrigin["run"] = (...args) => vendor.run(...args);

  before(async () => {
    vendor = await VendorOrigin.create(running, (number) =>
      git("rev-parse", BRANCHES[number] ?? ""),
    );
    const { origin } = vendor;
    git("switch", "--quiet", "-c", "upgrade");
    const manifest = join(origin, "package.json");
    const upgraded = readFileSync(manifest, "utf8").replace(`"${version}"`, '"999.0.0"');
    writeFileSync(manifest, upgraded);
    git("commit", "--quiet", "--all", "-m", "Upgrade");
    git("switch", "--quiet", "main");
    git("switch", "--quiet", "-c", "acme");
    writeFileSync(
      join(origin, "customers", "acme.yaml"),
      "name: Acme\nrepositories: [edge-agent]\n",
    );
    git("add", "--all");
    git("commit", "--quiet", "-m", "Add Acme");
    // The upgrade comes after the customer, so that its preview has one.
    for (const [number, from] of [
      [NUMBER, "main"],
      [UPGRADE, `refs/pull/${NUMBER}/merge`],
    ] as const) {
      git("switch", "--quiet", "--detach", from);
      git("merge", "--quiet", "--no-ff", "--no-edit", BRANCHES[number] ?? "");
      git("update-ref", `refs/pull/${number}/merge`, "HEAD");
    }
    git("switch", "--quiet", "main");
  });
  after(() => vendor?.remove());

  it("check a pull request with validate and the proof, and build nothing", async () => {
    const runs = await run("check", `refs/pull/${NUMBER}/merge`, {
      event_name: "pull_request",
      ref: `refs/pull/${NUMBER}/merge`,
    });
    expect(names(runs)).to.deep.equal([
      "actions/checkout",
      "actions/setup-node",
      "actions/cache",
      "npm ci",
      "Check every file",
      "Prove who may pull what",
    ]);
    expect(runs.at(-2)?.output).to.contain("dev: 1 customer, no problems");
    const [checked, proved] = runs.slice(-2).map(({ milliseconds }) => milliseconds / 1_000);
    console.log(`    validate ${checked?.toFixed(1)} s, access --prove ${proved?.toFixed(1)} s`);
  });

  const preview = (number: number) =>
    run("preview", "refs/heads/main", {
      event_name: "workflow_run",
      ref: "refs/heads/main",
      event: {
        workflow_run: {
          event: "pull_request",
          conclusion: "success",
          head_repository: { full_name: REPOSITORY },
          head_branch: BRANCHES[number],
          head_sha: git("rev-parse", BRANCHES[number] ?? ""),
          pull_requests: [{ number }],
        },
      },
    });

  it("comment on it who gains access, with the default branch's program", async () => {
    const runs = await preview(NUMBER);
    expect(names(runs)).to.deep.equal([
      "Check that this repository is set up",
      "actions/checkout",
      "actions/setup-node",
      "actions/cache",
      "npm ci",
      "Fetch the pull request's customer files and settings",
      "actions/cache",
      "pulumi/actions",
      "aws-actions/configure-aws-credentials",
      "Preview",
      "Comment",
    ]);
    expect(vendor.comments).to.have.length(1);
    expect(vendor.comments[0]).to.contain("<!-- ecr-customers preview of dev -->");
    expect(vendor.comments[0]).to.contain("- **acme** new, gains edge\\-agent");
    expect(vendor.comments[0]).to.contain(`For ${git("rev-parse", "acme").slice(0, 12)}, [log](`);
    expect(await running.sandbox.view.users()).to.deep.equal([]);
  });

  it("preview an upgrade with the version that it proposes, installed before the job has a role", async () => {
    vendor.comments.length = 0;
    const runs = await preview(UPGRADE);
    const install = "Install the version that the pull request proposes";
    expect(names(runs).filter((name) => !name.startsWith("actions/"))).to.deep.equal([
      "Check that this repository is set up",
      "npm ci",
      "Fetch the pull request's customer files and settings",
      install,
      "pulumi/actions",
      "aws-actions/configure-aws-credentials",
      "Preview",
      "Comment",
    ]);
    expect(runs.find(({ step }) => step === install)?.output).to.match(
      /^npm install --ignore-scripts --save-exact --before \d{4}-\d\d-\d\dT[\d:]+Z ecr-customers@999\.0\.0\nnpm audit signatures\n/,
    );
    expect(vendor.comments[0]).to.contain("Made with ecr-customers 999.0.0");
    expect(vendor.comments[0]).not.to.contain("other file");
  });

  it("do not preview a pull request of a fork", async () => {
    const workflow_run = {
      event: "pull_request",
      conclusion: "success",
      head_repository: { full_name: "mallory/registry" },
    };
    expect(await run("preview", "refs/heads/main", { event: { workflow_run } })).to.deep.equal([]);
  });

  it("apply it once it is merged", async () => {
    git("merge", "--quiet", "--no-ff", "--no-edit", "acme");
    const runs = await run("apply", "refs/heads/main", {
      event_name: "push",
      ref: "refs/heads/main",
    });
    expect(names(runs).slice(-2)).to.deep.equal([
      "aws-actions/configure-aws-credentials",
      "Update",
    ]);
    const users = await running.sandbox.view.users();
    expect(users.map(({ name, groups }) => [name, groups])).to.deep.equal([
      ["acme", ["ecr-customers"]],
    ]);
  });

  const night = (fails?: string) =>
    run(
      "apply",
      "refs/heads/main",
      {
        event_name: "schedule",
        ref: "refs/heads/main",
        server_url: "https://github.com",
        run_id: "1",
      },
      fails === undefined ? {} : { fails },
    );

  it("leave no issue after a night with nothing to do, although it refreshed the state", async () => {
    const runs = await night();
    expect(names(runs).slice(-3)).to.deep.equal([
      "Update",
      "Report what is left",
      "Keep the issue",
    ]);
    expect(runs.find(({ step }) => step === "Update")?.output).to.contain("Nothing to do.");
    expect(vendor.asked()).to.deep.equal([""]);
  });

  let byHand: string;

  it("open an issue with what a night could not repair, with keys and the run", async () => {
    const { iam } = running.sandbox.view;
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: "acme" }));
    byHand = made.AccessKey?.AccessKeyId ?? "";
    const runs = await night("Update");
    expect(names(runs).slice(-2)).to.deep.equal(["Report what is left", "Keep the issue"]);
    expect(vendor.asked()).to.deep.equal([
      "label create drift --force --description AWS differs from the files",
      "issue create --label drift --title AWS differs from the files of dev --body-file body.md",
    ]);
    const body = vendor.body;
    expect(body).to.contain(byHand).and.to.contain("\n### Keys\n\n~~~text\n");
    expect(body).to.contain(`The run: https://github.com/${REPOSITORY}/actions/runs/1 (failure)`);
    expect(body).not.to.contain("end-");
  });

  it("update it in the next night, and open no other", async () => {
    await night("Update");
    expect(vendor.asked()).to.deep.equal(["issue edit 5 --body-file body.md"]);
  });

  it("close it once there is nothing left", async () => {
    const removed = { UserName: "acme", AccessKeyId: byHand };
    await running.sandbox.view.iam.send(new DeleteAccessKeyCommand(removed));
    await night();
    expect(vendor.asked()).to.deep.equal(["issue close 5 --comment AWS holds what the files say."]);
  });

  const sync = (fails?: string) =>
    run(
      "sync",
      "refs/heads/main",
      { event_name: "workflow_dispatch", ref: "refs/heads/main" },
      { ...(fails === undefined ? {} : { fails }), inputs: { removals: "report" } },
    );
  const onBranch = (...args: string[]) => git("show", "--format=", ...args, "import/sales");

  it("propose what the sales system's export changes in one pull request, and change nothing in AWS", async () => {
    mkdirSync(join(vendor.origin, "mappings"));
    writeFileSync(
      join(vendor.origin, "mappings", "sales.yaml"),
      "system: crm\ncolumns: { id: Id, name: Name, status: Stage }\nstatuses: { Won: grant }\nrepositories: [edge-agent]\n",
    );
    git("add", "--all");
    git("commit", "--quiet", "-m", "Add the mapping");
    writeFileSync(join(vendor.root, "export"), "Id,Name,Stage\n17,Globex,Won\n");
    const runs = await sync();
    expect(names(runs)).to.deep.equal([
      "actions/checkout",
      "actions/setup-node",
      "actions/cache",
      "npm ci",
      "Fetch the export",
      "Import",
      "Show the report, also after a refusal",
      "Open or update the pull request",
    ]);
    expect(vendor.asked()).to.deep.equal([
      "auth setup-git",
      `pr create --base main --head import/sales --title Import the sales system's export --body-file ${join("…", "import.md")}`,
    ]);
    expect(vendor.body).to.contain("globex");
    expect(onBranch("--name-only").split("\n")).to.deep.equal([
      "customers/globex.yaml",
      "imports/crm.json",
    ]);
    expect((await running.sandbox.view.users()).map(({ name }) => name)).to.deep.equal(["acme"]);

    writeFileSync(join(vendor.root, "export"), "Id,Name,Stage\n17,Globex,Won\n18,Hooli,Won\n");
    await sync();
    expect(vendor.asked().at(-1)).to.match(/^pr edit 9 --body-file /);
    expect(onBranch("--name-only")).to.contain("customers/hooli.yaml");
  });

  it("propose nothing when the import is refused, and show why", async () => {
    writeFileSync(join(vendor.root, "export"), "Id,Name,Stage\n17,Globex,Gone\n");
    const before = git("rev-parse", "import/sales");
    const runs = await sync("Import");
    expect(names(runs).at(-1)).to.equal("Show the report, also after a refusal");
    expect(runs.find(({ step }) => step === "Import")?.output).to.contain("[status-unmapped]");
    expect([vendor.asked(), git("rev-parse", "import/sales")]).to.deep.equal([[""], before]);
  });

  it("propose nothing when the export changes nothing", async () => {
    git("merge", "--quiet", "--no-edit", "import/sales");
    writeFileSync(join(vendor.root, "export"), "Id,Name,Stage\n17,Globex,Won\n18,Hooli,Won\n");
    const runs = await sync();
    expect(runs.at(-1)?.output).to.contain("Nothing changes.");
    expect(vendor.asked()).to.deep.equal([""]);
  });
});

describe("the expressions of the workflows", () => {
  const contexts = {
    inputs: { "aws-role": "a", empty: "" },
    github: { event: { pulls: [{ number: 3 }] } },
    vars: {},
    needs: {
      plan: { result: "success" },
      cell: { result: "failure", outputs: { cells: "[0,2]" } },
    },
  };
  for (const [expression, value] of [
    ["inputs.aws-role || vars.AWS_ROLE", "a"],
    ["inputs.empty || vars.AWS_ROLE", ""],
    ["inputs.aws-role != '' && 'it''s' || 'b'", "it's"],
    ["github.event.pulls[0].number", 3],
    ["github.event.gone[0].number", ""],
    ["!cancelled() && inputs.empty != ''", false],
    ["inputs.empty || false", false],
    ["contains(needs.*.result, 'failure') && 'failure' || needs.plan.result", "failure"],
    ["contains(needs.*.result, 'cancelled') && 'failure' || needs.plan.result", "success"],
    ["needs.cell.outputs.cells != '[]'", true],
    ["needs.gone.result != 'failure'", true],
  ] as const) {
    it(`are read as GitHub reads them: ${expression}`, () => {
      expect(evaluate(expression, contexts)).to.equal(value);
    });
  }
});
