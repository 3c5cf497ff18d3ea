import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretsSettings } from "../automation/files/stackFiles";
import { SandboxError } from "./aws/sandboxError";
import type { Sandbox } from "./sandbox";
import { askTool } from "./tool";

/** The line that the engine adds to a stack's settings when it encrypts the stack's secrets with a passphrase. */
const SALT = /^encryptionsalt: .*\n?/m;

/**
 * Creates the stack in the sandbox's state, for as long as `work` takes. The settings of a stack that has never been
 * deployed are left as they were: how its secrets are encrypted is decided at its real start.
 *
 * @throws SandboxError when the stack's secrets are encrypted with something that the sandbox does not have.
 */
export async function withSandboxStack(
  project: string,
  stack: string,
  { engine, environment }: Pick<Sandbox, "engine" | "environment">,
  work: () => Promise<void>,
): Promise<void> {
  const file = join(project, `Pulumi.${stack}.yaml`);
  const { secretsprovider, encryptionsalt } = secretsSettings(project, stack);
  if (secretsprovider !== undefined && secretsprovider !== "passphrase") {
    throw new SandboxError(
      `Pulumi.${stack}.yaml encrypts the stack's secrets with ${secretsprovider}, which is not in the sandbox`,
      `Copy the folder, delete \`secretsprovider\` and \`encryptedkey\` in the copy's Pulumi.${stack}.yaml, and start the sandbox there.`,
    );
  }
  const before = readFileSync(file, "utf8");
  const { code, output } = await askTool(engine.executable, ["stack", "init", stack], {
    cwd: project,
    env: environment,
  });
  if (code !== 0) {
    throw new SandboxError(
      `The stack ${stack} could not be created in the sandbox:\n${output.trim()}\n`,
      `If it is its passphrase, delete \`encryptionsalt\` in a copy of this folder, and start the sandbox there.`,
    );
  }
  const after = readFileSync(file, "utf8");
  try {
    await work();
  } finally {
    if (encryptionsalt === undefined) {
      const now = readFileSync(file, "utf8");
      writeFileSync(file, now === after ? before : now.replace(SALT, ""));
    }
  }
}
