/**
 * Proves `history` and `why` against a replay: a repository with 400 commits, merges and clocks that are wrong among
 * them, is read by git; the answers for random customers, repositories and days are those of a list of files that the
 * test keeps.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { fileHistory } from "../../../automation/history/gitHistory";
import { why } from "../../../src/history/why";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const REPOSITORIES = ["edge-agent", "orchestrator", "sdk"];
const FIRST = Date.UTC(2025, 0, 1) / 1000;
const DAY = 86_400;

/** What a file says, as the test keeps it. */
interface File {
  repositories: string[];
  suspended: boolean;
  expires?: string;
}

const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

function textOf({ repositories, suspended, expires }: File): string {
  return [
    "name: Customer",
    `repositories: [${repositories.join(", ")}]`,
    ...(suspended ? ["status: suspended"] : []),
    ...(expires === undefined ? [] : [`expires: ${expires}`]),
    "",
  ].join("\n");
}

/** A commit of `git fast-import`. */
function commitText(branch: string, time: number, at: number, change: string, merged = ""): string {
  const message = `change ${at}`;
  return `commit refs/heads/${branch}\ncommitter Author ${at} <a@b.example> ${time} +0200\ndata ${message.length}\n${message}\n${merged}${change}\n`;
}

const ids = Array.from({ length: 8 }, (_, at) => `c${at}`);

/** Files of every commit on the branch, and the day from which it counts. */
interface Replay {
  day: string;
  at: number;
  files: Map<string, File>;
}

/** Numbers that a seed decides (xorshift32). */
function drawing(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Makes a repository and what is to be known of it. */
function made(draw: (below: number) => number): { directory: string; replay: Replay[] } {
  const directory = mkdtempSync(join(tmpdir(), "history-"));
  const git = (input: string, ...argv: string[]) =>
    execFileSync("git", argv, { cwd: directory, input, stdio: ["pipe", "pipe", "pipe"] });
  git("", "init", "--quiet", "--initial-branch=main");
  let [stream, day, files] = ["", "", new Map<string, File>()];
  const replay: Replay[] = [];
  for (let at = 0; at < 400; at++) {
    const id = ids[draw(ids.length)] ?? "";
    const [path, now] = [`customers/${id}.yaml`, files.get(id)];
    // A few commits have a clock that is weeks behind.
    const time = FIRST + at * DAY + draw(DAY) - (draw(20) === 0 ? 20 * DAY : 0);
    const next = draw(12) === 0 ? undefined : edited(now, time, draw);
    const content = next === undefined ? "" : textOf(next);
    const change =
      next === undefined
        ? `D ${path}\n`
        : `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
    if (draw(4) === 0 && at > 0) {
      // Made on a branch, weeks before it is merged.
      stream += `reset refs/heads/side\nfrom refs/heads/main\n\n${commitText("side", time - 15 * DAY, at, change)}`;
      stream += commitText("main", time, at, change, "merge refs/heads/side\n");
    } else stream += commitText("main", time, at, change);
    files = new Map(files);
    if (next === undefined) files.delete(id);
    else files.set(id, next);
    const on = dayOf(time);
    day = on > day ? on : day;
    replay.push({ day, at, files });
  }
  git(stream, "fast-import", "--quiet");
  mkdirSync(join(directory, "customers"));
  return { directory, replay };
}

function edited(now: File | undefined, time: number, draw: (below: number) => number): File {
  const file = now ?? { repositories: ["sdk"], suspended: false };
  const { expires: _, ...endless } = file;
  const edits: (() => File)[] = [
    // An active customer without a repository is refused.
    () => ({ ...file, repositories: REPOSITORIES.filter((_one, at) => at === 2 || draw(2) === 0) }),
    () => ({ ...file, repositories: REPOSITORIES.slice(0, 1 + draw(2)) }),
    () => ({ ...file, suspended: !file.suspended }),
    () => ({ ...file, expires: dayOf(time + (draw(60) - 10) * DAY) }),
    () => endless,
  ];
  return edits[draw(edits.length)]?.() ?? file;
}

function allowed(file: File | undefined, repository: string, day: string): boolean {
  if (file === undefined || file.suspended || !file.repositories.includes(repository)) return false;
  return file.expires === undefined || file.expires >= day;
}

describe("the history of a customer in git", function () {
  this.timeout(120_000);

  it("gives for any customer, repository and day what a replay of the commits gives", () => {
    let [asked, could] = [0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seed) => {
        const draw = drawing(seed);
        const { directory, replay } = made(draw);
        try {
          const histories = new Map(
            ids.map((id) => [id, fileHistory(join(directory, "customers"), id).versions]),
          );
          for (let query = 0; query < 250; query++) {
            const id = ids[draw(ids.length)] ?? "";
            const repository = REPOSITORIES[draw(REPOSITORIES.length)] ?? "";
            const day = dayOf(FIRST + (draw(430) - 10) * DAY);
            const inForce = replay.filter((one) => one.day <= day);
            const expected = allowed(inForce.at(-1)?.files.get(id), repository, day);
            const { reason, commit } = why(histories.get(id) ?? [], repository, day);
            expect(reason.kind === "granted", `${id} ${repository} ${day}`).to.equal(expected);
            asked++;
            if (!expected) continue;
            could++;
            // The commit is the first one of those that give access on that day without a gap.
            const values = inForce.map(({ files }) => allowed(files.get(id), repository, day));
            const first = inForce[values.lastIndexOf(false) + 1];
            expect(commit?.author).to.equal(`Author ${first?.at}`);
          }
        } finally {
          rmSync(directory, { recursive: true });
        }
      }),
      { numRuns: 4 },
    );
    expect([asked >= 1_000, could > 100]).to.deep.equal([true, true]);
  });
});

describe("`history` and `why`", function () {
  this.timeout(60_000);
  const FILE = "name: Acme\nrepositories: [edge-agent]\n";

  function committed(): { directory: string; run: (line: string) => ReturnType<typeof script> } {
    const directory = projectFolder({ globex: FILE });
    const git = (day: string, ...argv: string[]) => {
      const at = `${day}T10:00:00Z`;
      const names = ["AUTHOR", "COMMITTER"].flatMap((who) => [
        [`GIT_${who}_NAME`, "Jo Doe"],
        [`GIT_${who}_EMAIL`, "jo@b.example"],
        [`GIT_${who}_DATE`, at],
      ]);
      const env = { ...process.env, ...(Object.fromEntries(names) as Record<string, string>) };
      execFileSync("git", argv, { cwd: directory, env, stdio: "pipe" });
    };
    const commit = (day: string, message: string, text?: string) => {
      const file = join(directory, "customers", "acme.yaml");
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
      git(day, "add", "--all");
      git(day, "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", message);
    };
    git("2026-01-01", "init", "--quiet", "--initial-branch=main");
    commit("2026-01-05", "Add Acme", FILE);
    commit("2026-02-01", "Limit Acme", `${FILE}expires: 2026-03-31\n`);
    commit("2026-02-10", "Break Acme", "name: [\n");
    commit("2026-02-11", "Correct Acme", `${FILE}expires: 2026-03-31\nstatus: suspended\n`);
    commit("2026-02-20", "Resume Acme", `${FILE}expires: 2026-03-31\n`);
    commit("2026-06-01", "Remove Acme");
    const run = (line: string) =>
      script(line.split(" "), { directory, environment: process.env as Record<string, string> });
    return { directory, run };
  }

  it("show what changed, who could pull on a day, and by which commit", async () => {
    const { run } = committed();
    const { code, stdout } = await run("history acme");
    expect(code).to.equal(0);
    expect(stdout.replace(/[0-9a-f]{12}/g, "COMMIT").replace(/ +/g, " ")).to
      .equal(`day commit author change
2026-01-05 COMMIT Jo Doe created, +edge-agent
2026-02-01 COMMIT Jo Doe expires never → 2026-03-31
2026-02-10 COMMIT Jo Doe the file could not be read
2026-02-11 COMMIT Jo Doe status active → suspended
2026-02-20 COMMIT Jo Doe status suspended → active
2026-06-01 COMMIT Jo Doe deleted
`);
    const answers: Readonly<Record<string, RegExp>> = {
      "2026-01-04": /^On 2026-01-04, acme could not pull edge-agent: it had no file yet\.\n$/,
      "2026-01-05":
        /could pull edge-agent: its file listed the repository\.\n {2}by .* Add Acme\n$/,
      "2026-02-10": /could pull .*, with access until 2026-03-31\.\n {2}by .* Add Acme\n$/,
      "2026-02-15": /could not pull edge-agent: it was suspended\.\n {2}by .* Correct Acme\n$/,
      "2026-03-31": /could pull .*\n {2}by .* Resume Acme\n$/,
      "2026-04-01": /its last day with access was 2026-03-31\.\n {2}by .* Resume Acme\n$/,
      "2026-07-01": /its file had been deleted\.\n {2}by .* Remove Acme\n$/,
    };
    for (const [day, said] of Object.entries(answers)) {
      expect((await run(`why acme edge-agent --on ${day}`)).stdout, day).to.match(said);
    }
    const other = await run("why acme orchestrator --on 2026-01-10 --json");
    expect(JSON.parse(other.stdout)).to.deep.include({
      customer: "acme",
      day: "2026-01-10",
      reason: { kind: "not-listed" },
    });
  });

  it("say what is not committed, and refuse a customer that never was", async () => {
    const { directory, run } = committed();
    writeFileSync(join(directory, "customers", "globex.yaml"), `${FILE}contact: x\n`);
    const edited_ = await run("why globex edge-agent");
    expect(edited_.stderr).to.contain("globex.yaml has changes that are not committed.");
    for (const [line, said] of [
      ["why hooli edge-agent", 'git has no file of a customer "hooli" on this branch'],
      ["history ../Pulumi", "git has no file of a customer"],
      ["why acme edge-agent --on soon", 'expected a day for --on, got "soon"'],
    ] as const) {
      const { code, stderr } = await run(line);
      expect([code, stderr.includes(said)], stderr).to.deep.equal([1, true]);
    }
  });

  it("warn where the clone is shallow, and say when there is no git repository", async () => {
    const { directory } = committed();
    const clone = `${directory}-shallow`;
    execFileSync("git", ["clone", "--quiet", "--depth=2", `file://${directory}`, clone]);
    const argv = ["why", "acme", "edge-agent"];
    const environment = process.env as Record<string, string>;
    const shallow = await script(argv, { directory: clone, environment });
    expect(shallow.stderr).to.contain("This clone has only the latest commits");
    const without = await script(argv, { directory: projectFolder({ acme: FILE }), environment });
    expect(without.stderr).to.contain("the customer files are not in a git repository");
    rmSync(clone, { recursive: true });
  });
});
