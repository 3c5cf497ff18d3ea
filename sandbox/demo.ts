// `npm run demo`: the complete workflow on this machine, from customer files to a pulled image and to the end of
// access, step by step. Every step is checked against what AWS holds afterwards.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setStatus } from "../src/customers/write";
import { SandboxError } from "./aws/sandboxError";
import { DemoProject } from "./demoProject";
import { DemoPulls } from "./demoPulls";
import { showTokens } from "./demoTokens";
import { writeEnvironmentFile } from "./environmentFile";
import { SANDBOX } from "./paths";
import { pullersInAws } from "./pullersInAws";
import { readRecordedIds } from "../automation/engine/readState";
import { deviations, principalsAt, readBack, type ReadBack } from "../automation/update/readBack";
import { USER_PATH } from "../src/access/arns";
import { createAssumedRepositories } from "./repositories";
import { startSandbox, type Sandbox } from "./sandbox";

const HELP = `npm run demo [-- --keep]

Shows the complete workflow on this machine: the real Pulumi engine, no AWS account.
  --keep  leave everything deployed and running, and print commands to explore it
`;

/** The customer of README's sample. */
const ADDED = {
  id: "northwind",
  text: `# yaml-language-server: $schema=../schemas/customer.schema.json
name: Northwind Traders Ltd
repositories:
  - edge-agent
  - orchestrator
`,
};
const SUSPENDED = "acme-robotics";
const REMOVED = "globex";

const say = (line = "") => console.log(line);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { keep: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return say(HELP);

  say("Preparing the sandbox");
  const home = join(SANDBOX, "demo-home");
  rmSync(home, { recursive: true, force: true });
  const sandbox = await startSandbox({ home, progress: (line) => say(`  ${line}`) });
  try {
    say(`  engine: ${sandbox.engine.executable}, ${sandbox.engine.origin}`);
    say(`  AWS: an emulator at ${sandbox.aws.endpoint}, empty`);
    await showDemo(sandbox, values.keep ?? false);
    if (values.keep) await keepRunning(sandbox);
  } finally {
    await sandbox.stop();
  }
}

async function showDemo(sandbox: Sandbox, keep: boolean): Promise<void> {
  const project = new DemoProject(join(SANDBOX, "demo"), sandbox.environment);
  const { config } = project.load();
  const assumed = await createAssumedRepositories(sandbox.aws, config.repositories);
  say(`  the vendor's existing repositories: ${assumed.join(", ")}`);
  const pulls = await DemoPulls.prepare(sandbox, say);
  await pulls?.vendorPushes();
  await project.pulumi("stack", "init");

  await step(project, sandbox, "From customer files to access");
  const before = await pulls?.logIn(SUSPENDED);
  if (before !== undefined) await pulls?.pull(SUSPENDED, before);

  writeFileSync(project.customerFile(ADDED.id), ADDED.text);
  await step(project, sandbox, `A customer added: customers/${ADDED.id}.yaml`);
  project.editCustomer(SUSPENDED, (text) => setStatus(text, "suspended"));
  await step(
    project,
    sandbox,
    `One suspended: \`status: suspended\` in customers/${SUSPENDED}.yaml`,
  );
  rmSync(project.customerFile(REMOVED));
  await step(project, sandbox, `One removed: customers/${REMOVED}.yaml`);

  const writes = sandbox.front.journal.writes();
  await step(project, sandbox, "A second run without changes", "--expect-no-changes");
  expectSame("writes to AWS in the second run", sandbox.front.journal.writes() - writes, 0);

  if (pulls !== undefined && before !== undefined) {
    say("\nWhat the customers see");
    await pulls.pull(ADDED.id, await pulls.logIn(ADDED.id));
    await pulls.refused(SUSPENDED, before);
    await showTokens(project.load(), sandbox, pulls);
  }
  if (keep) return;

  say("\nEverything destroyed");
  await project.pulumi("destroy", "--yes");
  const found = await readBack(sandbox.view, project.load());
  const left = [...usersIn(found), ...found.roles, ...[...principalsAt(found).values()].flat()];
  expectSame("users, roles and principals left", left.length, 0);
  say("  AWS holds no user, no role and no repository policy any more");
}

function usersIn({ users }: ReadBack) {
  return users.filter(({ path }) => path === USER_PATH);
}

/** Deploys, then reads from AWS what is there, prints it, and compares it with the files. */
async function step(
  project: DemoProject,
  sandbox: Sandbox,
  title: string,
  ...flags: string[]
): Promise<void> {
  say(`\n${title}`);
  const output = await project.pulumi(
    "up",
    "--yes",
    "--skip-preview",
    "--continue-on-error",
    ...flags,
  );
  for (const line of resourceCounts(output)) say(`  ${line}`);

  const input = project.load();
  const found = await readBack(sandbox.view, input);
  const wrong = deviations(found, input, await readRecordedIds(input.config, project));
  if (wrong.length > 0) {
    throw new SandboxError(
      `AWS does not hold what the files say:\n${wrong.map((line) => `  ${line}`).join("\n")}`,
      `What the engine wrote is in ${project.log}.`,
    );
  }
  const users = usersIn(found);
  const active = users.filter(({ keys }) => keys?.some(({ status }) => status === "Active"));
  say(`  users in AWS: ${users.length}, ${active.length} with an active key`);
  say(`  roles in AWS, without a key: ${found.roles.map(({ name }) => name).join(", ")}`);
  for (const [repository, pullers] of pullersInAws(found, input)) {
    say(`  may pull ${repository}: ${pullers.map(inWords).join(", ") || "no one"}`);
  }
}

/** A user's name, or an account's number. */
function inWords(puller: string): string {
  const account = /^arn:aws:iam::([0-9]{12}):root$/.exec(puller)?.[1];
  return account === undefined ? puller : `AWS account ${account}`;
}

/** The engine's own summary: `+ 12 created`. */
function resourceCounts(output: string): string[] {
  const lines = output.split("\n").map((line) => line.trim());
  const from = lines.indexOf("Resources:");
  const to = lines.findIndex((line, index) => index > from && line === "");
  return from < 0 ? [] : lines.slice(from + 1, to < 0 ? undefined : to);
}

function expectSame(what: string, found: number, wanted: number): void {
  if (found === wanted) return;
  throw new SandboxError(
    `${what}: expected ${wanted}, got ${found}`,
    "This is a bug in ecr-customers: please report it.",
  );
}

/** Keeps the sandbox running until Ctrl-C. */
async function keepRunning(sandbox: Sandbox): Promise<void> {
  const file = writeEnvironmentFile(SANDBOX, sandbox.environment);
  const registry = new URL(sandbox.aws.endpoint).host;
  say(`
Everything is kept until you press Ctrl-C. In another terminal:

  cd ${join(SANDBOX, "demo")}
  . ${file}
  pulumi stack --stack dev
  aws iam list-users --path-prefix /customers/
  aws ecr get-repository-policy --repository-name edge-agent
  aws ecr get-login-password | crane auth login ${registry} -u AWS --password-stdin
  crane ls ${registry}/edge-agent
`);
  await new Promise((resolve) => process.once("SIGINT", resolve));
}

main().catch((error: unknown) => {
  if (error instanceof SandboxError) console.error(`\n${error.message}`);
  else console.error(error);
  process.exitCode = 1;
});
