/**
 * Proves that `report` writes one file that only its owner can read, with the changes that git knows: the same that
 * `history` shows, whatever the day from which on they are asked for, merges and shallow clones included.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fileHistory } from "../../../automation/history/gitHistory";
import { filesSince } from "../../../automation/history/filesSince";
import { FIRST_DAY, makeReportProject, removeReportProject } from "../../../bench/reportProject";
import { changesSince } from "../../../src/history/since";
import { projectFolder } from "../support/project";
import { script } from "../support/script";
import { customerOf } from "../../report/facts";

const environment = { PATH: process.env["PATH"] };

describe("the files that changed since a day", function () {
  this.timeout(60_000);
  let directory: string;
  before(() => {
    directory = makeReportProject(20, 60);
  });
  after(() => {
    removeReportProject(directory);
  });

  it("have the versions that each file's own history has", () => {
    const folder = join(directory, "customers");
    const ids = Array.from(
      { length: 20 },
      (_, at) => `customer-${String(at + 1).padStart(5, "0")}`,
    );
    const histories = new Map(ids.map((id) => [id, fileHistory(folder, id).versions]));
    let compared = 0;
    for (const since of ["2025-01-01", FIRST_DAY, "2026-03-01", "2026-03-16", "2026-09-09"]) {
      const { files } = filesSince(folder, since);
      const byId = new Map(files.map((file) => [file.customer, file]));
      for (const [id, versions] of histories) {
        const later = versions.filter(({ commit }) => commit.at.slice(0, 10) >= since);
        const earlier = versions.filter((one) => !later.includes(one));
        const found = byId.get(id) ?? { before: earlier.at(-1)?.customer, versions: [] };
        expect(found.versions, `${id} ${since}`).to.deep.equal(later);
        expect(found.before, `${id} ${since}`).to.deep.equal(earlier.at(-1)?.customer);
        compared += later.length;
      }
    }
    expect(compared).to.be.greaterThan(100);
    expect(filesSince(folder, "2030-01-01").files).to.deep.equal([]);
  });

  it("leave out what a shallow clone does not know, and say from which day it does", () => {
    const clone = mkdtempSync(join(tmpdir(), "report-clone-"));
    try {
      const url = `file://${directory}`;
      execFileSync("git", ["clone", "--quiet", "--depth", "3", url, clone], { stdio: "pipe" });
      const { files, knownFrom = "" } = filesSince(join(clone, "customers"), FIRST_DAY);
      expect(files.length).to.be.within(1, 2);
      expect(knownFrom > "2026-10-01").to.equal(true);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it("are followed by the ends that no commit made, the latest first", () => {
    const ended = customerOf("ended", { expires: "2026-11-10" });
    const others = [
      customerOf("earlier", { expires: "2026-10-31" }),
      customerOf("today", { expires: "2026-11-23" }),
      customerOf("paused", { expires: "2026-11-10", status: "suspended" }),
    ];
    const commit = { id: "1", at: "2026-11-05T10:00:00Z", author: "Jo", subject: "Add" };
    const files = [
      { customer: "new", before: undefined, versions: [{ commit, customer: customerOf("new") }] },
      {
        customer: "same",
        before: customerOf("same"),
        versions: [{ commit, customer: customerOf("same") }],
      },
    ];
    const changes = changesSince(files, [ended, ...others], "2026-11-01", "2026-11-23");
    expect(changes.map(({ kind, customer, day }) => [kind, customer, day])).to.deep.equal([
      ["ended", "ended", "2026-11-11"],
      ["commit", "new", "2026-11-05"],
    ]);
    expect(changes[0]).to.deep.include({ lost: ["edge-agent"] });
  });
});

describe("`report`", function () {
  this.timeout(60_000);
  const FILE = "name: Acme\nrepositories: [edge-agent]\n";

  it("writes a page that only its owner can read, and figures that name no customer", async () => {
    const directory = projectFolder({ acme: FILE });
    const argv = ["report", "--html", "report.html", "--markdown", "summary.md"];
    const { code, stdout } = await script(argv, { directory, environment });
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /^Wrote report\.html \(\d+ KiB\)\. This page contains customers' names/,
    );
    const file = join(directory, "report.html");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file, "utf8"))
      .to.contain("<bdi>Acme</bdi>")
      .and.to.contain("not in a git repository");
    const summary = readFileSync(join(directory, "summary.md"), "utf8");
    expect(summary).to.contain("| can pull | 1 |").and.to.contain("customers' names");
    expect(summary).not.to.contain("Acme");
  });

  it("takes a day or a number of days for --since, and a folder of customer files of its own", async () => {
    const directory = projectFolder({ acme: FILE });
    const run = async (since: string) => {
      const argv = ["report", "--html", "r.html", "--since", since, "--json"];
      const { stdout } = await script(argv, { directory, environment });
      return JSON.parse(stdout) as { since?: string; counts?: object; error?: { message: string } };
    };
    expect(await run("30d")).to.deep.include({ since: "2026-10-24" });
    expect(await run("2026-01-01")).to.deep.include({ since: "2026-01-01" });
    expect((await run("2026-01-01")).counts).to.deep.include({ customers: 1, "can pull": 1 });
    expect((await run("soon")).error?.message).to.contain("a day or a number of days for --since");
    expect((await run("2026-02-30")).error?.message).to.contain("2026-02-30");
  });

  it("says when the page cannot be written", async () => {
    const directory = projectFolder({ acme: FILE });
    const { code, stderr } = await script(["report", "--html", "no/report.html"], {
      directory,
      environment,
    });
    expect([code, stderr]).to.deep.equal([
      1,
      "Error: no/report.html cannot be changed: ENOENT\nCheck its permissions.\n",
    ]);
  });
});
