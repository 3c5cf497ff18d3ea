// `npm run bench:adopt-whole -- --help`: how long the whole adoption of a brown-field account takes on the sandbox's emulator,
// the plan with its files and the first update, while every customer that can pull does so in turns with its old key.
// Fails when a pull fails, or when it takes longer than 10 minutes for 500 users.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { startSandbox } from "../sandbox/sandbox";
import { digits } from "../src/counted";
import { brownField } from "./brownfield/generate";
import { plantField } from "./brownfield/plant";
import { PullLoops } from "./brownfield/pullLoops";
import { settingsText } from "./brownfield/settingsText";
import { printTable } from "./table";

const LOOPS = 4;
/** What 500 users may take. */
const MOST_SECONDS = 600;
const SCRIPT = join(__dirname, "..", "automation", "customers.mjs");

interface Ended {
  code: unknown;
  stdout: string;
  seconds: number;
}

/** Asynchronous, because this process also serves the sandbox's AWS. */
async function script(
  argv: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const begin = performance.now();
  const child = spawn(process.execPath, [SCRIPT, ...argv, "--stack", "dev"], {
    ...{ cwd: directory, env, stdio: ["ignore", "pipe", "inherit"] },
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [code] = (await once(child, "close")) as unknown[];
  return { code, stdout, seconds: (performance.now() - begin) / 1000 };
}

async function main(): Promise<void> {
  const { users } = await yargs(hideBin(process.argv))
    .scriptName("npm run bench:adopt-whole --")
    .command("$0 [users]", "adopt a generated account while its customers pull", (command) =>
      command.positional("users", { type: "number", default: 500, describe: "how many users" }),
    )
    .strict()
    .version(false)
    .parse();
  const count = Number(users);
  const directory = mkdtempSync(join(tmpdir(), "bench-adopt-whole-"));
  const sandbox = await startSandbox({ home: join(directory, "home"), progress: () => {} });
  const field = brownField(500, count);
  try {
    console.error(`Planting ${digits(count)} users…`);
    const keys = await plantField(field, sandbox.aws);
    writeFileSync(join(directory, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
    writeFileSync(join(directory, "Pulumi.dev.yaml"), settingsText(field));
    const environment = { PATH: process.env["PATH"], ...sandbox.environment };
    const run = (...argv: string[]) => script(argv, directory, environment);
    const stack = spawn(sandbox.engine.executable, ["stack", "init", "dev", "--non-interactive"], {
      ...{ cwd: directory, env: environment, stdio: "ignore" },
    });
    await once(stack, "close");
    const loops = await PullLoops.start(keys, field.catalogue, sandbox.aws, LOOPS);
    console.error(`${digits(loops.customers)} customers pull in ${LOOPS} loops; adopting…`);
    const selection = ["--tag", "role=customer", "--accounts", "all"];
    const plan = await run("adopt", ...selection, "--write", "--json");
    const { customers } = JSON.parse(plan.stdout) as { customers?: unknown[] };
    const preview = await run("preview", "--json");
    const { refusals } = JSON.parse(preview.stdout) as { refusals: { flag: string }[] };
    const up = await run("up", "--yes", ...refusals.flatMap(({ flag }) => flag.split(" ")));
    await loops.stop();
    for (const failure of loops.failures.slice(0, 10)) console.error(failure);
    if (up.code !== 0) console.error(up.stdout);
    const seconds = plan.seconds + up.seconds;
    const problems = [
      ...(up.code === 0 ? [] : ["the update failed"]),
      ...(loops.failures.length === 0 ? [] : [`${digits(loops.failures.length)} pulls failed`]),
      ...(loops.pulls > 0 ? [] : ["no one pulled"]),
      ...(seconds <= MOST_SECONDS ? [] : [`it took longer than ${MOST_SECONDS} s`]),
    ];
    if (problems.length > 0) process.exitCode = 1;
    printTable(
      ["users", "adopted", "plan s", "update s", "pulling", "pulls", "failed pulls"],
      [
        [
          digits(count),
          digits(customers?.length ?? 0),
          plan.seconds.toFixed(1),
          up.seconds.toFixed(1),
          digits(loops.customers),
          digits(loops.pulls),
          digits(loops.failures.length),
        ],
      ],
    );
    console.log(
      problems.length === 0
        ? `PASSED: ${digits(customers?.length ?? 0)} customers were adopted in ${seconds.toFixed(0)} s, and no pull failed.`
        : `FAILED: ${problems.join("; ")}.`,
    );
  } finally {
    await sandbox.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

void main();
