import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes the sandbox's environment as a shell file to source: `. .sandbox/environment.sh`.
 *
 * @returns the file's path.
 */
export function writeEnvironmentFile(
  directory: string,
  environment: Readonly<Record<string, string>>,
): string {
  const file = join(directory, "environment.sh");
  const lines = environmentLines(environment);
  // The user's own profile would win over the sandbox's keys.
  writeFileSync(file, ["unset AWS_PROFILE AWS_SESSION_TOKEN", ...lines, ""].join("\n"), {
    mode: 0o600,
  });
  return file;
}

/** `export NAME='value'`, one a line. The shell's own HOME stays. */
export function environmentLines(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment)
    .filter(([name]) => name !== "HOME")
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
}
