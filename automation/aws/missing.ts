// Things that AWS does not hold.
const MISSING = new Set([
  "NoSuchEntity",
  "NoSuchEntityException",
  "RepositoryNotFoundException",
  "RepositoryPolicyNotFoundException",
  "RegistryPolicyNotFoundException",
  "LifecyclePolicyNotFoundException",
]);

/** Whether AWS says that something does not exist, and which. */
export function missingName(error: unknown): string | undefined {
  return error instanceof Error && MISSING.has(error.name) ? error.name : undefined;
}

/** AWS's answer; undefined when it says that the thing does not exist. Other errors are thrown. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (missingName(error) === undefined) throw error;
    return undefined;
  }
}
