// Things that AWS does not hold.
const MISSING = new Set([
  "NoSuchEntity",
  "NoSuchEntityException",
  "RepositoryNotFoundException",
  "RepositoryPolicyNotFoundException",
]);

/** AWS's answer; undefined when it is an error that says that the thing does not exist. Other errors are thrown. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return undefined;
    throw error;
  }
}
