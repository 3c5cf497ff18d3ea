/**
 * Proves what `init --stack` does in a vendor's repository that has a stack: it adds another one, and leaves the files
 * of the first one but for those that name both. Everything runs in folders of its own.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { fillTemplate } from "../../../automation/init/template";
import { workflowProblems } from "../../../scripts/workflowRules";
import { actionlintProblems } from "../../../scripts/workflows";
import { parseStackConfig } from "../../../src/config";
import { script } from "../support/script";
import { FOLDERS, vendor } from "./support";

const FIRST =
  "--yes --account 444455556666 --region eu-west-1 --repositories edge-agent,player --github acme/registry";

interface Outcome {
  stacks: string[];
  files: Record<string, string>;
  left: string[];
  roles: { role: string }[];
  written?: string[];
}

describe("init of a further stack", function () {
  this.timeout(30_000);
  let root: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ecr-customers-stacks-"));
    expect((await run(FIRST)).code).to.equal(0);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = (words: string, answers?: string[]) =>
    script(["init", ...words.split(" ").filter(Boolean)], { directory: root, answers });
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const outcome = async (words: string) =>
    JSON.parse((await run(`${words} --json`)).stdout) as Outcome;
  const texts = (paths: readonly string[]) => paths.map((path) => [path, read(path)]);
  const refused = async (flags: string, expected: string) => {
    const { code, stderr } = await run(`--yes --stack stg ${flags}`);
    expect([code, stderr.includes(expected)], stderr).to.deep.equal([1, true]);
  };

  it("adds its files, and changes those that name every stack and no other", async () => {
    const before = Object.keys((await outcome("--check")).files);
    const own = before.filter((path) => !["README.md", ".vscode/settings.json"].includes(path));
    const untouched = texts(own);
    const { written, stacks, roles } = await outcome("--yes --stack stg --account 777788889999");
    expect(stacks).to.deep.equal(["prod", "stg"]);
    expect(written).to.deep.equal([
      ".github/workflows/apply-stg.yml",
      ".github/workflows/check-stg.yml",
      ".github/workflows/notices-stg.yml",
      ".github/workflows/preview-stg.yml",
      ".github/workflows/renewals-stg.yml",
      ".vscode/settings.json",
      "Pulumi.stg.yaml",
      "README.md",
      ...[
        "README.md",
        "adopt-role.json",
        "customers-guardrail.json",
        "deploy-role.json",
        "deploy-trust.json",
        "oidc-role.json",
        "preview-role.json",
        "preview-trust.json",
        "revoke-role.json",
        "revoke-trust.json",
      ].map((name) => `aws-setup/stg/${name}`),
      "customers-stg/README.md",
    ]);
    expect(roles.map(({ role }) => role)).to.include.members(["deploy-role", "stg/deploy-role"]);
    expect(texts(own)).to.deep.equal(untouched);
    expect(read("README.md")).to.contain("`Pulumi.stg.yaml`, account 777788889999");
    expect(JSON.parse(read(".vscode/settings.json"))).to.have.nested.property(
      "yaml\\.schemas.\\./node_modules/ecr-customers/schemas/customer\\.schema\\.json",
    );
    expect(read(".vscode/settings.json")).to.contain('"customers-stg/*.yaml"');
    expect((await run("--check")).code).to.equal(0);
  });

  it("gives it settings that load, beside a stack in another account", async () => {
    await run("--yes --stack stg --account 777788889999");
    const { config, problems } = parseStackConfig(read("Pulumi.stg.yaml"), "", "stg");
    expect(problems).to.deep.equal([]);
    expect([...(config?.repositories.keys() ?? [])]).to.deep.equal(["edge-agent", "player"]);
    expect(config).to.include({
      account: "777788889999",
      region: "eu-west-1",
      customers: "customers-stg",
      namePrefix: "",
    });
    expect(read("aws-setup/stg/README.md"))
      .to.contain("export PULUMI_BACKEND_URL='s3://ecr-customers-state-777788889999'")
      .and.to.contain("aws s3api create-bucket --bucket ecr-customers-state-777788889999");
    for (const [folder, text] of [
      ["customers", "name: Acme\nrepositories: [player]\n"],
      ["customers-stg", "name: Test\nrepositories: [edge-agent]\n"],
    ] as const) {
      put(`${folder}/acme.yaml`, text);
    }
    const checked = await script(["validate"], { directory: root });
    expect(checked.code, checked.stderr).to.equal(0);
  });

  it("keeps it apart from a stack in the same account: prefix, repositories, roles and environments", async () => {
    await refused("--account 444455556666", "not answered: --repositories");
    await refused(
      "--account 444455556666 --repositories stg/player,player",
      "player in eu-west-1 of account 444455556666 is a repository of the stack prod",
    );
    const flags = "--account 444455556666 --repositories stg/player";
    await refused(
      `${flags} --name-prefix=`,
      "a prefix that no other stack of account 444455556666",
    );
    expect(existsSync(join(root, "Pulumi.stg.yaml"))).to.equal(false);
    expect((await run(`--yes --stack stg ${flags}`)).code).to.equal(0);
    expect(parseStackConfig(read("Pulumi.stg.yaml"), "", "stg").config?.namePrefix).to.equal(
      "stg-",
    );
    expect(read("aws-setup/stg/deploy-role.json"))
      .to.contain("user/customers/stg-*")
      .and.not.to.contain("repository/player");
    const page = read("aws-setup/stg/README.md");
    expect(page).to.contain("create-role --role-name ecr-customers-stg-deploy ");
    expect(page).to.contain("policy/ecr-customers-stg-deploy");
    expect(page).to.contain("`check-stg / check`");
    expect(page).to.contain("The backend is that of the stack prod.");
    expect(page).not.to.match(/create-bucket|create-key/);
    const subjects = (role: string) =>
      [...read(`aws-setup/${role}-trust.json`).matchAll(/:environment:([^"]+)"/g)].map(
        ([, name]) => name,
      );
    expect(subjects("deploy")).to.deep.equal(["production", "production-exception"]);
    expect(subjects("stg/deploy")).to.deep.equal(["deploy-stg", "deploy-stg-exception"]);
    expect(subjects("stg/preview")).to.deep.equal(["preview-stg"]);
    const { jobs } = parse(read(".github/workflows/apply-stg.yml")) as {
      jobs: { apply: { with: Record<string, string> } };
    };
    expect(jobs.apply.with).to.include({
      stack: "stg",
      "aws-role": "arn:aws:iam::444455556666:role/ecr-customers-stg-deploy",
      environment: "deploy-stg",
      "issue-label": "drift-stg",
    });
  });

  it("asks for what the stack has of its own, with defaults of the first one", async () => {
    const { code, stderr } = await run("--stack stg", [
      "777788889999",
      ...["", "", "", "", "", "", ""],
      "yes",
    ]);
    expect(code, stderr).to.equal(0);
    expect(stderr)
      .to.contain("Region of the repositories [eu-west-1]:")
      .and.to.contain("separated by commas [edge-agent,player]:")
      .and.to.contain("[customers-stg]:");
    expect(stderr).not.to.contain("The repository at GitHub");
    expect(read("aws-setup/stg/deploy-trust.json")).to.contain("repo:acme/registry:");
  });

  it("compares a third stack with both others: repositories, state and what the account has already", async () => {
    const other = "--account 777788889999";
    await run(`--yes --stack stg ${other} --secrets-provider awskms://alias/stg`);
    const refusedClaim = await run(`--yes --stack qa ${other} --repositories player`);
    expect(refusedClaim.stderr).to.contain(
      "player in eu-west-1 of account 777788889999 is a repository of the stack stg",
    );
    const flags = `${other} --repositories qa/player --secrets-provider awskms://alias/stg?region=eu-west-1`;
    const state = "--state s3://ecr-customers-state-777788889999";
    expect((await run(`--yes --stack qa ${flags} ${state}`)).code).to.equal(0);
    expect(read("aws-setup/qa/README.md"))
      .to.contain("The backend is that of the stack stg. Create the stack in it:")
      .and.to.contain("export PULUMI_BACKEND_URL='s3://ecr-customers-state-777788889999'")
      .and.to.contain("`Pulumi.yaml` names the state of the stack prod")
      .and.to.contain("The account has it since the stack stg was set up.")
      .and.not.to.match(/create-bucket|create-key/);
    expect(read("aws-setup/stg/README.md"))
      .to.contain("aws kms create-key --region eu-west-1")
      .and.not.to.contain("The account has it since");
  });

  it("refuses a folder of customers that is no plain path, before it writes", async () => {
    for (const folder of ['a"b', "my customers", "../x", "a:b", ".github", "a//b", "-a"]) {
      const { code, stderr } = await script(
        [..."init --yes --stack stg --account 777788889999".split(" "), `--customers=${folder}`],
        { directory: root },
      );
      expect([code, stderr.includes("got " + JSON.stringify(folder))], stderr).to.deep.equal([
        1,
        true,
      ]);
    }
    expect(existsSync(join(root, "Pulumi.stg.yaml"))).to.equal(false);
    expect((await run("--yes --stack stg --account 777788889999 --customers 007")).code).to.equal(
      0,
    );
    const { config } = parseStackConfig(read("Pulumi.stg.yaml"), "", "stg");
    expect(config?.customers).to.equal("007");
  });

  it("refuses a settings file that claims another stack's repository", async () => {
    put(
      "Pulumi.stg.yaml",
      'config:\n  aws:region: us-east-1\n  ecr-customers:account: "444455556666"\n  ecr-customers:namePrefix: stg-\n  ecr-customers:repositories: { player: { regions: [us-east-1, eu-west-1] } }\n',
    );
    await refused(
      "",
      "player in eu-west-1 of account 444455556666 is a repository of the stack prod",
    );
    expect(existsSync(join(root, "aws-setup/stg"))).to.equal(false);
  });

  it("points at the settings file for what is in it, without asking for --stack first", async () => {
    await run("--yes --stack stg --account 777788889999");
    const { stderr } = await run("--yes --region us-east-1");
    expect(stderr)
      .to.contain("--region is only for a stack that has no settings file yet")
      .and.to.contain("Pulumi.<stack>.yaml is there: edit it");
  });

  it("names the folder of customers that the first stack's settings name", async () => {
    put(
      "Pulumi.prod.yaml",
      read("Pulumi.prod.yaml").replace(
        "config:\n",
        "config:\n  ecr-customers:customers: clients\n",
      ),
    );
    expect((await run("--yes --stack stg --account 777788889999")).code).to.equal(0);
    expect(read(".vscode/settings.json")).to.contain('["clients/*.yaml", "customers-stg/*.yaml"]');
    expect(existsSync(join(root, "clients/README.md"))).to.equal(true);
  });

  it("refuses a name that AWS or GitHub could mistake, and options of a first stack's repository", async () => {
    const account = "--account 777788889999";
    const long = await run(`--yes --stack ${"s".repeat(43)} ${account}`);
    expect(long.stderr).to.contain("expected a name of up to 42 characters");
    const exception = await run(`--yes --stack stg-exception ${account}`);
    expect(exception.stderr).to.contain("expected a name without -exception at its end");
    await refused("", "not answered: --account");
    rmSync(root, { recursive: true });
    mkdirSync(root);
    expect((await run(`${FIRST} --customers x`)).stderr).to.contain(
      "--customers is only for a stack that is added to a repository",
    );
  });

  it("says what is left to do, with the folders of the stack", async () => {
    const { stdout } = await run("--yes --stack stg --account 777788889999");
    expect(stdout)
      .to.contain("add the stack's first customer: customers-stg/README.md")
      .and.to.contain("`/customers-stg/*.yaml  @acme/access-approvers`")
      .and.to.contain("aws-setup/stg/README.md");
  });

  it("later updates the roles of the stack whose settings have changed, and one stack's answers", async () => {
    await run("--yes --stack stg --account 777788889999");
    put("Pulumi.stg.yaml", read("Pulumi.stg.yaml").replace("player: {}", "scanner: {}"));
    const check = await run("--check");
    expect([check.code, check.stdout]).to.deep.equal([
      3,
      "aws-setup/stg/deploy-role.json: behind the template\naws-setup/stg/preview-role.json: behind the template\n",
    ]);
    expect((await run("--yes")).stdout).to.contain(
      "update the roles in AWS: aws-setup/stg/README.md, section 6",
    );
    expect((await run("--yes --state s3://other")).stderr).to.contain(
      "--state is about one stack, and there are 2",
    );
    const first = texts(["aws-setup/README.md", "aws-setup/deploy-role.json"]);
    await run("--yes --stack stg --state s3://other");
    expect(texts(first.map(([path = ""]) => path))).to.deep.equal(first);
    expect(read("aws-setup/stg/deploy-role.json")).to.contain("arn:aws:s3:::other");
    await run("--yes --github-owner-id 7 --github-repository-id 8");
    for (const folder of ["aws-setup", "aws-setup/stg"]) {
      expect(read(`${folder}/deploy-trust.json`)).to.contain("repo:acme@7/registry@8:");
    }
    expect((await run("--check")).code).to.equal(0);
  });

  it("reads a settings file that is there, and asks for the rest", async () => {
    const settings =
      'config:\n  aws:region: us-east-1\n  ecr-customers:account: "777788889999"\n  ecr-customers:customers: test\n  ecr-customers:repositories: { tools: {} }\n';
    put("Pulumi.stg.yaml", settings);
    await refused("--region us-east-1", "Pulumi.stg.yaml is there: edit it");
    const { code, stderr } = await run("--yes --stack stg");
    expect(code, stderr).to.equal(0);
    expect(read("Pulumi.stg.yaml")).to.equal(settings);
    expect(read("aws-setup/stg/deploy-role.json")).to.contain(
      "arn:aws:ecr:us-east-1:777788889999:repository/tools",
    );
    expect(read("test/README.md")).to.contain("repositories: [tools]");
  });

  it("names what is left of a stack whose settings were deleted, until it is deleted too", async () => {
    await run("--yes --stack stg --account 777788889999");
    rmSync(join(root, "Pulumi.stg.yaml"));
    rmSync(join(root, "aws-setup/stg"), { recursive: true });
    const { stdout } = await run("--yes");
    expect(stdout).to.contain(
      ".github/workflows/apply-stg.yml: no longer in the template; delete it",
    );
    expect(read("README.md")).not.to.contain("stg");
    expect((await outcome("--check")).left).to.deep.equal([
      ".github/workflows/apply-stg.yml",
      ".github/workflows/check-stg.yml",
      ".github/workflows/notices-stg.yml",
      ".github/workflows/preview-stg.yml",
      ".github/workflows/renewals-stg.yml",
      "customers-stg/README.md",
    ]);
    for (const path of (await outcome("--check")).left) rmSync(join(root, path));
    expect((await run("--check")).code).to.equal(0);
  });

  it("checks a stack that was added, and refuses the check of one that was not", async () => {
    const { code, stderr } = await run("--check --stack stg");
    expect([code, stderr.includes("there is no stack stg here, but prod")]).to.deep.equal([
      1,
      true,
    ]);
  });

  it("writes workflows that pass actionlint and our rules", async () => {
    const { answers, config } = vendor({ stack: "stg", secretsProvider: "passphrase" });
    const files = fillTemplate(FOLDERS, { ...vendor(), further: [{ answers, config }] }).files;
    const further = files.filter(({ path }) => /workflows\/.*-stg\.yml$/.test(path));
    expect(further).to.have.length(5);
    for (const { path, text } of further) {
      expect(await actionlintProblems(text, basename(path)), path).to.deep.equal([]);
      expect(workflowProblems(text, basename(path)), path).to.deep.equal([]);
    }
    for (const { path, text } of files) expect(text, path).not.to.match(/(?<!\$)\{\{/);
    expect(files.find(({ path }) => path.endsWith("preview-stg.yml"))?.text).to.contain(
      "workflows: [check-stg]",
    );
    const jobOf = (name: string) => {
      const text = files.find(({ path }) => path.endsWith(`/${name}`))?.text ?? "";
      const { jobs } = parse(text) as { jobs: Record<string, { with: Record<string, string> }> };
      return Object.values(jobs)[0]?.with;
    };
    expect(jobOf("notices-stg.yml")).to.include({
      stack: "stg",
      environment: "preview-stg",
      send: "${{ vars.NOTICES_SEND_STG }}",
      from: "${{ vars.NOTICES_FROM_STG }}",
      "aws-role": "arn:aws:iam::444455556666:role/ecr-customers-stg-preview",
    });
    expect(jobOf("notices.yml")).to.include({ send: "${{ vars.NOTICES_SEND }}" });
    expect(jobOf("notices.yml")).not.to.have.property("environment");
    expect(jobOf("renewals-stg.yml")).to.deep.equal({ stack: "stg" });
  });
});
