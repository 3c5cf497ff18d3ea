/**
 * Proves that every GitHub workflow here passes actionlint and the rules of scripts/workflowRules.ts,
 * and that each rule is broken by the change that it is against. What GitHub makes of a workflow, and
 * how its environments and rulesets are set, no test on this machine can show.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { dependencies } from "../package.json";
import { actionlintProblems, workflowFiles } from "../scripts/workflows";
import { WORKFLOW_RULES, workflowProblems } from "../scripts/workflowRules";

const ROOT = join(__dirname, "..");

function workflow(name: string): string {
  return readFileSync(join(ROOT, ".github", "workflows", `${name}.yml`), "utf8");
}

/** Rule → changes of a workflow that break it: file, old text, new text. */
const MUTATIONS: Readonly<Record<string, readonly (readonly [string, string | RegExp, string])[]>> =
  {
    "pinned-action": [
      ["apply", "./.github/workflows/reusable-apply.yml", "acme/x/.github/workflows/a.yml@v1 # v1"],
      ["check", /@[0-9a-f]{40} # v6\.0\.2/, "@v6 # v6.0.2"],
      ["check", /checkout@[0-9a-f]{40}/, "checkout@de0fac2"],
      ["check", / # v6\.0\.2/, ""],
      ["check", / # v6\.0\.2/, " # newest"],
    ],
    "no-default-permissions": [
      ["check", "permissions: {}\n", ""],
      ["reusable-apply", "permissions: {}\n", "permissions: write-all\n"],
    ],
    "job-permissions": [["check", /    permissions:\n.*\n/, ""]],
    "kept-credentials": [
      ["check", "persist-credentials: false", "persist-credentials: true"],
      ["reusable-apply", /\n +persist-credentials: false/, ""],
    ],
    "script-injection": [
      ["check", "run: npm ci", "run: echo ${{ github.event.pull_request.title }}"],
      ["reusable-apply", '"$ALLOW_REVOCATIONS"', "${{ inputs.allow-revocations }}"],
    ],
    trigger: [["check", "pull_request:", "pull_request_target:"]],
    "pull-request-credentials": [
      ["check", "contents: read", "id-token: write"],
      ["check", "contents: read", "contents: write"],
      ["check", "    timeout-minutes", "    environment: preview\n    timeout-minutes"],
    ],
    "secret-outside-environment": [
      ["check", "run: npm ci", "run: npm ci\n        env: { TOKEN: '${{ secrets.TOKEN }}' }"],
      ["check", "    timeout-minutes", "    secrets: inherit\n    timeout-minutes"],
      [
        "reusable-preview",
        "permissions: {}",
        "permissions: {}\nenv: { TOKEN: '${{ secrets.TOKEN }}' }",
      ],
    ],
    environment: [
      ["reusable-preview", /\n +environment: \$.*/, ""],
      ["reusable-apply", /\n +environment: \$.*/, ""],
    ],
    "aws-account": [
      ["reusable-apply", /\n +allowed-account-ids.*/, ""],
      ["reusable-apply", /\n +role-to-assume.*/, ""],
      [
        "reusable-apply",
        "role-duration-seconds",
        "aws-access-key-id: AKIA\n          role-duration-seconds",
      ],
    ],
    "own-pull-request": [
      ["reusable-preview", /event == 'pull_request' &&\n +/, "event == 'pull_request' ||\n      "],
      ["reusable-preview", / &&\n +github\.event\.workflow_run\.head_repository.*/, ""],
      ["reusable-preview", "== github.repository", "!= github.repository"],
      ["reusable-preview", "conclusion == 'success'", "conclusion == 'failure'"],
    ],
    "default-branch": [
      [
        "reusable-preview",
        "persist-credentials: false",
        "persist-credentials: false\n          ref: ${{ github.event.workflow_run.head_sha }}",
      ],
    ],
    "one-deploy": [
      ["reusable-apply", "cancel-in-progress: false", "cancel-in-progress: true"],
      ["reusable-apply", "inputs.stack || vars.STACK", "github.ref"],
      ["reusable-apply", /group: deploy-.*/, "group: deploy"],
      ["reusable-apply", /concurrency:\n.*\n.*\n/, ""],
      ["check", "run: npm run check", "run: npm run customers -- sync export.csv"],
    ],
    newest: [
      ["reusable-apply", /\n +ref: refs\/heads\/main/, ""],
      ["reusable-apply", /\n +if: github\.ref == .*/, ""],
    ],
    "ignored-failure": [
      ["reusable-apply", "- name: Update\n", "- name: Update\n        continue-on-error: true\n"],
      [
        "reusable-apply",
        "    timeout-minutes: 110",
        "    continue-on-error: ${{ github.event_name == 'schedule' }}\n    timeout-minutes: 110",
      ],
    ],
    cache: [
      ["check", /\n +package-manager-cache: false/, ""],
      [
        "check",
        "package-manager-cache: false",
        "package-manager-cache: false\n          cache: npm",
      ],
      ["reusable-apply", "path: ~/.npm", "path: node_modules"],
      ["reusable-apply", "path: ~/.npm", "path: ~/.npm\n          restore-keys: npm-"],
      ["reusable-apply", "npm-${{ hashFiles('package-lock.json') }}", "npm"],
      // Its job has no environment: a pull request's code runs there.
      ["reusable-check", "path: ~/.npm", "path: ~/.pulumi/plugins"],
      [
        "check",
        "      - run: npm ci",
        "      - uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0\n        with: { path: ~/.npm, key: \"npm-${{ hashFiles('package-lock.json') }}\" }\n      - run: npm ci",
      ],
    ],
    "time-limit": [["check", /\n +timeout-minutes: 60/, ""]],
  };

function shown(part: string | RegExp): string {
  return typeof part === "string" ? JSON.stringify(part) : String(part);
}

describe("the workflows", function () {
  this.timeout(60_000);
  const files = workflowFiles();

  it("are those for checking, previewing and applying, and maybe more", () => {
    expect(files).to.include.members(
      ["apply", "check", "preview"].map((name) => `.github/workflows/${name}.yml`),
    );
  });

  for (const file of files) {
    it(`${file} passes actionlint and our rules`, async () => {
      const text = readFileSync(join(ROOT, file), "utf8");
      expect(await actionlintProblems(text, file)).to.deep.equal([]);
      expect(workflowProblems(text, file)).to.deep.equal([]);
    });
  }

  /** Versions of the engine that a workflow installs, but for the one that the program is tested with. */
  const otherEngines = (text: string) =>
    [...text.matchAll(/pulumi-version: *(\S*)/g)]
      .map(([, version = ""]) => version)
      .filter((version) => version !== dependencies["@pulumi/pulumi"]);

  it("install the engine of the package's own version, wherever they install one", () => {
    const texts = files.map((file) => readFileSync(join(ROOT, file), "utf8"));
    expect(texts.flatMap(otherEngines)).to.deep.equal([]);
    const all = texts.join("");
    const installed = all.match(/uses: pulumi\/actions@/g)?.length ?? 0;
    expect(installed).to.be.greaterThan(2);
    expect(all.match(/pulumi-version: /g)).to.have.length(installed);
    const apply = workflow("reusable-apply");
    const older = apply.replace(/pulumi-version: \S+/, "pulumi-version: 3.1.0");
    expect(otherEngines(older)).to.deep.equal(["3.1.0"]);
  });

  it("are all looked at by actionlint: a mistake is reported with its line", async () => {
    const text = workflow("check").replace("runs-on: ubuntu-24.04", "runs-on: ubuntu-1.04");
    const [problem] = await actionlintProblems(text, "check.yml");
    expect(problem).to.include({ file: "check.yml", check: "actionlint-runner-label" });
    expect(problem?.line).to.equal(
      text.split("\n").findIndex((line) => line.includes("runs-on")) + 1,
    );
  });
});

/** Which protected environment each job that holds a role or a secret runs in. */
const DEPLOY =
  "${{ inputs.environment }}${{ inputs.allow-revocations != '' && '-exception' || '' }}";
const ENVIRONMENTS: Readonly<Record<string, string>> = {
  "reusable-apply": DEPLOY,
  "reusable-cells": DEPLOY,
  "reusable-preview": "${{ inputs.environment }}",
  // An import proposes changes of files without a reviewer: it must not have production's rights to itself.
  "reusable-sync": "import",
  "reusable-renewals": "import",
  // It reads keys with the role of the stack's previews.
  "reusable-notices": "${{ inputs.environment }}",
  release: "release",
};

/** It has a token for issues and nothing else, as a test below shows. */
const ISSUE_JOBS = ["reusable-apply issue", "reusable-cells issue"];

describe("the environments", () => {
  for (const [name, environment] of Object.entries(ENVIRONMENTS)) {
    it(`of ${name}.yml: every job runs in ${environment}, whatever it holds`, () => {
      const { jobs } = parse(workflow(name)) as { jobs: Record<string, { environment?: string }> };
      const found = Object.entries(jobs)
        .filter(([job]) => !ISSUE_JOBS.includes(`${name} ${job}`))
        .map(([, job]) => job.environment);
      expect(found).not.to.have.length(0);
      expect(found).to.deep.equal(found.map(() => environment));
    });
  }

  it("of the first stack are the defaults of those that a caller names", () => {
    const defaults = [
      "reusable-apply",
      "reusable-cells",
      "reusable-preview",
      "reusable-notices",
    ].map((name) => {
      const { on } = parse(workflow(name)) as {
        on: { workflow_call: { inputs: { environment: { default: string } } } };
      };
      return on.workflow_call.inputs.environment.default;
    });
    expect(defaults).to.deep.equal(["production", "production", "preview", "preview"]);
  });

  for (const name of ["reusable-notices", "reusable-renewals"]) {
    it(`${name}.yml runs once at a time for a stack, and stacks do not wait for each other`, () => {
      const { concurrency } = parse(workflow(name)) as {
        concurrency: { group: string; "cancel-in-progress": boolean };
      };
      expect(concurrency).to.deep.equal({
        group: `${name.replace("reusable-", "")}-\${{ inputs.stack || vars.STACK }}`,
        "cancel-in-progress": false,
      });
    });
  }
});

describe("apply.yml", () => {
  /** What its update runs, with a stand-in for npm that prints its arguments. */
  function update(event: string, allowRevocations: string): string {
    const { jobs } = parse(workflow("reusable-apply")) as {
      jobs: { apply: { steps: { name?: string; run?: string }[] } };
    };
    const script = jobs.apply.steps.find(({ name }) => name === "Update")?.run ?? "";
    const standIn = 'exec() { printf "%s\\n" "$*"; }\n';
    return execFileSync("bash", ["--norc", "-euo", "pipefail", "-c", standIn + script], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        STACK: "prod",
        CUSTOMERS: "node_modules/.bin/ecr-customers",
        EVENT: event,
        ALLOW_REVOCATIONS: allowRevocations,
      },
    }).split("\n", 1)[0] as string;
  }

  const UP = "node_modules/.bin/ecr-customers up --stack prod --yes";

  it("reads everything from AWS at night, and only then", () => {
    expect(update("schedule", "")).to.equal(`${UP} --refresh`);
    expect(update("push", "")).to.equal(UP);
  });

  it("passes on a number of revocations that was approved for the run", () => {
    expect(update("workflow_dispatch", "12")).to.equal(`${UP} --allow-revocations=12`);
  });
});

describe("a workflow that is cancelled", () => {
  // GitHub signals the shell of a step only, which does not pass it on.
  it("signals the script itself, which replaces the shell, in each preview and update", () => {
    const commands = ["apply", "cells", "preview"].flatMap((name) =>
      [...workflow(`reusable-${name}`).matchAll(/^.*\$CUSTOMERS (?:up|preview)\b.*$/gm)].map(
        String,
      ),
    );
    expect(commands).to.have.length(6);
    for (const command of commands) {
      expect(command).to.match(/^\s+(run: )?exec \$CUSTOMERS /);
    }
  });
});

for (const name of ["apply", "cells"]) {
  describe(`${name}.yml at night`, () => {
    interface Step {
      name?: string;
      if?: string;
      run?: string;
      env?: Record<string, string>;
    }
    interface Job {
      if?: string;
      environment?: string;
      permissions: Record<string, string>;
      steps: Step[];
    }
    const { jobs } = parse(workflow(`reusable-${name}`)) as { jobs: Record<string, Job> };
    const last = jobs[name === "apply" ? "apply" : "base"];
    const steps = Object.values(jobs).flatMap((job) => job.steps);

    /** Runs a step with stand-ins for the program and `gh`, each a function of bash. @returns what they and it print. */
    function run(step: string, standIns: string, env: Record<string, string>): string {
      const folder = mkdtempSync(join(tmpdir(), "apply-"));
      const script = steps.find((one) => one.name === step);
      const output = join(folder, "output");
      writeFileSync(output, "");
      const said = execFileSync(
        "bash",
        ["--norc", "-euo", "pipefail", "-c", `${standIns}\n${script?.run ?? "exit 9"}`],
        {
          cwd: folder,
          encoding: "utf8",
          env: {
            PATH: process.env["PATH"],
            CUSTOMERS: "customers",
            STACK: "prod",
            GITHUB_OUTPUT: output,
            ...env,
          },
        },
      );
      const written = readFileSync(output, "utf8");
      rmSync(folder, { recursive: true });
      return said + written;
    }

    const customers = (drift: number, keys: number) =>
      `customers() { case "$*" in "drift "*) echo "## drift" > drift.md; return ${drift};;
     "keys status --stack prod --fail") echo "keys"; return ${keys};; *) return 9;; esac; }`;

    it("reports what differs and which keys need attention, also after a failed update", () => {
      const step = last?.steps.find((one) => one.name === "Report what is left");
      expect(step?.if).to.equal("github.event_name == 'schedule' && !cancelled()");
      expect(run("Report what is left", customers(0, 0), {})).to.equal("");
      for (const standIn of [customers(3, 0), customers(0, 1)]) {
        expect(run("Report what is left", standIn, {})).to.match(
          /^report<<(end-[0-9a-f]{32})\n## drift\n\n### Keys\n\n~~~text\nkeys\n~~~\n\1\n$/,
        );
      }
    });

    const gh = (number: string) =>
      `gh() { if [ "$1 $2" = "issue list" ]; then echo "${number}"; else echo "gh $*"; fi; }`;
    const keep = (number: string, REPORT: string, RESULT: string) =>
      run("Keep the issue", gh(number), {
        REPORT,
        RESULT,
        RUN: "https://run",
        LABEL: "drift-stg",
        STACK: "stg",
      });

    it("opens one issue, updates it, and closes it once AWS holds what the files say", () => {
      expect(keep("", "r", "failure")).to.contain("gh issue create --label drift-stg");
      expect(keep("7", "r", "failure")).to.equal("gh issue edit 7 --body-file body.md\n");
      expect(keep("7", "", "success")).to.contain("gh issue close 7");
      expect(keep("", "", "success")).to.equal("");
      // A run that failed before it could look says nothing about AWS.
      expect(keep("7", "", "failure")).to.equal("gh issue edit 7 --body-file body.md\n");
    });

    it("may write issues in a job of its own that may do nothing else", () => {
      const { issue } = jobs;
      expect(issue?.permissions).to.deep.equal({ issues: "write" });
      expect([issue?.environment, last?.permissions["issues"]]).to.deep.equal([
        undefined,
        undefined,
      ]);
      expect(issue?.if).to.contain("github.event_name == 'schedule'");
    });
  });
}

describe("cells.yml", () => {
  const { jobs } = parse(workflow("reusable-cells")) as {
    jobs: Record<string, { needs?: string[]; steps: { name?: string; run?: string }[] }>;
  };

  /** Runs a job's step; `exec` and `customers` are stand-ins. */
  function run(job: string, step: string, env: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "cells-"));
    const output = join(folder, "output");
    const listed = '{"first":false,"cells":[{"cell":0,"changed":true},{"cell":1,"changed":false}]}';
    const standIns = `exec() { printf "%s\\n" "$*"; }\ncustomers() { echo '${listed}'; }\n`;
    const script = jobs[job]?.steps.find(({ name }) => name === step)?.run ?? "exit 9";
    const said = execFileSync("bash", ["--norc", "-euo", "pipefail", "-c", standIns + script], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        CUSTOMERS: "customers",
        STACK: "prod",
        ALLOW_REVOCATIONS: "",
        GITHUB_OUTPUT: output,
        ...env,
      },
    });
    const written = existsSync(output) ? readFileSync(output, "utf8") : "";
    rmSync(folder, { recursive: true });
    return said + written;
  }

  it("runs the cells that have changed, and all of them at night", () => {
    const cells = (EVENT: string) => run("plan", "List the cells to run", { EVENT });
    expect(cells("push")).to.equal("first=false\ncells=[0]\n");
    expect(cells("schedule")).to.equal("first=false\ncells=[0,1]\n");
  });

  for (const [job, part] of [
    ["cell", "0"],
    ["base", "base"],
  ] as const) {
    it(`reads everything of ${job} from AWS at night, and only then`, () => {
      const update = (EVENT: string) => run(job, "Update", { EVENT, PART: part });
      const up = `customers up --stack prod --yes --cell ${part}`;
      expect(update("schedule")).to.equal(`${up} --refresh\n`);
      expect(update("push")).to.equal(`${up}\n`);
    });
  }

  it("keeps its issue after every job, whichever failed", () => {
    expect(jobs["issue"]?.needs).to.deep.equal(["plan", "login", "cell", "base"]);
  });
});

describe("docs/aws-setup/README.md", () => {
  it("says which variables to set: all that the workflows use", () => {
    const guide = readFileSync(join(ROOT, "docs", "aws-setup", "README.md"), "utf8");
    const used = workflowFiles().flatMap((file) => [
      ...readFileSync(join(ROOT, file), "utf8").matchAll(/\bvars\.(\w+)/g),
    ]);
    expect(used).not.to.have.length(0);
    for (const [, name = ""] of used) expect(guide, name).to.include(`\`${name}\``);
  });
});

describe("the rules for workflows", () => {
  it("have a failing case each", () => {
    expect(Object.keys(MUTATIONS)).to.have.members(WORKFLOW_RULES.map(({ name }) => name));
  });

  for (const [rule, mutations] of Object.entries(MUTATIONS)) {
    for (const [name, from, to] of mutations) {
      it(`[${rule}] refuse ${name}.yml with ${JSON.stringify(to)} for ${shown(from)}`, () => {
        const before = workflow(name);
        const after = before.replace(from, () => to);
        expect(after).not.to.equal(before);
        const found = workflowProblems(after, `${name}.yml`).map(({ check }) => check);
        expect(found).to.include(rule);
      });
    }
  }

  it("tell the line", () => {
    const text = workflow("check").replace(/checkout@[0-9a-f]{40}/, "checkout@v6");
    const [problem] = workflowProblems(text, "check.yml");
    const line = text.split("\n").findIndex((one) => one.includes("checkout@v6")) + 1;
    expect(problem).to.include({ line, check: "pinned-action" });
    expect(problem?.message).to.equal(
      "expected an action by its full commit hash, with its version as a comment, got actions/checkout@v6",
    );
  });
});
