import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

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
  // The user's own profile would take precedence over the sandbox's keys.
  writeFileSync(file, ["unset AWS_PROFILE AWS_SESSION_TOKEN", ...lines, ""].join("\n"), {
    mode: 0o600,
  });
  return file;
}

/** How many folders at the start of PATH belong to the sandbox: engine and clients. */
const OWN_FOLDERS = 2;

/** Lines of `export NAME='value'`. Engine and clients come first in PATH; the shell's own HOME stays. */
export function environmentLines(environment: Readonly<Record<string, string>>): string[] {
  const { PATH = "", HOME: _, ...others } = environment;
  const own = PATH.split(delimiter).slice(0, OWN_FOLDERS).join(delimiter);
  const exports = Object.entries(others).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [`export PATH=${quote(own)}:"$PATH"`, ...exports];
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
