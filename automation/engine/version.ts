import { coerce, lt } from "semver";

/** The oldest engine that reports results for each resource as `src/stack` needs them. */
export const MINIMUM_ENGINE_VERSION = "3.229.0";

/** As the engine wants it told (`RequirePulumiVersion`). */
export const ENGINE_RANGE = `>=${MINIMUM_ENGINE_VERSION}`;

/** Whether what `pulumi version` printed is an engine that is too old, or no version at all. */
export function isTooOld(printed: string): boolean {
  const version = coerce(printed);
  return version === null || lt(version, MINIMUM_ENGINE_VERSION);
}
