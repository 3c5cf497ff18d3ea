// `npm run bench:ci`: where the time goes between a pull request and its preview, and between its merge and the access,
// as a runner with an empty home goes through a vendor's workflows. Stand-ins: a folder for GitHub's repository, copies of
// folders for actions/cache and for the download of Pulumi and its plugins, and the sandbox with its local provider for AWS.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { createAssumedRepositories } from "../sandbox/repositories";
import { SANDBOX_ACCOUNT, SANDBOX_REGION, startSandbox } from "../sandbox/sandbox";
import { loadProject } from "../src/project";
import { printTable } from "./table";

const ROOT = join(__dirname, "..");
const CUSTOMERS = 50;
const INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund"];
const BIN = join("node_modules", ".bin", "ecr-customers");

type Environment = Readonly<Record<string, string>>;

/** Step → seconds. */
type Times = Map<string, number>;

/** What a runner starts with and what it is given. */
interface Runner {
  /** The packed package: nothing is published, so the lockfile names a file beside the checkout. */
  tarball: string;
  origin: string;
  /** npm's cache of an earlier run; undefined for the first run. */
  npmCache: string | undefined;
  /** Folders of Pulumi and of its plugins. */
  engine: string;
  plugins: string;
  environment: Environment;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-ci-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: () => {} });
  try {
    const seedHome = join(folder, "seed-home");
    mkdirSync(seedHome);
    const environment = { ...sandbox.environment, HOME: seedHome };
    const tarball = pack(folder);
    const origin = await makeVendor(folder, tarball, environment);
    const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    const { input } = loadProject(origin, "prod", today);
    if (input === undefined) throw new Error(`${origin} has a problem`);
    await createAssumedRepositories(sandbox.aws, input.config.repositories);
    await run(BIN, ["up", "--yes"], origin, environment);

    const runner = (npmCache: string | undefined): Runner => ({
      tarball,
      origin,
      npmCache,
      engine: sandbox.engine.directory,
      plugins: sandbox.environment["PULUMI_HOME"] ?? "",
      environment: sandbox.environment,
    });
    const columns = [
      await oneRunner(join(folder, "first"), runner(undefined), "first"),
      await oneRunner(join(folder, "later"), runner(join(seedHome, ".npm")), "later"),
    ];
    print(columns);
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function pack(folder: string): string {
  const command = ["run", "--silent", "pack", "--", "--pack-destination", folder];
  execFileSync("npm", command, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
}

/** A vendor's repository with the package in it, as `npm install` and `init` make it, and some customers. */
async function makeVendor(
  folder: string,
  tarball: string,
  environment: Environment,
): Promise<string> {
  const vendor = join(folder, "vendor");
  mkdirSync(vendor);
  await run("npm", ["install", ...INSTALL, join("..", basename(tarball))], vendor, environment);
  const answers = `--account ${SANDBOX_ACCOUNT} --region ${SANDBOX_REGION} --repositories edge-agent,orchestrator --github acme/registry --secrets-provider passphrase`;
  await run(BIN, ["init", "--yes", ...answers.split(" ")], vendor, environment);
  await run("pulumi", ["stack", "init", "prod"], vendor, environment);
  for (let number = 1; number <= CUSTOMERS; number++) addCustomer(vendor, `customer-${number}`);
  git(vendor, "init", "--quiet", "--initial-branch=main");
  commit(vendor, "Begin");
  return vendor;
}

/** Adds a customer, then does what the workflows do with it, in an empty home. */
async function oneRunner(home: string, runner: Runner, customer: string): Promise<Times> {
  addCustomer(runner.origin, customer);
  commit(runner.origin, `Add ${customer}`);
  const work = join(home, "work");
  mkdirSync(home);
  cpSync(runner.tarball, join(home, basename(runner.tarball)));
  const environment = {
    ...runner.environment,
    HOME: home,
    PULUMI_HOME: join(home, ".pulumi"),
    PATH: [join(home, "engine"), process.env["PATH"]].join(delimiter),
  };
  const times: Times = new Map();
  const step = async (name: string, action: () => unknown) => {
    const started = process.hrtime.bigint();
    await action();
    times.set(name, Number(process.hrtime.bigint() - started) / 1e9);
  };
  const program = (...argv: string[]) => run(BIN, argv, work, environment);
  await step("checkout", () =>
    run(
      "git",
      ["clone", "--quiet", "--depth=1", `file://${runner.origin}`, work],
      home,
      environment,
    ),
  );
  const { npmCache } = runner;
  await step("npm's cache", () => {
    if (npmCache !== undefined) cpSync(npmCache, join(home, ".npm"), { recursive: true });
  });
  await step("npm ci", () => run("npm", ["ci", ...INSTALL], work, environment));
  await step("validate", () => program("validate"));
  await step("access --prove", () => program("access", "--prove"));
  await step("Pulumi and its plugins", () => {
    cpSync(runner.engine, join(home, "engine"), { recursive: true });
    cpSync(runner.plugins, join(home, ".pulumi"), { recursive: true });
  });
  await step("preview", () => program("preview", "--markdown", join(home, "preview.md")));
  await step("up", () => program("up", "--yes"));
  return times;
}

/** Sums of the steps that a job has. */
const JOBS: readonly (readonly [string, readonly string[]])[] = [
  [
    "check: validate and proof",
    ["checkout", "npm's cache", "npm ci", "validate", "access --prove"],
  ],
  ["preview", ["checkout", "npm's cache", "npm ci", "Pulumi and its plugins", "preview"]],
  ["apply", ["checkout", "npm's cache", "npm ci", "Pulumi and its plugins", "up"]],
];

function print(columns: readonly Times[]): void {
  const head = ["empty caches", "restored caches"];
  const seconds = (value = 0) => `${value.toFixed(1)} s`;
  const [first] = columns;
  printTable(
    ["step", ...head],
    [...(first?.keys() ?? [])].map((name) => [
      name,
      ...columns.map((one) => seconds(one.get(name))),
    ]),
  );
  const sum = (times: Times, names: readonly string[]) =>
    names.reduce((total, name) => total + (times.get(name) ?? 0), 0);
  printTable(
    ["job", ...head],
    JOBS.map(([job, names]) => [job, ...columns.map((times) => seconds(sum(times, names)))]),
  );
}

function addCustomer(vendor: string, id: string): void {
  writeFileSync(
    join(vendor, "customers", `${id}.yaml`),
    `name: ${id}\nrepositories: [edge-agent]\n`,
  );
}

function commit(vendor: string, message: string): void {
  git(vendor, "add", "--all");
  const set = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  git(vendor, ...set, "commit", "--quiet", "-m", message);
}

function git(cwd: string, ...args: string[]): void {
  execFileSync("git", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

/** Asynchronous, because this process also serves the sandbox's AWS. @throws Error with the output when it fails. */
async function run(
  command: string,
  argv: readonly string[],
  cwd: string,
  env: Environment,
): Promise<void> {
  const child = spawn(command, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${argv.join(" ")} exited with ${code}\n${output}`);
}

void main();
