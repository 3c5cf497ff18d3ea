// The version of this package that a pull request proposes, read as data.
import { gt, valid } from "semver";
import { PROGRAM } from "../../src/invocation";

/** A package.json, as far as it is read here. */
interface Manifest {
  dependencies?: Record<string, unknown>;
}

/** What a pull request proposes. */
export interface ProposedVersion {
  /** E.g. `0.2.0`. */
  version: string;
  /** Nothing else changes in package.json. */
  isAll: boolean;
}

/**
 * Reads which newer version of this package a pull request proposes.
 *
 * Only a plain version counts: a range, an address or a tag would leave to others what is installed. An older
 * version could have faults that are known.
 *
 * @param ours - the default branch's package.json; undefined without one.
 * @param theirs - the pull request's.
 */
export function proposedVersion(
  ours: string | undefined,
  theirs: string | undefined,
): ProposedVersion | undefined {
  const [present, proposed] = [ours, theirs].map(manifestOf);
  const now = present?.dependencies?.[PROGRAM];
  const next = proposed?.dependencies?.[PROGRAM];
  if (typeof now !== "string" || typeof next !== "string") return undefined;
  if (valid(now) !== now || valid(next) !== next || !gt(next, now)) {
    return undefined;
  }
  const updated = { ...present, dependencies: { ...present?.dependencies, [PROGRAM]: next } };
  return { version: next, isAll: JSON.stringify(updated) === JSON.stringify(proposed) };
}

function manifestOf(text: string | undefined): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? "null");
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
