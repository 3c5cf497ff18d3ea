/**
 * Proves that an import writes all files or none, wherever its process is killed, that no command reads
 * half of it meanwhile, and that only one import runs at a time. The kills are real: a process of
 * its own, SIGKILL before each of its steps on the disk. Proves nothing about a machine that loses
 * power.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { takeBack, writeAll, type PlannedWrite } from "../../../automation/sales/journal";
import { withImportLock } from "../../../automation/sales/importLock";
import { UsageError } from "../../../automation/output/usageError";
import { script } from "../support/script";
import { beforeEachStep } from "./support/diskSteps";
import { ImportProject, owned, row } from "./support/importProject";

const KILLED = join(__dirname, "support/killedImport.ts");

const WRITES: readonly PlannedWrite[] = [
  { target: { customer: "a" }, before: "name: A\n", after: "name: Another A\n" },
  { target: { customer: "new" }, before: null, after: "name: New\n" },
  { target: { ledger: "crm" }, before: null, after: '{ "version": 1 }\n' },
];

function folderOf(): string {
  const root = mkdtempSync(join(tmpdir(), "ecr-customers-journal-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "customers");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.yaml"), "name: A\n");
  return folder;
}

function filesIn(folder: string): Record<string, string> {
  const ledger = join(folder, "../imports/crm.json");
  const names = readdirSync(folder).sort();
  return {
    ...Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")])),
    ...(existsSync(ledger) ? { ledger: readFileSync(ledger, "utf8") } : {}),
  };
}

const NEW_ONLY: readonly PlannedWrite[] = WRITES.filter(({ before }) => before === null);

const BEFORE = { "a.yaml": "name: A\n" };
const AFTER = {
  "a.yaml": "name: Another A\n",
  "new.yaml": "name: New\n",
  ledger: '{ "version": 1 }\n',
};

describe("writing all files or none", () => {
  /** Every step from the k-th one on fails, as it does for a process that is no more. */
  function dieAt(killAt: number, work: () => void): number {
    let steps = 0;
    const restore = beforeEachStep((step) => {
      steps = step;
      if (step >= killAt) throw new Error("dead");
    });
    try {
      work();
    } catch {
      // Not reported.
    } finally {
      restore();
    }
    return steps;
  }

  /** What was left, checked: without the journal that every reader refuses, no file or all files are written. */
  function leftIn(folder: string): "none" | "half" | "all" {
    const left = filesIn(folder);
    if (Object.keys(left).some((name) => name.startsWith(".import-journal"))) return "half";
    const files = JSON.stringify(left);
    expect([JSON.stringify(BEFORE), JSON.stringify(AFTER)]).to.include(files);
    return files === JSON.stringify(AFTER) ? "all" : "none";
  }

  const steps = (() => {
    const folder = mkdtempSync(join(tmpdir(), "ecr-customers-journal-"));
    const count = dieAt(Infinity, () => writeAll(join(folder, "customers"), NEW_ONLY));
    rmSync(folder, { recursive: true });
    return count;
  })();

  it("holds at whatever step the process ends, and also at any step of the rollback", function () {
    this.timeout(30_000);
    expect(steps).to.be.greaterThan(10);
    let tried = 0;
    const outcomes = { none: 0, half: 0, all: 0 };
    for (let killAt = 1; killAt <= steps + 20; killAt++) {
      const folder = folderOf();
      dieAt(killAt, () => writeAll(folder, WRITES));
      const left = leftIn(folder);
      outcomes[left]++;
      if (left !== "half") continue;
      for (let again = 1, reached = 1; reached >= again; again++) {
        const copy = folderOf();
        cpSync(join(folder, ".."), join(copy, ".."), { recursive: true });
        reached = dieAt(again, () => void takeBack(copy));
        tried++;
        takeBack(copy);
        expect(filesIn(copy), `killed at ${killAt}, then at ${again}`).to.deep.equal(BEFORE);
      }
      takeBack(folder);
      writeAll(folder, WRITES);
      expect(filesIn(folder)).to.deep.equal(AFTER);
    }
    expect(tried).to.be.greaterThan(20);
    expect(outcomes.none).to.be.greaterThan(1);
    expect(outcomes.half).to.be.greaterThan(8);
    expect(outcomes.all).to.be.greaterThan(1);
  });

  it("holds for a process that is really killed", function () {
    this.timeout(60_000);
    const seen = [6, 12].map((killAt) => {
      const folder = folderOf();
      const argv = ["--import", "tsx", KILLED, folder, JSON.stringify(WRITES), String(killAt)];
      expect(spawnSync(process.execPath, argv).signal).to.equal("SIGKILL");
      const left = leftIn(folder);
      takeBack(folder);
      expect(filesIn(folder)).to.deep.equal(BEFORE);
      return left;
    });
    expect(seen).to.deep.equal(["half", "half"]);
  });

  it("writes nothing when one of the files differs from what the plan saw, or cannot be written", () => {
    const changed = folderOf();
    writeFileSync(join(changed, "a.yaml"), "name: Edited\n");
    expect(() => writeAll(changed, WRITES)).to.throw(UsageError, "was changed during the import");
    expect(filesIn(changed)).to.deep.equal({ "a.yaml": "name: Edited\n" });

    const blocked = folderOf();
    symlinkSync("/etc/missing-file", join(blocked, "new.yaml"));
    expect(() => writeAll(blocked, WRITES)).to.throw(UsageError, /could not be written: ELOOP/);
    rmSync(join(blocked, "new.yaml"));
    expect(filesIn(blocked)).to.deep.equal(BEFORE);
  });

  it("rolls back no file that was edited since, and accepts only its own journal", () => {
    const folder = folderOf();
    const journal = join(folder, ".import-journal");
    writeFileSync(journal, JSON.stringify({ version: 1, writes: WRITES }));
    writeFileSync(join(folder, "a.yaml"), "name: By hand\n");
    expect(() => takeBack(folder)).to.throw(UsageError, "was edited since");
    expect(readFileSync(join(folder, "a.yaml"), "utf8")).to.equal("name: By hand\n");

    const foreign = [
      "{",
      JSON.stringify({ version: 2, writes: [] }),
      JSON.stringify({
        version: 1,
        writes: [{ target: { customer: "../../etc/x" }, before: "x", after: "y" }],
      }),
      JSON.stringify({
        version: 1,
        writes: [{ target: { ledger: "../x" }, before: "x", after: "y" }],
      }),
    ];
    for (const text of foreign) {
      writeFileSync(journal, text);
      expect(() => takeBack(folder), text).to.throw(UsageError, "was not written by an import");
    }
  });

  it("is refused by every reader while it is half done, and reported when the next import rolls it back", async () => {
    const project = new ImportProject({ a: owned("1", "# half\n") });
    const half: PlannedWrite = {
      target: { customer: "a" },
      before: owned("1"),
      after: owned("1", "# half\n"),
    };
    project.put("customers/.import-journal", JSON.stringify({ version: 1, writes: [half] }));
    const { directory } = project;
    const validate = await script(["validate"], { directory });
    expect([
      validate.code,
      validate.stderr.includes(
        "got the journal of an import that was killed or is running. Run `npm run customers -- import <file> --mapping <mapping>` again",
      ),
    ]).to.deep.equal([1, true]);
    const { code, stderr } = await project.import(row("1"));
    expect([code, stderr]).to.deep.equal([
      0,
      "Rolled back what an import that was killed had written.\n",
    ]);
    expect(project.text("customers/a.yaml")).to.equal(owned("1"));
    expect((await script(["validate"], { directory })).code).to.equal(0);
  });
});

describe("the lock of an import", () => {
  const NOW = new Date("2026-11-23T12:00:00Z");

  async function holding(owner: object | string, rows = row("1")) {
    const project = new ImportProject({ a: owned("1") });
    project.put("imports/.lock", typeof owner === "string" ? owner : JSON.stringify(owner));
    return { project, run: await project.import(rows, "--write") };
  }
  const since = "2026-11-23T10:00:00.000Z";

  it("keeps a second import out, and says who holds it and for how long", async () => {
    const { run, project } = await holding({ pid: process.pid, host: hostname(), since });
    expect([run.code, run.stdout]).to.deep.equal([1, ""]);
    expect(run.stderr).to.match(
      new RegExp(
        `^Error: another import is running: process ${process.pid} on ${hostname()} holds .*imports/\\.lock for 2 hours\nWait for it\\. If that import is no longer running, delete that file and run this again\\.\n$`,
      ),
    );
    expect(project.text("customers/a.yaml")).to.equal(owned("1"));
    const elsewhere = await holding({ pid: 1, host: "another-machine", since });
    expect(elsewhere.run.stderr).to.contain("process 1 on another-machine holds");
    expect((await holding("not json")).run.stderr).to.contain("an unknown process holds");
    expect(existsSync(join(project.directory, "imports/.lock"))).to.equal(true);
  });

  it("of a process that was killed is taken over, and reported with its owner and age", async () => {
    const dead = spawnSync(process.execPath, ["-e", "console.log(process.pid)"], {
      encoding: "utf8",
    });
    const pid = Number(dead.stdout);
    const { run, project } = await holding(
      { pid, host: hostname(), since },
      row("1", { name: "New" }),
    );
    expect(run.code).to.equal(0);
    expect(run.stderr).to.equal(
      `Took over the lock of process ${pid} on ${hostname()}, which has ended; it started 2 hours ago.\n`,
    );
    expect(project.text("customers/a.yaml")).to.contain("name: New");
    expect(readdirSync(join(project.directory, "imports"))).to.deep.equal(["crm.json"]);
  });

  it("is released whatever happens, and only one of many gets it", async () => {
    const folder = join(folderOf(), "../imports");
    const failing = withImportLock(
      folder,
      NOW,
      () => {},
      () => Promise.reject(new Error("no")),
    );
    expect(await failing.catch((error: Error) => error.message)).to.equal("no");
    let inside = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        withImportLock(
          folder,
          NOW,
          () => {},
          async () => {
            expect(++inside).to.equal(1);
            await new Promise((resolve) => setImmediate(resolve));
            inside--;
          },
        ),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
