import { spawn } from "node:child_process";
import { notStarted } from "./command";
import { explainEngineText } from "./errors";
import { KeyMaterialError } from "./keyMaterial";

/** The engine and the stack whose state it exports. */
interface SecretExportOptions {
  executable: string;
  projectDirectory: string;
  stack: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The state with its secrets decrypted: the only call of the script that asks the engine for secrets
 * (command.ts removes `--show-secrets` from all others). The engine's output stays in this process's
 * memory: no hook, log or error receives it.
 *
 * @throws KeyMaterialError when there is no such stack, i.e. nothing has been deployed yet.
 * @throws EngineError whose detail contains standard error only.
 */
export function exportWithSecrets(options: SecretExportOptions): Promise<string> {
  const { executable, projectDirectory, stack, environment } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(
      executable,
      ["--non-interactive", "stack", "export", "--show-secrets", "--stack", stack],
      {
        cwd: projectDirectory,
        env: { ...environment, PULUMI_AUTOMATION_API: "true" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const written: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (bytes: Buffer) => written.push(bytes));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (cause) => {
      reject(notStarted(executable, cause));
    });
    child.on("close", (code) => {
      const stdout = Buffer.concat(written).toString("utf8");
      for (const bytes of written) bytes.fill(0);
      if (code === 0) {
        resolve(stdout);
        return;
      }
      const error = explainEngineText(stderr);
      reject(error.kind === "noStack" ? new KeyMaterialError("notDeployed") : error);
    });
  });
}
