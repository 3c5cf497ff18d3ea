import { isAutonamed } from "./autoname";
import type { AnyResourceType } from "./resourceType";
import { hasUnknown, sameValue, type Properties } from "./values";

export interface Change {
  /** Property path: `tags["key"]` for an entry of a map, `groups[0]` for one of a list. */
  path: string;
  key: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

/**
 * What differs between a resource as it is and as it should be. Like the real provider it compares
 * the recorded state with the new inputs, so that what a refresh found shows as a change.
 *
 * @param ignored - property paths of the resource option `ignoreChanges`.
 */
export function changesOf(
  type: AnyResourceType,
  state: Properties,
  inputs: Properties,
  ignored: readonly string[] = [],
): Change[] {
  return Object.entries(type.inputs).flatMap(([key, rule]) => {
    if (rule.keptIfUnset && inputs[key] === undefined) return [];
    const [old, wanted] = [state[key] ?? rule.default, inputs[key] ?? rule.default];
    if (ignored.includes(key) || isSame(old, wanted, rule.same)) return [];
    const replaces = rule.replaces === true;
    const found = entries(key, old, wanted).filter(({ path }) => !ignored.includes(path));
    const mirror = rule.mirroredBy ?? key;
    const mirrored = found.map((entry) => ({
      ...entry,
      path: entry.path.replace(key, mirror),
      key: mirror,
      replaces,
    }));
    return [
      ...found.map((entry) => ({ ...entry, key, replaces })),
      ...(mirror === key ? [] : mirrored),
    ];
  });
}

/**
 * Whether a replacement would collide with the old resource: when the program gives a name itself,
 * both have it.
 *
 * @param logicalName - the resource's; a name made from it is never the same twice.
 */
export function deletesFirst(
  type: AnyResourceType,
  state: Properties,
  inputs: Properties,
  logicalName: string,
): boolean {
  if (type.deleteBeforeReplace) return true;
  return Object.entries(type.inputs).some(([key, rule]) => {
    if (!rule.autoname || state[key] !== inputs[key]) return false;
    return !isAutonamed(String(inputs[key]), logicalName);
  });
}

function isSame(
  old: unknown,
  wanted: unknown,
  same: (a: unknown, b: unknown) => boolean = sameValue,
) {
  if (isNothing(old) && isNothing(wanted)) return true;
  if (isNothing(old) || isNothing(wanted) || hasUnknown(wanted)) return false;
  return same(old, wanted);
}

/** Missing and empty are the same to AWS. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function entries(key: string, old: unknown, wanted: unknown): Pick<Change, "path" | "kind">[] {
  if (isListOfTexts(old) && isListOfTexts(wanted)) return listEntries(key, old, wanted);
  if (!isMap(old ?? {}) || !isMap(wanted ?? {})) return [{ path: key, kind: kindOf(old, wanted) }];
  const [before, after] = [(old ?? {}) as Properties, (wanted ?? {}) as Properties];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => !sameValue(before[name], after[name]))
    .map((name) => ({
      path: `${key}[${JSON.stringify(name)}]`,
      kind: kindOf(before[name], after[name]),
    }));
}

/** A set has no order; its entries are counted in that of their texts. */
function listEntries(key: string, old: string[], wanted: string[]) {
  const [before, after] = [[...old].sort(), [...wanted].sort()];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index)
    .filter((index) => before[index] !== after[index])
    .map((index) => ({ path: `${key}[${index}]`, kind: kindOf(before[index], after[index]) }));
}

function kindOf(old: unknown, wanted: unknown): Change["kind"] {
  if (old === undefined) return "add";
  return wanted === undefined ? "delete" : "update";
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
