// `npm run sandbox`: an AWS emulator on this machine, until Ctrl-C, and the environment to use it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execFileSync } from "node:child_process";
import { loadStackConfig } from "../src/config";
import { formatProblems } from "../src/problem";
import { SandboxError } from "./aws/sandboxError";
import { tryToInstallClients } from "./clients/install";
import { environmentLines, writeEnvironmentFile } from "./environmentFile";
import { PROJECT, SANDBOX } from "./paths";
import { createAssumedRepositories } from "./repositories";
import { startSandbox } from "./sandbox";

const HELP = `npm run sandbox [-- --port 4566]

Starts an empty AWS account on this machine and prints the environment to set, so that
\`pulumi preview\` and \`pulumi up\` work with it from the project's root. Ctrl-C stops it.
  --port  of AWS's endpoint; 4566 by default
`;
const DEFAULT_PORT = "4566";
const STACK = "dev";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);

  const { config, problems } = loadStackConfig(PROJECT, STACK);
  if (config === undefined) throw new SandboxError(formatProblems(problems), "Fix these first.");
  // AWS starts empty, and so must Pulumi's state.
  const home = join(SANDBOX, "home");
  rmSync(home, { recursive: true, force: true });
  const sandbox = await startSandbox({
    home,
    port: Number(values.port ?? DEFAULT_PORT),
    progress: (line) => console.log(line),
  });
  try {
    await createAssumedRepositories(sandbox.aws, config.repositories);
    await tryToInstallClients(SANDBOX, sandbox.engine, (line) => console.log(line));
    // Makes no AWS call, so this process, which serves AWS, may block.
    execFileSync(sandbox.engine.executable, ["stack", "init", STACK], {
      cwd: PROJECT,
      env: sandbox.environment,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const registry = new URL(sandbox.aws.endpoint).host;
    const file = writeEnvironmentFile(SANDBOX, sandbox.environment);
    console.log(`
The sandbox is running. In another terminal, in ${PROJECT}:

${environmentLines(sandbox.environment)
  .map((line) => `  ${line}`)
  .join("\n")}

or all of it with \`. ${file}\`, and then

  pulumi preview --stack ${STACK}
  pulumi up --stack ${STACK}
  aws ecr get-login-password | crane auth login ${registry} -u AWS --password-stdin
  crane catalog ${registry}

Ctrl-C stops the sandbox and discards its data.`);
    await new Promise((resolve) => process.once("SIGINT", resolve));
  } finally {
    await sandbox.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof SandboxError ? error.message : error);
  process.exitCode = 1;
});
