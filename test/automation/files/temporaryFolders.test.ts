/** Proves that temporary folders are deleted: after their work, and by a later run when their process was killed. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  markOwned,
  sweepTemporaryFolders,
  withTemporaryFolder,
} from "../../../automation/files/temporaryFolders";

/** No process has this id. */
const DEAD = 2 ** 22 + 1;

describe("temporary folders", () => {
  const usual = process.env["TMPDIR"];
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "temporary-"));
    process.env["TMPDIR"] = root;
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
  });

  function folderOf(name: string, owner?: unknown): void {
    mkdirSync(join(root, name));
    const text = JSON.stringify(owner);
    if (owner !== undefined) writeFileSync(join(root, name, ".ecr-customers-owner"), text);
  }

  it("are deleted after their work, also when it fails", async () => {
    let used = "";
    expect(await withTemporaryFolder("x", (folder) => Promise.resolve((used = folder)))).to.match(
      /ecr-customers-x-/,
    );
    expect(existsSync(used)).to.equal(false);
    const failure = await withTemporaryFolder("x", (folder) => {
      used = folder;
      return Promise.reject(new Error("no"));
    }).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "no");
    expect(existsSync(used)).to.equal(false);
  });

  it("of killed processes are deleted by a later run, those of the Automation API too", () => {
    folderOf("ecr-customers-recovery-a", { host: hostname(), pid: DEAD });
    folderOf("automation-logs-up-b", { host: hostname(), pid: DEAD });
    sweepTemporaryFolders();
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it("of others are left alone", async () => {
    const others = [
      "automation-logs-up-b",
      "ecr-customers-broken",
      "ecr-customers-remote",
      "other",
    ];
    folderOf("automation-logs-up-b");
    folderOf("ecr-customers-broken", "?");
    folderOf("ecr-customers-remote", { host: "another-host", pid: DEAD });
    folderOf("other", { host: hostname(), pid: DEAD });
    await withTemporaryFolder("running", (folder) => {
      sweepTemporaryFolders();
      expect(existsSync(folder)).to.equal(true);
      return Promise.resolve();
    });
    mkdirSync(join(root, "ecr-customers-alive"));
    markOwned(join(root, "ecr-customers-alive"));
    sweepTemporaryFolders();
    expect(readdirSync(root).sort()).to.deep.equal(["ecr-customers-alive", ...others].sort());
  });
});
