const DIGITS = 7;

/**
 * A physical name for a resource without one in the program: never the same twice, so that a replacement
 * can be created before the old one is deleted.
 *
 * @param randomSeed - random bytes that the engine gives.
 */
export function autoname(logicalName: string, randomSeed: Uint8Array): string {
  const digits = Buffer.from(randomSeed).toString("hex").padEnd(DIGITS, "0").slice(0, DIGITS);
  return `${logicalName}-${digits}`;
}

/** Whether `name` is one that `autoname` made. */
export function isAutonamed(name: string, logicalName: string): boolean {
  const rest = name.startsWith(`${logicalName}-`) ? name.slice(logicalName.length + 1) : "";
  return rest.length === DIGITS && /^[0-9a-f]+$/.test(rest);
}
