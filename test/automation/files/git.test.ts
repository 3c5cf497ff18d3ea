/** Proves that what git does not answer is told apart: no repository, no commits, and a history that cannot be read. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { GitError, gitIn, pathInRepository } from "../../../automation/files/git";
import { filesSince } from "../../../automation/history/filesSince";
import { fileHistory } from "../../../automation/history/gitHistory";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const FILE = "name: Acme\nrepositories: [edge-agent]\n";

function git(directory: string, ...argv: string[]): string {
  const who = ["-c", "user.name=Jo", "-c", "user.email=jo@vendor.example"];
  const set = ["-c", "commit.gpgsign=false", ...who];
  return execFileSync("git", [...set, ...argv], { cwd: directory, encoding: "utf8" }).trim();
}

function errorOf(work: () => unknown): GitError {
  try {
    work();
  } catch (error) {
    if (error instanceof GitError) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("git", function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "git-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("says whether there is no repository, no commit, or something that failed", () => {
    const folder = join(root, "customers");
    mkdirSync(folder);
    const why = () => errorOf(() => filesSince(folder, "2026-01-01")).why;
    expect(why()).to.equal("no-repository");
    git(root, "init", "--quiet");
    expect(why()).to.equal("no-commits");
    const failed = errorOf(() => gitIn(root)(["cat-file", "-p", "nothing"]));
    expect([failed.why, failed.message]).to.deep.equal([
      "failed",
      "git cat-file failed: fatal: Not a valid object name nothing",
    ]);
    const environment = { PATH: root };
    const absent = errorOf(() => gitIn(root, environment)(["status"]));
    expect([absent.why, absent.message]).to.deep.equal(["not-installed", "git is not installed"]);
  });

  it("finds a file's path in the repository, and refuses one outside of it", () => {
    git(root, "init", "--quiet");
    const project = join(root, "registry");
    mkdirSync(project);
    expect(pathInRepository(project, "customers/acme.yaml")).to.equal(
      "registry/customers/acme.yaml",
    );
    expect(pathInRepository(project, "../customers/acme.yaml")).to.equal("customers/acme.yaml");
    expect(errorOf(() => pathInRepository(project, "../../acme.yaml")).message).to.contain(
      "../../acme.yaml is outside of the repository that",
    );
  });

  it("never makes a damaged history look like one without changes", async () => {
    const directory = projectFolder({ acme: FILE });
    git(directory, "init", "--quiet");
    git(directory, "add", "--all");
    git(directory, "commit", "--quiet", "-m", "Begin");
    const first = git(directory, "rev-parse", "HEAD:customers/acme.yaml");
    writeFileSync(join(directory, "customers", "acme.yaml"), `${FILE}expires: 2027-01-01\n`);
    git(directory, "commit", "--quiet", "--all", "-m", "Renew");
    const objects = join(directory, ".git", "objects", first.slice(0, 2));
    for (const name of readdirSync(objects)) rmSync(join(objects, name), { force: true });
    const folder = join(directory, "customers");
    for (const read of [
      () => filesSince(folder, "2020-01-01"),
      () => fileHistory(folder, "acme"),
    ]) {
      const { why, message } = errorOf(read);
      expect([why, message]).to.deep.equal([
        "failed",
        `the history of the customer files cannot be read from git: it does not have the blob ${first}`,
      ]);
    }
    const argv = ["report", "--html", "report.html"];
    const environment = { PATH: process.env["PATH"] };
    const { code, stderr } = await script(argv, { directory, environment });
    expect(code).to.equal(0);
    expect(stderr).to.contain("The page has no changes: the history of the customer files");
  });
});
