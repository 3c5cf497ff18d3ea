// `npm run bench:adopt-kills -- --help`: kills the first update of an adoption right before each of its writes, one after
// the other, and at last in a chain of updates, each killed one write later. Every customer pulls with its old key meanwhile.
// The tests are those of test/e2e/adoption.test.ts. Fails when one of them fails.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { Resumable } from "./resumable";

/** More writes than the update of three customers has. */
const MOST = 60;
const ROOT = join(__dirname, "..");

/** `none`: the update has fewer writes. */
interface Outcome {
  result: "passed" | "failed" | "none";
  report: string;
}

interface MochaReport {
  stats: { passes: number; pending: number; failures: number };
  failures: { title: string; err: { stack?: string } }[];
}

/** Runs the tests whose titles have this, with kills as `ADOPTION_KILLS` says. */
async function tested(kills: string, grep: string): Promise<Outcome> {
  const argv = ["--no-parallel", "--reporter", "json", "test/e2e/adoption.test.ts"];
  const child = spawn(
    process.execPath,
    [join(ROOT, "node_modules/mocha/bin/mocha.js"), ...argv, "--grep", grep],
    {
      cwd: ROOT,
      env: { ...process.env, ADOPTION_KILLS: kills },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let report = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (report += text));
  await once(child, "close");
  const begin = report.indexOf("{\n");
  if (begin < 0) return { result: "failed", report };
  const { stats, failures } = JSON.parse(report.slice(begin)) as MochaReport;
  const failed = failures.map(({ title, err }) => `${title}: ${err.stack ?? ""}`).join("\n");
  if (stats.failures > 0 || stats.passes + stats.pending === 0) {
    return { result: "failed", report: failed };
  }
  return { result: stats.pending > 0 ? "none" : "passed", report: "" };
}

async function main(): Promise<void> {
  const { first, last, chain, fresh } = await yargs(hideBin(process.argv))
    .scriptName("npm run bench:adopt-kills --")
    .command("$0 [first] [last]", "kill an adoption at each of its writes", (command) =>
      command
        .positional("first", { type: "number", default: 1, describe: "the first write" })
        .positional("last", {
          type: "number",
          default: MOST,
          describe: "the last write; it ends earlier when the update has no more",
        }),
    )
    .option("chain", { type: "boolean", default: true, describe: "also the chain of kills" })
    .option("fresh", { type: "boolean", default: false, describe: "repeat what has passed" })
    .strict()
    .version(false)
    .parse();
  const results = new Resumable<Outcome>("adopt-kills", fresh);
  const failed: string[] = [];
  let killed = 0;
  const step = async (name: string, kills: string, grep: string): Promise<Outcome["result"]> => {
    const begin = performance.now();
    const { result, report } = await results.result(
      name,
      () => tested(kills, grep),
      (one) => one.result !== "failed",
    );
    const seconds = Math.round((performance.now() - begin) / 1000);
    if (result === "failed") {
      console.error(report);
      failed.push(name);
    }
    if (result === "passed") killed += 1;
    console.error(
      `${name}: ${result === "none" ? "the update has no such write" : result} (${seconds} s)`,
    );
    return result;
  };
  for (let write = Number(first); write <= Number(last); write++) {
    const result = await step(`write ${write}`, `${write}`, `a kill at write ${write},`);
    if (result === "none") break;
  }
  if (chain) await step("chain", "chain", "run after run is killed");
  if (failed.length > 0) process.exitCode = 1;
  console.log(
    failed.length === 0
      ? `PASSED: ${killed} adoptions were killed, finished by the next run, and no pull failed.`
      : `FAILED: ${failed.join(", ")}. The same command repeats only these.`,
  );
}

void main();
