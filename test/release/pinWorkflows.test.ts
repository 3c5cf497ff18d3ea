/** Proves that a release notices reusable workflows that have changed since the commit that vendors call. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import pin from "../../automation/init/workflowsPin.json";
import { version } from "../../package.json";
import { changedSince, pinProblems, repositoryOf } from "../../scripts/pinWorkflows";

describe("the commit of the reusable workflows", () => {
  let root: string;
  const git = (...args: string[]) => {
    const set = ["user.name=t", "user.email=t@example.com", "commit.gpgsign=false"];
    const settings = set.flatMap((one) => ["-c", one]);
    return execFileSync("git", [...settings, ...args], { cwd: root, encoding: "utf8" }).trim();
  };
  const put = (name: string, text: string) =>
    writeFileSync(join(root, ".github", "workflows", name), text);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ecr-customers-pin-"));
    mkdirSync(join(root, ".github", "workflows"), { recursive: true });
    put("reusable-apply.yml", "name: reusable-apply\n");
    put("apply.yml", "name: apply\n");
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "-m", "Begin");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is out of date once one of them differs, and only then", () => {
    const commit = git("rev-parse", "HEAD");
    put("apply.yml", "name: other\n");
    expect(changedSince(commit, root)).to.deep.equal([]);
    put("reusable-apply.yml", "name: reusable-apply # changed\n");
    put("reusable-new.yml", "name: reusable-new\n");
    expect(changedSince(commit, root)).to.deep.equal(["reusable-apply.yml", "reusable-new.yml"]);
  });

  it("is out of date when the checkout does not know it", () => {
    expect(changedSince("0".repeat(40), root)).to.deep.equal(["reusable-apply.yml"]);
  });

  describe("with its repository and version", () => {
    const fitting = () => ({
      repository: "acme/ecr-customers",
      commit: git("rev-parse", "HEAD"),
      version: `v${version}`,
    });

    const address = "git+https://github.com/acme/ecr-customers.git";
    const problemsOf = (pinned: ReturnType<typeof fitting>, named: string | undefined = address) =>
      pinProblems(pinned, "acme/ecr-customers", named, root);

    it("fits the release that is made from them", () => {
      expect(problemsOf(fitting())).to.deep.equal([]);
      expect(pinProblems(fitting(), undefined, address, root)).to.deep.equal([]);
    });

    for (const named of ["git+https://github.com/globex/ecr-customers.git", "/srv/git/x"]) {
      it(`refuses a release whose package.json names ${named}`, () => {
        expect(problemsOf(fitting(), named)).to.deep.equal([
          `package.json names ${named}, not acme/ecr-customers`,
        ]);
      });
    }

    it("refuses a release whose package.json names no repository", () => {
      expect(pinProblems(fitting(), undefined, undefined, root)).to.deep.equal([
        "package.json names no repository, not acme/ecr-customers",
      ]);
    });

    for (const [what, changed, problem] of [
      [
        "a repository that is not yet known",
        { repository: "example-org/ecr-customers" },
        "example-org/ecr-customers stands for a repository that is not yet known",
      ],
      [
        "another repository",
        { repository: "globex/ecr-customers" },
        "the repository is globex/ecr-customers, not acme/ecr-customers",
      ],
      ["another version", { version: "v0.0.1" }, "the version is v0.0.1"],
    ] as const) {
      it(`refuses a release with ${what}`, () => {
        expect(problemsOf({ ...fitting(), ...changed })).to.include(problem);
      });
    }
  });

  for (const address of [
    "git@github.com:acme/ecr-customers.git\n",
    "https://github.com/acme/ecr-customers.git",
    "https://github.com/acme/ecr-customers/",
    "git+https://github.com/acme/ecr-customers.git",
    "ssh://git@github.com/acme/ecr-customers",
  ]) {
    it(`names the repository of ${address.trim()}`, () => {
      expect(repositoryOf(address)).to.equal("acme/ecr-customers");
    });
  }

  it("names no repository of an address elsewhere", () => {
    expect(repositoryOf("/srv/git/ecr-customers")).to.equal(undefined);
    expect(repositoryOf("")).to.equal(undefined);
  });

  it("is recorded as a commit and a release", () => {
    expect(pin.commit).to.match(/^[0-9a-f]{40}$/);
    expect(pin.version).to.match(/^v\d+\.\d+\.\d+$/);
    expect(pin.repository).to.match(/^[\w-]+\/[\w.-]+$/);
  });
});
