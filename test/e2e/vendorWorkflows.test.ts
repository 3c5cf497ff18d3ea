/**
 * Proves that the workflows of a fresh vendor's repository do their work: every step of a pull request that adds the
 * first customer, from the checkout to the comment's text, then of the merge, of nights with and without a change
 * made by hand, and of an import of the sales system's export, in the order of the YAML, against the sandbox.
 * Stand-ins, each named below, take the place of actions, of `npm ci`, `gh` and `curl`, and of GitHub's API; that
 * GitHub itself runs these files is not proved here.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { version } from "../../package.json";
import { PROJECT } from "../../sandbox/paths";
import { script } from "../automation/support/script";
import { withSandbox } from "./support/withSandbox";
import { evaluate, type Contexts } from "./support/workflowExpressions";
import { runWorkflow, type StandIns, type StepRun } from "./support/workflowRunner";

const REPOSITORY = "acme/registry";
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
  let root: string;
  let origin: string;
  let api: Server;
  /** Bodies of the comments that were written. */
  const comments: string[] = [];

  const git = (...args: string[]) => {
    const set = ["user.name=t", "user.email=t@example.com", "commit.gpgsign=false"];
    return execFileSync("git", [...set.flatMap((one) => ["-c", one]), ...args], {
      cwd: origin,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  };

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "vendor-workflows-"));
    origin = join(root, "origin");
    const { environment, directory } = running.project;
    const flags =
      "--stack dev --account 123456789012 --region eu-central-1 --repositories edge-agent,orchestrator --secrets-provider passphrase";
    const made = await script(
      [
        "init",
        "origin",
        "--yes",
        ...flags.split(" "),
        "--github",
        REPOSITORY,
        "--state",
        environment["PULUMI_BACKEND_URL"] ?? "",
      ],
      { directory: root },
    );
    expect(made.code, made.stderr).to.equal(0);
    // `pulumi stack init` has written it; the vendor commits it.
    const salt = /^encryptionsalt:.*\n/m.exec(
      readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8"),
    );
    const settings = join(origin, "Pulumi.dev.yaml");
    writeFileSync(settings, `${salt?.[0] ?? ""}${readFileSync(settings, "utf8")}`);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "-m", "Begin");

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
    api = await gitHubApi((number) => git("rev-parse", BRANCHES[number] ?? ""), comments);
  });
  after(() => {
    api?.close();
    rmSync(root, { recursive: true, force: true });
  });

  /**
   * Runs a workflow of the vendor's, as an event starts it.
   *
   * @param fails - the step that fails; none without it.
   */
  async function run(
    name: string,
    ref: string,
    github: Contexts,
    { fails, inputs = {} }: { fails?: string; inputs?: Contexts } = {},
  ): Promise<StepRun[]> {
    const { sandbox } = running;
    const folder = mkdtempSync(join(root, `${name}-`));
    const bin = join(folder, "bin");
    mkdirSync(bin);
    // `npm ci` would install the package: this program takes its place, started from here. So it does for a newer version.
    writeExecutable(
      join(bin, "npm"),
      `#!/bin/sh\ncase "$1" in ci) ;; install|audit) echo "npm $*"; exit;; *) exit 9;; esac\nmkdir -p node_modules/.bin\nprintf '#!/bin/sh\\nexec "%s" "%s" "$@"\\n' '${process.execPath}' '${join(PROJECT, "automation", "customers.mjs")}' > node_modules/.bin/ecr-customers\nchmod +x node_modules/.bin/ecr-customers\n`,
    );
    writeExecutable(join(bin, "gh"), GH);
    writeExecutable(join(bin, "curl"), CURL);
    const nothing = () => undefined;
    const standIns: StandIns = {
      "actions/checkout": ({ ref: asked = ref }, { workspace }) => {
        const folderOf = join(workspace);
        execFileSync("git", ["init", "--quiet", folderOf]);
        const inside = (...args: string[]) =>
          execFileSync("git", args, { cwd: folderOf, stdio: "ignore" });
        inside("remote", "add", "origin", `file://${origin}`);
        inside("fetch", "--depth=1", "origin", asked);
        inside("checkout", "--detach", "FETCH_HEAD");
      },
      "actions/setup-node": nothing,
      "actions/cache": nothing,
      // The sandbox's own engine.
      "pulumi/actions": (_, { environment }) => {
        const engine = dirname(sandbox.engine.executable);
        environment["PATH"] = [bin, engine, process.env["PATH"]].join(delimiter);
      },
      // The sandbox's administrator instead of the role.
      "aws-actions/configure-aws-credentials": (inputs, { environment }) => {
        expect(inputs["role-to-assume"]).to.match(
          /^arn:aws:iam::123456789012:role\/ecr-customers-/,
        );
        expect(inputs["allowed-account-ids"]).to.equal("123456789012");
        // The state is the one that the caller names.
        const own = ["PULUMI_BACKEND_URL", "PATH"];
        const others = Object.entries(running.project.environment);
        Object.assign(
          environment,
          Object.fromEntries(others.filter(([name]) => !own.includes(name))),
        );
      },
    };
    const { port } = api.address() as AddressInfo;
    const runs = await runWorkflow({
      text: readFileSync(join(origin, ".github", "workflows", `${name}.yml`), "utf8"),
      contexts: {
        github: { repository: REPOSITORY, token: "a-token", ...github },
        inputs,
        secrets: {
          EXPORT_URL: "https://crm.example.com/export",
          EXPORT_HEADER: "Authorization: Bearer of-the-crm",
          PULUMI_CONFIG_PASSPHRASE: running.project.environment["PULUMI_CONFIG_PASSPHRASE"],
        },
        runner: { os: "Linux", arch: "X64" },
      },
      called: (uses) =>
        readFileSync(
          join(PROJECT, ".github", "workflows", basename(uses.split("@")[0] ?? "")),
          "utf8",
        ),
      standIns,
      folder,
      environment: {
        PATH: [bin, process.env["PATH"]].join(delimiter),
        HOME: join(folder, "home"),
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: `http://127.0.0.1:${port}`,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: REPOSITORY,
        GITHUB_RUN_ID: "1",
        STAND_INS: root,
      },
    });
    for (const { step, code, output } of runs) {
      if (step === fails) expect(code, output).to.equal(1);
      else expect(code ?? 0, `${step}\n${output}`).to.equal(0);
    }
    return runs;
  }

  const names = (runs: StepRun[]) =>
    runs.filter(({ code }) => code !== undefined).map(({ step }) => step);

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
    expect(comments).to.have.length(1);
    expect(comments[0]).to.contain("<!-- ecr-customers preview of dev -->");
    expect(comments[0]).to.contain("- **acme** new, gains edge\\-agent");
    expect(comments[0]).to.contain(`For ${git("rev-parse", "acme").slice(0, 12)}, [log](`);
    expect(await running.sandbox.view.users()).to.deep.equal([]);
  });

  it("preview an upgrade with the version that it proposes, installed before the job has a role", async () => {
    comments.length = 0;
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
    expect(comments[0]).to.contain("Made with ecr-customers 999.0.0");
    expect(comments[0]).not.to.contain("other file");
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

  const inRoot = (name: string) => {
    const file = join(root, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  /** What the workflow asked of `gh`, since the last time. */
  const asked = () => {
    const log = inRoot("log");
    rmSync(join(root, "log"), { force: true });
    return log.trim().split("\n");
  };
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
    expect(asked()).to.deep.equal([""]);
  });

  let byHand: string;

  it("open an issue with what a night could not repair, with keys and the run", async () => {
    const { iam } = running.sandbox.view;
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: "acme" }));
    byHand = made.AccessKey?.AccessKeyId ?? "";
    const runs = await night("Update");
    expect(names(runs).slice(-2)).to.deep.equal(["Report what is left", "Keep the issue"]);
    expect(asked()).to.deep.equal([
      "label create drift --force --description AWS differs from the files",
      "issue create --label drift --title AWS differs from the files of dev --body-file body.md",
    ]);
    const body = inRoot("body");
    expect(body).to.contain(byHand).and.to.contain("\n### Keys\n\n~~~text\n");
    expect(body).to.contain(`The run: https://github.com/${REPOSITORY}/actions/runs/1 (failure)`);
    expect(body).not.to.contain("end-");
  });

  it("write it anew in the next night, and open no other", async () => {
    await night("Update");
    expect(asked()).to.deep.equal(["issue edit 5 --body-file body.md"]);
  });

  it("close it once there is nothing left", async () => {
    const removed = { UserName: "acme", AccessKeyId: byHand };
    await running.sandbox.view.iam.send(new DeleteAccessKeyCommand(removed));
    await night();
    expect(asked()).to.deep.equal(["issue close 5 --comment AWS holds what the files say."]);
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
    mkdirSync(join(origin, "mappings"));
    writeFileSync(
      join(origin, "mappings", "sales.yaml"),
      "system: crm\ncolumns: { id: Id, name: Name, status: Stage }\nstatuses: { Won: grant }\nrepositories: [edge-agent]\n",
    );
    git("add", "--all");
    git("commit", "--quiet", "-m", "Add the mapping");
    writeFileSync(join(root, "export"), "Id,Name,Stage\n17,Globex,Won\n");
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
    expect(asked()).to.deep.equal([
      "auth setup-git",
      `pr create --base main --head import/sales --title Import the sales system's export --body-file ${join("…", "import.md")}`,
    ]);
    expect(inRoot("body")).to.contain("globex");
    expect(onBranch("--name-only").split("\n")).to.deep.equal([
      "customers/globex.yaml",
      "imports/crm.json",
    ]);
    expect((await running.sandbox.view.users()).map(({ name }) => name)).to.deep.equal(["acme"]);

    writeFileSync(join(root, "export"), "Id,Name,Stage\n17,Globex,Won\n18,Hooli,Won\n");
    await sync();
    expect(asked().at(-1)).to.match(/^pr edit 9 --body-file /);
    expect(onBranch("--name-only")).to.contain("customers/hooli.yaml");
  });

  it("propose nothing when the import is refused, and show why", async () => {
    writeFileSync(join(root, "export"), "Id,Name,Stage\n17,Globex,Gone\n");
    const before = git("rev-parse", "import/sales");
    const runs = await sync("Import");
    expect(names(runs).at(-1)).to.equal("Show the report, also after a refusal");
    expect(runs.find(({ step }) => step === "Import")?.output).to.contain("[status-unmapped]");
    expect([asked(), git("rev-parse", "import/sales")]).to.deep.equal([[""], before]);
  });

  it("propose nothing when the export changes nothing", async () => {
    git("merge", "--quiet", "--no-edit", "import/sales");
    writeFileSync(join(root, "export"), "Id,Name,Stage\n17,Globex,Won\n18,Hooli,Won\n");
    const runs = await sync();
    expect(runs.at(-1)?.output).to.contain("Nothing changes.");
    expect(asked()).to.deep.equal([""]);
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

/** GitHub's command line: one issue and one pull request, as they were opened; what it was asked to change is written down. */
const GH = `#!/bin/bash
if [ "$2" = list ]; then cat "$STAND_INS/$1" 2> /dev/null; exit 0; fi
[ -n "$GH_TOKEN" ] || exit 4
echo "\${@/*\\/import.md/…/import.md}" >> "$STAND_INS/log"
case "$1 $2" in
  "issue create") echo 5 > "$STAND_INS/issue" ;;
  "issue close") rm "$STAND_INS/issue" ;;
  "pr create") echo 9 > "$STAND_INS/pr" ;;
esac
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cp "$2" "$STAND_INS/body"; fi
  shift
done
`;

/** The sales system: it gives its export over https only, to whoever knows its header. */
const CURL = `#!/bin/bash
[[ "$* " == *"--proto =https "*"--header Authorization: Bearer of-the-crm "*"https://crm.example.com/export " ]] || exit 22
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then cp "$STAND_INS/export" "$2"; fi
  shift
done
`;

/** Answers for GitHub: the pull requests, and their comments. */
async function gitHubApi(head: (number: number) => string, comments: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "").split("?");
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const [, resource, number = ""] =
        /^\/repos\/acme\/registry\/(pulls|issues)\/(\d+)(?:\/comments)?$/.exec(path ?? "") ?? [];
      const isAuthorized = request.headers.authorization === "Bearer a-token";
      const answer =
        resource === "pulls"
          ? {
              state: "open",
              head: { sha: head(Number(number)), repo: { full_name: REPOSITORY } },
              base: { ref: "main", repo: { default_branch: "main" } },
            }
          : resource === "issues"
            ? []
            : undefined;
      if (request.method === "POST") comments.push((JSON.parse(body) as { body: string }).body);
      response.writeHead(answer === undefined || !isAuthorized ? 404 : 200);
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return server;
}

function writeExecutable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
