/**
 * Proves that a record on a branch sends each notice once, with real commits and pushes: over a simulated year in which
 * runs are killed at random points and done twice, for two runs at once, and for a process that is killed between
 * sending and recording.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { BranchRecord } from "../../../automation/notices/recordBranch";
import { sendNotices } from "../../../automation/notices/sending";
import type { Customer } from "../../../src/customers/model";
import { dueNotices, EMPTY_RECORD, withSent } from "../../../src/notices/due";
import type { Notice } from "../../../src/notices/model";
import { TEMPLATES } from "../../../src/notices/texts";
import { customer } from "../../access/support";
import { projectFolder } from "../support/project";

const ROOT = join(__dirname, "..", "..", "..");
const BRANCH = "notices";
const PATH = "notices/prod.json";

/** Clones of one repository, as machines have them that know nothing of each other. */
function machines(count: number): { origin: string; clones: string[] } {
  const root = mkdtempSync(join(tmpdir(), "record-branch-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const origin = join(root, "origin.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  const clones = Array.from({ length: count }, (_, at) => join(root, `machine-${at}`));
  for (const clone of clones) {
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", clone]);
    execFileSync("git", ["remote", "add", "origin", origin], { cwd: clone });
  }
  return { origin, clones };
}

const opened = (directory: string, runner: string, now: string, path = PATH) =>
  new BranchRecord({
    ...{ directory, branch: BRANCH, path, first: EMPTY_RECORD, runner },
    ...{ now: new Date(now), pause: () => undefined },
  });

/** A hook of the repository, run by git's own server. */
function hook(origin: string, name: string, lines: readonly string[]): void {
  const text = ["#!/bin/sh", ...lines, ""].join("\n");
  writeFileSync(join(origin, "hooks", name), text, { mode: 0o755 });
}

const notice = (key: string): Notice => ({
  ...{ key, kind: "ends", audience: "owner", subject: "", text: "" },
});

class Killed extends Error {}

describe("a record of notices on a branch", function () {
  this.timeout(300_000);

  it("sends each notice of a year once, on time, and none after a renewal, whatever is killed", async () => {
    const { clones } = machines(2);
    let state = 20_261_123;
    const draw = (below: number) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const dayAt = (count: number) =>
      new Date(Date.UTC(2026, 0, 1 + count)).toISOString().slice(0, 10);
    let customers: Customer[] = Array.from({ length: 4 }, (_, at) =>
      customer(`c${at}`, { contact: `ops@c${at}.example`, expires: dayAt(30 + draw(300)) }),
    );
    const options = { templates: TEMPLATES, owner: "team@vendor.example" };
    const received = new Map<string, number>();
    let [kills, repeated, checked] = [0, 0, 0];
    for (let day = 0; day < 365; day++) {
      if (draw(20) === 0) {
        const renewed = draw(customers.length);
        customers = customers.map((one, at) =>
          at === renewed ? { ...one, expires: dayAt(day + 100 + draw(100)) } : one,
        );
      }
      const facts = { customers, today: dayAt(day), budgets: [], keys: new Map() };
      const all = dueNotices(facts, EMPTY_RECORD, options).notices;
      // A run without anything to send does nothing; some of them still are done, and some days are left out.
      const isNew = all.some(({ key }) => !received.has(key));
      if ((!isNew && draw(40) > 0) || draw(10) === 0) continue;
      for (let runs = 1 + draw(2); runs > 0; runs--) {
        // The next attempt of the day is a repetition of the same job on another machine.
        const kept = opened(clones[draw(2)] ?? "", `run ${day}`, `${dayAt(day)}T06:00:00Z`);
        const { notices, record } = dueNotices(facts, kept.record, options);
        let steps = draw(3) === 0 ? draw(2 * notices.length + 2) : Infinity;
        // A kill comes before or after any step that leaves a trace; then nothing happens any more.
        const step = (act: () => void) => {
          if (steps-- <= 0) throw new Killed();
          act();
        };
        try {
          const result = await sendNotices(notices, record, dayAt(day), {
            send: ({ key }) => {
              step(() => {
                if (received.has(key)) repeated++;
                else received.set(key, day);
              });
              return Promise.resolve();
            },
            save: (next) => {
              step(() => {
                kept.save(next);
              });
            },
          });
          if (result.failed.length > 0) throw new Killed();
          kept.end();
          for (const { key } of all) {
            expect(received.get(key), key).to.be.at.most(day);
            checked++;
          }
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          kills++;
        }
      }
      for (const [key, on] of received) {
        if (on === day) expect(all.map((one) => one.key)).to.include(key);
      }
    }
    expect([kills > 10, received.size > 50, checked > 100]).to.deep.equal([true, true, true]);
    // Of a killed run at most one notice comes twice, with the key by which its receiver knows it.
    expect(repeated).to.be.at.most(kills);
  });

  it("lets one of two runs begin that have read the same commit", () => {
    const { clones } = machines(2);
    const [one, other] = clones.map((clone, at) => opened(clone, `m${at}`, "2026-11-23T06:00:00Z"));
    one?.save(EMPTY_RECORD);
    expect(() => other?.save(EMPTY_RECORD)).to.throw(/^git push failed: .*rejected/);
    one?.save(withSent(EMPTY_RECORD, notice("a"), "2026-11-23"));
    one?.end();
    const next = opened(clones[1] ?? "", "m1", "2026-11-23T07:00:00Z");
    expect(next.record.sent).to.deep.equal({ a: "2026-11-23" });
    next.save(next.record);
    next.end();
  });

  it("counts a push as done whose answer was lost", () => {
    const { origin, clones } = machines(2);
    const kept = opened(clones[0] ?? "", "m0", "2026-11-23T06:00:00Z");
    kept.save(EMPTY_RECORD);
    // The branch has the commit; then the server dies.
    hook(origin, "post-receive", ["kill -9 $PPID"]);
    kept.save(withSent(EMPTY_RECORD, notice("a"), "2026-11-23"));
    kept.end();
    const next = opened(clones[1] ?? "", "m1", "2026-11-23T07:00:00Z");
    expect(next.record.sent).to.deep.equal({ a: "2026-11-23" });
    const log = execFileSync("git", ["rev-list", "--count", BRANCH], { cwd: origin });
    expect(log.toString().trim()).to.equal("3");
  });

  it("is pushed again after a push that failed, once something may have been sent", () => {
    const { origin, clones } = machines(2);
    const [first = "", second = ""] = clones;
    const pauses: number[] = [];
    const of = { branch: BRANCH, path: PATH, first: EMPTY_RECORD, runner: "m0" };
    const now = new Date("2026-11-23T06:00:00Z");
    const pause = (time: number) => void pauses.push(time);
    const kept = new BranchRecord({ ...of, directory: first, now, pause });
    kept.save(EMPTY_RECORD);
    const failTwice = 'cd "$GIT_DIR"; echo x >> tries; [ $(wc -l < tries) -gt 2 ]';
    hook(origin, "pre-receive", [failTwice]);
    kept.save(withSent(EMPTY_RECORD, notice("a"), "2026-11-23"));
    kept.end();
    expect(pauses).to.have.length(2);
    expect(opened(second, "m1", "2026-11-23T07:00:00Z").record.sent).to.have.keys("a");
    // Refused whatever is tried: before anything is sent this is an error at once.
    hook(origin, "pre-receive", ["exit 1"]);
    const refused = new BranchRecord({ ...of, directory: first, now, pause });
    expect(() => refused.save(EMPTY_RECORD)).to.throw(/^git push failed: /);
    expect(pauses).to.have.length(2);
  });

  it("stops sending when what was sent cannot be recorded, and says what that was", async () => {
    const { origin, clones } = machines(1);
    const kept = opened(clones[0] ?? "", "m0", "2026-11-23T06:00:00Z");
    const sent: string[] = [];
    const all = ["a", "b"].map((key) => ({ ...notice(key), to: "ops@acme.example" }));
    const error: unknown = await sendNotices(all, EMPTY_RECORD, "2026-11-23", {
      send: ({ key }) => {
        sent.push(key);
        hook(origin, "pre-receive", ["exit 1"]);
        return Promise.resolve();
      },
      save: (next) => {
        kept.save(next);
      },
    }).catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(
      /the notice a was sent to ops@acme\.example, and this cannot be recorded: git push failed: /,
    );
    expect(sent).to.deep.equal(["a"]);
  });

  it("keeps another run away while one sends, and for three hours after one was stopped", () => {
    const { clones } = machines(2);
    const [first = "", second = ""] = clones;
    opened(first, "run 1", "2026-11-23T06:00:00Z").save(EMPTY_RECORD);
    const at = (runner: string, now: string) => {
      const kept = opened(second, runner, now);
      kept.save(EMPTY_RECORD);
      return kept;
    };
    expect(() => at("run 2", "2026-11-23T08:59:00Z")).to.throw(
      "another run has been sending notices since 2026-11-23T06:00:00Z",
    );
    // The same job, repeated; then another one, the next day.
    at("run 1", "2026-11-23T08:59:00Z");
    at("run 2", "2026-11-24T06:00:00Z").end();
    at("run 3", "2026-11-24T06:01:00Z");
  });

  it("keeps what other stacks record on the same branch at the same time", () => {
    const { origin, clones } = machines(2);
    const [prod, dev] = [PATH, "notices/dev.json"].map((path, at) =>
      opened(clones[at] ?? "", "run", "2026-11-23T06:00:00Z", path),
    );
    for (const kept of [prod, dev, prod, dev]) kept?.save(EMPTY_RECORD);
    prod?.end();
    dev?.end();
    const files = execFileSync("git", ["ls-tree", "-r", "--name-only", BRANCH], { cwd: origin });
    expect(files.toString()).to.equal("notices/dev.json\nnotices/prod.json\n");
  });

  it("sends again, with the same key, what a killed process had sent and not recorded, and nothing else", async () => {
    const { origin } = machines(0);
    // The process has its own clock.
    const expires = new Date(Date.now() + 4 * 86_400_000).toISOString().slice(0, 10);
    const file = `name: Acme\nrepositories: [edge-agent]\nexpires: ${expires}\n`;
    const directory = projectFolder({
      acme: `${file}contact: a\nowner: b\n`,
      globex: `${file}contact: c\n`,
    });
    execFileSync("git", ["init", "--quiet"], { cwd: directory });
    execFileSync("git", ["remote", "add", "origin", origin], { cwd: directory });
    const keys: string[] = [];
    let sender: ReturnType<typeof spawn> | undefined;
    const server = createServer((request, response) => {
      keys.push(String(request.headers["idempotency-key"]));
      // The second notice has arrived; its sender will not learn of it.
      if (keys.length === 2) sender?.kill("SIGKILL");
      else response.writeHead(204).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const run = async (): Promise<number | null> => {
      const argv = ["notices", "--send", "webhook", "--record-branch", BRANCH];
      sender = spawn(process.execPath, [join(ROOT, "automation", "customers.mjs"), ...argv], {
        cwd: directory,
        env: {
          ...process.env,
          GITHUB_RUN_ID: "7",
          NOTICES_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
          NOTICES_WEBHOOK_SECRET: "s3cret",
        },
        stdio: "ignore",
      });
      return new Promise((resolve) => sender?.once("exit", resolve));
    };
    try {
      expect(await run()).to.equal(null);
      expect(await run()).to.equal(0);
      expect(await run()).to.equal(0);
    } finally {
      server.close();
    }
    expect(keys).to.have.length(4);
    expect([keys[2], new Set(keys).size]).to.deep.equal([keys[1], 3]);
  });
});
