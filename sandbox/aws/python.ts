import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SandboxError } from "./sandboxError";

const run = promisify(execFile);

/** The emulator's minimum (`Requires-Python` of its package). */
const OLDEST_MINOR = 10;

/** Checks everything that an installation needs at once, so that none is left half done. */
const PROBE = `
import sys
missing = []
for name in ("venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], ",".join(missing)))
`;

/**
 * Finds a Python that can make a virtual environment.
 *
 * @param candidates commands to try, in this order; for tests.
 * @returns the command and its version, e.g. `{command: "python3", version: "3.11"}`.
 * @throws SandboxError when there is none, it is too old, or it lacks the venv module.
 */
export async function findPython(
  candidates: readonly string[] = ["python3", "python"],
): Promise<{ command: string; version: string }> {
  let complaint: SandboxError | undefined;
  for (const command of candidates) {
    const answer = await run(command, ["-c", PROBE]).catch(() => undefined);
    if (answer === undefined) continue;
    const verdict = judgePython(command, answer.stdout);
    if (!(verdict instanceof SandboxError)) return verdict;
    complaint ??= verdict;
  }
  throw (
    complaint ??
    new SandboxError(
      `No Python was found (tried: ${candidates.join(", ")})`,
      `Install Python 3.${OLDEST_MINOR} or newer with its venv module; on Debian and Ubuntu: apt install python3-venv.`,
    )
  );
}

/** Judges the probe's output; separate from `findPython` so that tests need no second Python. */
export function judgePython(
  command: string,
  output: string,
): { command: string; version: string } | SandboxError {
  const found = /^(\d+)\.(\d+) ?(\S*)/.exec(output.trim());
  const [, major, minor, missing] = found ?? [];
  const version = `${major}.${minor}`;
  if (Number(major) !== 3 || Number(minor) < OLDEST_MINOR) {
    return new SandboxError(
      `${command} is Python ${found === null ? "of an unknown version" : version}, too old for the AWS emulator`,
      `Install Python 3.${OLDEST_MINOR} or newer.`,
    );
  }
  if (missing !== undefined && missing !== "") {
    return new SandboxError(
      `${command} (${version}) lacks the module ${missing.split(",").join(" and ")}`,
      "Install it; on Debian and Ubuntu: apt install python3-venv.",
    );
  }
  return { command, version };
}
