import * as pulumi from "@pulumi/pulumi";
import type { RecordedRepositories } from "./undeclaredStatements";

/**
 * The repositories that the last update of this stack recorded, inside of a Pulumi program. The engine reads the
 * outputs by a function: a `StackReference` would be a resource in the state, which the script does not declare.
 *
 * @returns none before the first update.
 */
export async function recordedRepositories(): Promise<RecordedRepositories> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const read: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  const { outputs } = read as { outputs?: { repositories?: unknown } };
  return regionsIn(outputs?.repositories);
}

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
