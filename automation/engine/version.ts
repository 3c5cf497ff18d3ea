import { coerce, lt } from "semver";

/** The oldest engine that reports results for each resource as `src/stack` needs them. */
export const MINIMUM_ENGINE_VERSION = "3.229.0";

/** The range as `requirePulumiVersion` takes it. */
export const ENGINE_RANGE = `>=${MINIMUM_ENGINE_VERSION}`;

/** Whether `pulumi version` printed a version that is too old, or no version at all. */
export function isTooOld(printed: string): boolean {
  const version = coerce(printed);
  return version === null || lt(version, MINIMUM_ENGINE_VERSION);
}
