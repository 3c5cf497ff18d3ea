/**
 * Proves that whatever calls a reusable workflow, here and in a fresh vendor's repository, calls one that exists, with
 * inputs that it has and at least the permissions that its jobs ask for, and passes actionlint and our rules. GitHub's
 * own limits for called workflows are not proved here.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { fillTemplate } from "../automation/init/template";
import { actionlintProblems, workflowFiles } from "../scripts/workflows";
import { workflowProblems } from "../scripts/workflowRules";
import { FOLDERS, vendor } from "./automation/init/support";

const ROOT = join(__dirname, "..");

interface Job {
  uses?: string;
  with?: Record<string, unknown>;
  permissions?: Record<string, string>;
  secrets?: string;
}
interface File {
  on: { workflow_call?: { inputs: Record<string, { type: string }> } };
  jobs: Record<string, Job>;
}

/** Name → text. */
type Texts = Readonly<Record<string, string>>;

function vendorWorkflows(values = vendor()): Texts {
  const files = fillTemplate(FOLDERS, values).files.filter(({ path }) =>
    path.startsWith(".github/workflows/"),
  );
  return Object.fromEntries(files.map(({ path, text }) => [basename(path), text]));
}

const OWN: Texts = Object.fromEntries(
  workflowFiles()
    .map((file): [string, string] => [basename(file), readFileSync(join(ROOT, file), "utf8")])
    .filter(([, text]) => /^ {4}uses: /m.test(text)),
);

const CALLERS: Readonly<Record<string, Texts>> = {
  "this repository": OWN,
  "a fresh vendor": vendorWorkflows(),
  "a vendor with a passphrase": vendorWorkflows(vendor({ secretsProvider: "passphrase" })),
};

/** What is wrong with the jobs of a caller; empty when nothing is. */
function callProblems(text: string): string[] {
  const { jobs } = parse(text) as File;
  return Object.values(jobs).flatMap(({ uses = "", with: inputs = {}, permissions = {} }) => {
    const [path = ""] = uses.split("@");
    const file = join(ROOT, ".github", "workflows", basename(path));
    if (!existsSync(file)) return [`there is no ${basename(path)}`];
    const called = parse(readFileSync(file, "utf8")) as File;
    const known = called.on.workflow_call?.inputs ?? {};
    const asked = Object.values(called.jobs).flatMap((job) =>
      Object.entries(job.permissions ?? {}),
    );
    return [
      ...Object.keys(inputs)
        .filter((name) => known[name] === undefined)
        .map((name) => `no input ${name}`),
      ...Object.entries(inputs)
        .filter(
          ([name, value]) => known[name]?.type === "boolean" && !`${value}`.endsWith("|| false }}"),
        )
        .map(([name]) => `no value for ${name} in a scheduled run`),
      ...asked
        .filter(
          ([scope, access]) => access !== permissions[scope] && permissions[scope] !== "write",
        )
        .map(([scope]) => `no permission ${scope}`),
    ];
  });
}

describe("the callers of reusable workflows", function () {
  this.timeout(60_000);

  for (const [whose, texts] of Object.entries(CALLERS)) {
    it(`of ${whose} pass actionlint and our rules, and fit what they call`, async () => {
      expect(Object.keys(texts)).to.include.members(["apply.yml", "preview.yml", "sync.yml"]);
      for (const [name, text] of Object.entries(texts)) {
        expect(await actionlintProblems(text, name), name).to.deep.equal([]);
        expect(workflowProblems(text, name), name).to.deep.equal([]);
        expect(callProblems(text), name).to.deep.equal([]);
      }
    });
  }

  it("inherit secrets for notices, pull requests of their own and a passphrase, and nowhere else", () => {
    const inherit = (texts: Texts) =>
      Object.keys(texts).filter((name) => /^ +secrets: inherit/m.test(texts[name] ?? ""));
    expect(inherit(CALLERS["a fresh vendor"] ?? {})).to.have.members([
      "notices.yml",
      "renewals.yml",
      "sync.yml",
    ]);
    expect(inherit(CALLERS["a vendor with a passphrase"] ?? {})).to.have.members([
      "apply.yml",
      "notices.yml",
      "preview.yml",
      "renewals.yml",
      "sync.yml",
    ]);
  });

  const {
    "apply.yml": apply = "",
    "check.yml": check = "",
    "sync.yml": sync = "",
  } = vendorWorkflows();

  it("are found out when they do not fit", () => {
    expect(callProblems(apply.replace("aws-role:", "role:"))).to.include("no input role");
    expect(callProblems(apply.replace("      issues: write", "      issues: read"))).to.include(
      "no permission issues",
    );
    expect(callProblems(apply.replace("reusable-apply", "gone"))).to.deep.equal([
      "there is no gone.yml",
    ]);
    expect(
      callProblems(sync.replace("inputs.allow-empty || false", "inputs.allow-empty")),
    ).to.include("no value for allow-empty in a scheduled run");
  });

  for (const [rule, text] of [
    ["pinned-action", apply.replace(/@[0-9a-f]{40}/, "@main")],
    ["pull-request-credentials", check.replace("contents: read", "id-token: write")],
    ["secret-outside-environment", check.replace("    with:", "    secrets: inherit\n    with:")],
    ["job-permissions", check.replace(/ {4}permissions:\n.*\n/, "")],
    ["own-pull-request", (OWN["preview.yml"] ?? "").replace("== github.repository", "!= ''")],
  ] as const) {
    it(`[${rule}] is a rule for callers too`, () => {
      expect(workflowProblems(text, "x.yml").map((problem) => problem.check)).to.include(rule);
    });
  }
});
