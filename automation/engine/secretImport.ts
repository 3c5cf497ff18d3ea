import { spawn } from "node:child_process";
import { notStarted } from "./command";
import { explainEngineText } from "./errors";
import type { Secret } from "./secret";
import type { ExportedState } from "./recovery";

/** The engine and the stack whose state it replaces. */
interface SecretImportOptions {
  executable: string;
  projectDirectory: string;
  stack: string;
  environment: Readonly<Record<string, string | undefined>>;
}

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** How a state marks an object as a secret, whose `plaintext` the engine encrypts (pulumi/pulumi, `resource.SigKey`). */
const MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/**
 * A state in which access keys have their secrets, by the keys' ids. A key that has one already keeps it.
 *
 * @returns the state with secrets in the clear, for `importSecrets` alone, and the ids of the keys that got one.
 */
export function withSecrets(
  state: ExportedState,
  secrets: ReadonlyMap<string, Secret>,
): { state: ExportedState; added: string[] } {
  const added: string[] = [];
  const resources = state.deployment.resources?.map((resource) => {
    const { type, id = "", outputs } = resource;
    const secret = secrets.get(id);
    const has = outputs?.["secret"] !== undefined || outputs?.["encryptedSecret"] !== undefined;
    if (type !== ACCESS_KEY || secret === undefined || has) return resource;
    added.push(id);
    const marked = { ...MARK, plaintext: JSON.stringify(secret.reveal()) };
    return { ...resource, outputs: { ...outputs, secret: marked } };
  });
  return { state: { ...state, deployment: { ...state.deployment, resources } }, added };
}

/**
 * Replaces a stack's state by one with secrets in the clear, which the engine encrypts: through a pipe, so that they are
 * in no file.
 *
 * @throws EngineError whose detail contains standard error only.
 */
export function importSecrets(options: SecretImportOptions, state: ExportedState): Promise<void> {
  const { executable, projectDirectory, stack, environment } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(executable, ["--non-interactive", "stack", "import", "--stack", stack], {
      cwd: projectDirectory,
      env: { ...environment, PULUMI_AUTOMATION_API: "true" },
      stdio: ["pipe", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (cause) => {
      reject(notStarted(executable, cause));
    });
    // An engine that has ended reads no more; its exit code says why.
    child.stdin.on("error", () => {});
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(explainEngineText(stderr));
    });
    child.stdin.end(JSON.stringify(state));
  });
}
