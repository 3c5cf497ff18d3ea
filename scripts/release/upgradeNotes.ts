import type { DeclaredResources } from "./declaredResources";

/** The section of CHANGELOG.md that says what an upgrade changes in a vendor's account. */
export const SECTION = "What an upgrade changes in AWS";

const UNRELEASED = "Unreleased";

/** What differs between two lists: one line for each resource that is added, removed or has other inputs. */
export function changedResources(before: DeclaredResources, now: DeclaredResources): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys.flatMap((key) => {
    if (!Object.hasOwn(before, key)) return [`${key}: added`];
    if (!Object.hasOwn(now, key)) return [`${key}: removed`];
    const [old, next] = [before[key] ?? {}, now[key] ?? {}];
    const inputs = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
      (name) => JSON.stringify(old[name]) !== JSON.stringify(next[name]),
    );
    return inputs.length === 0 ? [] : [`${key}: other ${inputs.sort().join(", ")}`];
  });
}

/**
 * Logical names, types and inputs are an interface: whoever changes what is declared says so to the vendors.
 *
 * @param changed - of `changedResources`, since the last release.
 * @returns what is wrong with the changelog, in words; undefined when nothing is.
 */
export function missingNote(changed: readonly string[], changelog: string): string | undefined {
  const hasNote = notesOf(changelog).length > 0;
  if (changed.length > 0 && !hasNote) {
    return `the program declares other resources than in the last release: add a line under "### ${SECTION}" in the Unreleased part of CHANGELOG.md\n${changed.join("\n")}`;
  }
  if (changed.length === 0 && hasNote) {
    return `CHANGELOG.md names changes under "### ${SECTION}", but the program declares what it declared in the last release`;
  }
  return undefined;
}

/**
 * What a release must say when it declares other resources than the one before.
 *
 * @param changed - of `changedResources`, since that release.
 * @param version - of this release. Until it has a part of the changelog, its changes are unreleased.
 * @returns what is wrong with the changelog, in words; undefined when nothing is.
 */
export function missingReleaseNote(
  changed: readonly string[],
  changelog: string,
  version: string,
): string | undefined {
  const parts = changelog.split(/^## /m).map((part) => part.split("\n", 1)[0] ?? "");
  const part = parts.find((title) => title.replace(/ - .*/, "") === version) ?? UNRELEASED;
  if (changed.length === 0 || notesOf(changelog, part).length > 0) return undefined;
  return `an upgrade changes what is declared: add a line under "### ${SECTION}" in the part "## ${part}" of CHANGELOG.md`;
}

/** The lines of the section in one part. */
function notesOf(changelog: string, title = UNRELEASED): string[] {
  const part = changelog.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
  const start = part.indexOf(`### ${SECTION}\n`);
  if (start === -1) return [];
  const [text = ""] = part.slice(start + SECTION.length + 4).split(/^### /m);
  return text.split("\n").filter((line) => line.startsWith("- "));
}
