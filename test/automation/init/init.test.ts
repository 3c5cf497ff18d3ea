/**
 * Proves what `init` does with a vendor's folder: the first run, later runs, files changed by hand, and what it
 * refuses. Everything runs in folders of its own.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { script } from "../support/script";

const FLAGS =
  "--account 444455556666 --region eu-west-1 --repositories edge-agent,orchestrator --github acme/registry".split(
    " ",
  );

const { version } = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8"),
) as { version: string };

describe("init", function () {
  this.timeout(30_000);
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "ecr-customers-init-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = (words: string, answers?: string[], environment = {}) =>
    script(["init", ...words.split(" ").filter(Boolean)], {
      directory: root,
      answers,
      environment,
    });
  const made = async () => {
    const { code, stderr } = await script(["init", "--yes", ...FLAGS], { directory: root });
    expect([code, stderr]).to.deep.equal([0, ""]);
  };
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const files = () =>
    (
      readdirSync(root, { recursive: true, withFileTypes: true }) as {
        name: string;
        parentPath: string;
        isFile(): boolean;
      }[]
    )
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name).slice(root.length + 1))
      .sort();
  const states = async () =>
    (JSON.parse((await run("--check --json")).stdout) as { files: Record<string, string> }).files;

  it("writes a repository into a folder that does not exist yet, and says what comes next", async () => {
    const { code, stdout } = await run(`new/acme --yes ${FLAGS.join(" ")}`);
    expect(code).to.equal(0);
    expect(stdout).to.contain("28 files written:").and.to.contain("1. cd new/acme");
    expect(stdout).to.match(
      /deploy-role\.json: \d+ of the 6144 characters of a managed policy; \d+ more/,
    );
    expect(existsSync(join(root, "new/acme/customers/README.md"))).to.equal(true);
    const checked = await script(["validate"], { directory: join(root, "new/acme") });
    expect(checked.code).to.equal(1);
    expect(checked.stderr).to.contain("Add the first customer as").and.to.contain("<id>.yaml");
    put("new/acme/customers/globex.yaml", "name: Globex\nrepositories: [edge-agent]\n");
    expect((await script(["validate"], { directory: join(root, "new/acme") })).code).to.equal(0);
  });

  it("asks on a terminal, again after a wrong answer, and takes defaults for empty ones", async () => {
    const answers = [
      "",
      "12",
      "444455556666",
      "eu-west-1",
      "edge-agent",
      "",
      "",
      "acme/registry",
      "7",
      "",
      "8",
    ];
    const { code, stderr } = await run("", [...answers, "", "", ""]);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("Name of the stack [prod]:").and.to.contain("12 digits");
    expect(stderr).to.contain("expected GitHub's numbers of both owner and repository, or neither");
    expect(read("Pulumi.prod.yaml")).to.contain('"444455556666"');
    expect(read("Pulumi.yaml")).to.contain("s3://ecr-customers-state-444455556666");
    expect(read("aws-setup/deploy-trust.json")).to.contain("repo:acme@7/registry@8:environment");
  });

  it("ends when the input ends, and has written nothing", async () => {
    const { code, stderr } = await run("", ["prod"]);
    expect([code, files()]).to.deep.equal([1, []]);
    expect(stderr).to.contain("--account was not answered");
  });

  it("names what is missing, and each wrong value, before it writes", async () => {
    const missing = await run("--yes");
    expect(missing.stderr).to.contain(
      "not answered: --account, --region, --repositories, --github",
    );
    const wrong: [string, string][] = [
      ["--stack a/b", "expected a stack's name"],
      ["--account 12", "12 digits"],
      ["--region Frankfurt", "an AWS region"],
      ["--repositories Edge", "the name of a repository"],
      ["--state s3://A", "the address of a Pulumi backend"],
      ["--state s3://bucket/$(id)", "the address of a Pulumi backend"],
      ["--secrets-provider plain", "expected awskms://… or passphrase"],
      ["--github acme", "a repository at GitHub"],
      ["--github-owner-id x", "the number of an owner at GitHub"],
      ["--github-repository-id 5", "GitHub's numbers of both owner and repository, or neither"],
      ["--platform-team acme", "a team or a user of GitHub"],
      ["--on-call-role a:b", "the name of an IAM role"],
    ];
    for (const [flags, expected] of wrong) {
      const name = flags.split(" ")[0] ?? "";
      const at = FLAGS.indexOf(name);
      const others = at < 0 ? FLAGS : FLAGS.filter((_, index) => index !== at && index !== at + 1);
      const { code, stderr } = await run(["--yes", ...others, flags].join(" "));
      expect([code, stderr.includes(expected)], `${flags}: ${stderr}`).to.deep.equal([1, true]);
    }
    expect(files()).to.deep.equal([]);
  });

  it("takes the region of the environment as the default", async () => {
    const flags = FLAGS.join(" ").replace("--region eu-west-1 ", "");
    await run(`--yes ${flags}`, undefined, { AWS_REGION: "sa-east-1" });
    expect(read("Pulumi.prod.yaml")).to.contain("sa-east-1");
  });

  it("refuses a folder with other files of these names, names them, and leaves them", async () => {
    put("README.md", "# Ours\n");
    put("notes.txt", "");
    symlinkSync("/etc/passwd", join(root, ".gitignore"));
    const { code, stderr } = await run(`--yes ${FLAGS.join(" ")}`);
    expect([code, files()]).to.deep.equal([1, ["README.md", "notes.txt"]]);
    expect(stderr).to.contain("2 files that would be overwritten: .gitignore, README.md");
    const forced = await run(
      `--yes ${FLAGS.join(" ")} --overwrite README.md --overwrite .gitignore`,
    );
    expect(forced.code, forced.stderr).to.equal(0);
    expect(read("README.md")).to.contain("Who may pull our container images");
    expect(readFileSync("/etc/passwd", "utf8")).to.contain("root");
  });

  it("leaves the package.json that `npm install ecr-customers` has made", async () => {
    const text = '{ "dependencies": { "ecr-customers": "file:x.tgz" } }\n';
    put("package.json", text);
    await made();
    expect(read("package.json")).to.equal(text);
    rmSync(join(root, ".ecr-customers.json"));
    put("package.json", "{}\n");
    expect((await run(`--yes ${FLAGS.join(" ")}`)).stderr).to.contain("package.json");
  });

  it("names one version in a package.json that npm has made with a range", async () => {
    const text = (range: string) =>
      `{\n  "dependencies": {\n    "ecr-customers": "${range}",\n    "other": "^1.0.0"\n  }\n}\n`;
    put("package.json", text(`^${version}`));
    await made();
    expect(read("package.json")).to.equal(text(version));
    put("package.json", text("^9.0.0"));
    expect((await run("")).stdout).to.contain("Every file of the template is up to date.");
    expect(read("package.json")).to.equal(text("^9.0.0"));
    rmSync(join(root, ".ecr-customers.json"));
    put("package.json", text("^99.0.0"));
    await run(`--yes ${FLAGS.join(" ")} --overwrite README.md`);
    expect(read("package.json")).to.equal(text("^99.0.0"));
  });

  it("changes no byte when it is run again", async () => {
    await made();
    const before = files().map((path) => [path, read(path)]);
    const again = await run("");
    expect([again.code, again.stderr]).to.deep.equal([0, ""]);
    expect(again.stdout).to.contain("Every file of the template is up to date.");
    expect(files().map((path) => [path, read(path)])).to.deep.equal(before);
    expect((await run("--check")).code).to.equal(0);
  });

  it("updates the roles after a repository and a region were added, showing the difference first", async () => {
    await made();
    const settings = read("Pulumi.prod.yaml");
    const edited = settings.replace(
      "orchestrator: {}",
      "orchestrator: { regions: [eu-west-1, us-east-1] }\n    player: {}",
    );
    put("Pulumi.prod.yaml", edited);
    const check = await run("--check");
    expect([check.code, check.stdout]).to.deep.equal([
      3,
      "aws-setup/deploy-role.json: behind the template\naws-setup/preview-role.json: behind the template\n",
    ]);
    const asked = await run("");
    expect(asked.code).to.equal(2);
    expect(asked.stdout).to.contain(
      '+         "arn:aws:ecr:us-east-1:444455556666:repository/orchestrator"',
    );
    expect(read("aws-setup/deploy-role.json")).not.to.contain("player");
    const written = await run("", ["yes"]);
    expect(written.code).to.equal(0);
    expect(written.stdout).to.contain("update the roles in AWS: aws-setup/README.md, section 6");
    expect(read("aws-setup/deploy-role.json")).to.contain("repository/player");
    expect(read("Pulumi.prod.yaml")).to.equal(edited);
    expect((await run("--check")).code).to.equal(0);
  });

  it("keeps a file that was changed by hand, names it with the difference once, and overwrites it when asked", async () => {
    await made();
    put("aws-setup/deploy-role.json", `${read("aws-setup/deploy-role.json")}\n`);
    // The template has nothing new for it.
    expect((await run("--check")).code).to.equal(0);
    put("Pulumi.prod.yaml", read("Pulumi.prod.yaml").replace("orchestrator: {}", "player: {}"));
    expect(await states()).to.include({
      "aws-setup/deploy-role.json": "kept",
      "aws-setup/preview-role.json": "behind",
    });
    const { code, stdout } = await run("--yes");
    expect(code).to.equal(0);
    expect(stdout).to.contain("deploy-role.json: changed by hand, and stays");
    expect(stdout).to.contain("--- aws-setup/deploy-role.json (not written)");
    expect(read("aws-setup/deploy-role.json")).to.contain("repository/orchestrator");
    expect(read("aws-setup/preview-role.json")).to.contain("repository/player");
    expect((await run("--check")).code).to.equal(0);
    await run("--yes --overwrite aws-setup/deploy-role.json");
    expect(read("aws-setup/deploy-role.json")).to.contain("repository/player");
  });

  it("does not bring back a file that was deleted by hand, unless it is named", async () => {
    await made();
    rmSync(join(root, ".github/workflows/sync.yml"));
    expect((await run("--yes")).code).to.equal(0);
    expect(existsSync(join(root, ".github/workflows/sync.yml"))).to.equal(false);
    await run("--yes --overwrite .github/workflows/sync.yml");
    expect(existsSync(join(root, ".github/workflows/sync.yml"))).to.equal(true);
    const unknown = await run("--yes --overwrite customers/acme.yaml");
    expect(unknown.stderr).to.contain('"customers/acme.yaml" is not a file of the template');
  });

  it("never touches customers, settings, CODEOWNERS and the version in package.json", async () => {
    await made();
    put("customers/acme.yaml", "name: Acme\nrepositories: [edge-agent]\n");
    const own = ["customers/acme.yaml", "package.json", "Pulumi.prod.yaml", ".github/CODEOWNERS"];
    for (const path of own) put(path, `${read(path)}\n`);
    const before = own.map(read);
    await run("--yes --state s3://other-bucket --platform-team @acme/other");
    expect(own.map(read)).to.deep.equal(before);
    expect(read("aws-setup/deploy-role.json")).to.contain("arn:aws:s3:::other-bucket");
    expect(read("aws-setup/README.md")).to.contain("@acme/other");
  });

  it("reads settings from the stack's file, and refuses flags that contradict it", async () => {
    await made();
    for (const flags of ["--account 444455556666", "--stack prod --name-prefix x-"]) {
      const { code, stderr } = await run(`--yes ${flags}`);
      const isNamed = stderr.includes("Pulumi.prod.yaml is there: edit it");
      expect([code, isNamed], stderr).to.deep.equal([1, true]);
    }
    put("Pulumi.prod.yaml", "config: {}\n");
    const { code, stderr } = await run("--yes");
    expect([code, stderr.includes("Pulumi.prod.yaml")], stderr).to.deep.equal([1, true]);
  });

  it("refuses a record that is damaged, and a check where it has not written", async () => {
    expect((await run("--check")).stderr).to.contain("has no .ecr-customers.json");
    await made();
    put(".ecr-customers.json", "{}\n");
    expect((await run("--yes")).stderr).to.contain(
      ".ecr-customers.json is not what `npm run customers -- init` has written",
    );
  });

  it("continues after it was killed between two files", async () => {
    await made();
    const all = files().map((path) => [path, read(path)]);
    rmSync(join(root, ".ecr-customers.json"));
    rmSync(join(root, "index.ts"));
    await made();
    expect(files().map((path) => [path, read(path)])).to.deep.equal(all);
  });
});
