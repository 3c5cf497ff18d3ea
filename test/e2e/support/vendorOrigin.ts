// A fresh vendor's repository, as `init` writes it, and its workflows run on this machine against the sandbox. Stand-ins
// take the place of actions, of `npm ci`, `gh` and `curl`, and of GitHub's API.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { PROJECT } from "../../../sandbox/paths";
import { script } from "../../automation/support/script";
import { CURL, GH, gitHubApi, REPOSITORY, writeExecutable } from "./gitHubStandIns";
import type { Contexts } from "./workflowExpressions";
import { runWorkflow, type StandIns, type StepRun } from "./workflowRunner";
import type { Running } from "./withSandbox";

/** Names of the steps that ran. */
export function ranSteps(runs: readonly StepRun[]): string[] {
  return runs.filter(({ code }) => code !== undefined).map(({ step }) => step);
}

interface RunOptions {
  fails?: string;
  inputs?: Contexts;
  vars?: Contexts;
  secrets?: Contexts;
  api?: string;
}

/** The repository from which every run checks out. */
export class VendorOrigin {
  readonly root = mkdtempSync(join(tmpdir(), "vendor-workflows-"));
  readonly origin = join(this.root, "origin");
  /** Bodies of the comments that were written. */
  readonly comments: string[] = [];
  #api: Server = createServer();

  private constructor(private readonly running: Running) {}

  /**
   * Writes and commits the repository on its branch main.
   *
   * @param head - the commit of a pull request.
   * @param settings - lines that are added to the stack's settings before `init` runs again.
   */
  static async create(
    running: Running,
    head: (number: number) => string = () => "",
    settings = "",
  ): Promise<VendorOrigin> {
    const vendor = new VendorOrigin(running);
    const { root, origin, comments } = vendor;
    const { environment, directory } = running.project;
    const flags =
      "--stack dev --account 123456789012 --region eu-central-1 --repositories edge-agent,orchestrator --secrets-provider passphrase";
    const state = environment["PULUMI_BACKEND_URL"] ?? "";
    const made = await script(
      ["init", "origin", "--yes", ...flags.split(" "), "--github", REPOSITORY, "--state", state],
      { directory: root },
    );
    expect(made.code, made.stderr).to.equal(0);
    // `pulumi stack init` has written it; the vendor commits it.
    const salt = /^encryptionsalt:.*\n/m.exec(
      readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8"),
    );
    const file = join(origin, "Pulumi.dev.yaml");
    writeFileSync(
      file,
      `${salt?.[0] ?? ""}${readFileSync(file, "utf8").replace(/^config:\n/m, `config:\n${settings}`)}`,
    );
    if (settings !== "") {
      const again = await script(["init", "--yes"], { directory: origin });
      expect(again.code, again.stderr).to.equal(0);
    }
    vendor.git("init", "--quiet", "--initial-branch=main");
    vendor.git("add", "--all");
    vendor.git("commit", "--quiet", "-m", "Begin");
    vendor.#api = await gitHubApi(head, comments);
    return vendor;
  }

  /** @returns what git writes. */
  git(...args: string[]): string {
    const set = ["user.name=t", "user.email=t@example.com", "commit.gpgsign=false"];
    return execFileSync("git", [...set.flatMap((one) => ["-c", one]), ...args], {
      cwd: this.origin,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  remove(): void {
    this.#api.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The newest body of an issue or a pull request. */
  get body(): string {
    return this.#file("body");
  }

  /** What the workflows asked of `gh`, since the last time. */
  asked(): string[] {
    const log = this.#file("log");
    rmSync(join(this.root, "log"), { force: true });
    return log.trim().split("\n");
  }

  #file(name: string): string {
    const file = join(this.root, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /**
   * Runs a workflow of the vendor's, as an event starts it.
   *
   * @param fails - the step that fails; none without it.
   * @param secrets - beside those of an import and of the state.
   * @param api - address of the stand-in for GitHub's API; that of pull requests and comments without it.
   */
  async run(
    name: string,
    ref: string,
    github: Contexts,
    { fails, inputs = {}, vars = {}, secrets = {}, api }: RunOptions = {},
  ): Promise<StepRun[]> {
    const { root, origin, running } = this;
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
      "actions/checkout": ({ ref: asked = ref, "fetch-depth": depth = "1" }, { workspace }) => {
        const folderOf = join(workspace);
        execFileSync("git", ["init", "--quiet", folderOf]);
        const inside = (...args: string[]) =>
          execFileSync("git", args, { cwd: folderOf, stdio: "ignore" });
        inside("remote", "add", "origin", `file://${origin}`);
        inside("fetch", ...(depth === "0" ? [] : [`--depth=${depth}`]), "origin", asked);
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
    const { port } = this.#api.address() as AddressInfo;
    const runs = await runWorkflow({
      text: readFileSync(join(origin, ".github", "workflows", `${name}.yml`), "utf8"),
      contexts: {
        github: { repository: REPOSITORY, token: "a-token", ...github },
        inputs,
        vars,
        secrets: {
          ...secrets,
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
        GITHUB_API_URL: api ?? `http://127.0.0.1:${port}`,
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
}
