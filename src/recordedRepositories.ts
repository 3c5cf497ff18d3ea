import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RecordedRepositories } from "./stack/undeclaredStatements";

/**
 * The repositories that the last update of a stack recorded, inside of a Pulumi program. `pulumi` reads them in a
 * process of its own: a `StackReference`, and the function that reads outputs, each leave a resource in the state that
 * the script does not declare.
 *
 * @param stack - its name, with its organization where the state has any.
 * @returns none before the first update.
 * @throws Error when the state cannot be read.
 */
export async function recordedRepositories(stack: string): Promise<RecordedRepositories> {
  const argv = ["stack", "output", "--json", "--non-interactive", "--stack", stack];
  const { stdout } = await promisify(execFile)("pulumi", argv, { maxBuffer: MOST_BYTES });
  const { repositories } = JSON.parse(stdout) as { repositories?: unknown };
  return regionsIn(repositories);
}

/** The record of 5,000 customers has about 1 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Repository → regions, from outputs that another version may have written. */
export function regionsIn(repositories: unknown): RecordedRepositories {
  if (typeof repositories !== "object" || repositories === null) return new Map();
  return new Map(
    Object.entries(repositories).flatMap(([repository, recorded]) => {
      const { regions } = (recorded ?? {}) as { regions?: unknown };
      return Array.isArray(regions) ? [[repository, regions.map(String)] as const] : [];
    }),
  );
}
