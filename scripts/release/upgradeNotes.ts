import type { DeclaredResources } from "./declaredResources";

/** The section of CHANGELOG.md that says what an upgrade changes in a vendor's account. */
export const SECTION = "What an upgrade changes in AWS";

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

/** The lines of the section in the unreleased part. */
function notesOf(changelog: string): string[] {
  const [, unreleased = ""] =
    /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? [];
  const start = unreleased.indexOf(`### ${SECTION}\n`);
  if (start === -1) return [];
  const [text = ""] = unreleased.slice(start + SECTION.length + 4).split(/^### /m);
  return text.split("\n").filter((line) => line.startsWith("- "));
}
