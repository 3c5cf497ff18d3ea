// `npm run sandbox`, and `ecr-customers sandbox`: an AWS on this machine, until Ctrl-C, and the environment to use it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chooseStack } from "../automation/files/stackFiles";
import { UsageError } from "../automation/output/usageError";
import { loadStackConfig } from "../src/config";
import { asInvoked } from "../src/invocation";
import { formatProblems } from "../src/problem";
import { SandboxError } from "./aws/sandboxError";
import { tryToInstallClients } from "./clients/install";
import { environmentLines, writeEnvironmentFile } from "./environmentFile";
import { PROJECT, SANDBOX } from "./paths";
import { createAssumedRepositories } from "./repositories";
import { startSandbox } from "./sandbox";
import { withSandboxStack } from "./sandboxStack";

const HELP = `npm run sandbox [-- --stack dev] [--port 4566]

Starts an AWS account on this machine, empty but for the repositories that the stack assumes to exist, and prints
the environment to set, so that all commands and \`pulumi\` work with it in the project's folder. Ctrl-C stops it.
  --stack  the stack, as in Pulumi.<stack>.yaml; optional if there is only one
  --port   of AWS's endpoint; 4566 by default
`;
const DEFAULT_PORT = "4566";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { stack: { type: "string" }, port: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);

  const stack = chooseStack(PROJECT, values.stack);
  const { config, problems } = loadStackConfig(PROJECT, stack);
  if (config === undefined) throw new SandboxError(formatProblems(problems), "Fix these first.");
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve());
  });
  // AWS starts empty, and so must Pulumi's state.
  const home = join(SANDBOX, "home");
  rmSync(home, { recursive: true, force: true });
  const progress = (line: string) => console.log(line);
  const sandbox = await startSandbox({
    home,
    port: Number(values.port ?? DEFAULT_PORT),
    account: config.account,
    region: config.region,
    progress,
  });
  try {
    await createAssumedRepositories(sandbox.aws, config.repositories);
    await tryToInstallClients(SANDBOX, sandbox.engine, progress);
    await withSandboxStack(PROJECT, stack, sandbox, async () => {
      const registry = new URL(sandbox.aws.endpoint).host;
      const file = writeEnvironmentFile(SANDBOX, sandbox.environment);
      const lines = environmentLines(sandbox.environment).map((line) => `  ${line}`);
      console.log(`
The sandbox is running. In another terminal, in ${PROJECT}:

${lines.join("\n")}

or all of it with \`. ${file}\`, and then

${commands(stack, registry)}

Ctrl-C stops the sandbox and discards its data.`);
      await stopped;
    });
  } finally {
    await sandbox.stop();
  }
}

function commands(stack: string, registry: string): string {
  const own = ["preview", "up"].map((command) =>
    asInvoked(`\`ecr-customers ${command}\``, { stack }).replaceAll("`", ""),
  );
  return [
    ...own,
    `aws ecr get-login-password | crane auth login ${registry} -u AWS --password-stdin`,
    `crane catalog ${registry}`,
  ]
    .map((line) => `  ${line}`)
    .join("\n");
}

main().catch((error: unknown) => {
  const isExpected = error instanceof SandboxError || error instanceof UsageError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
