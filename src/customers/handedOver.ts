// The records of hand-overs in a customer file. Each is named by its stack and generation, e.g. `prod/1`.
import { setKey, withItem } from "../yaml/edits";
import { generationsIn } from "./generations";
import { byText } from "../access/order";
import type { Customer, HandOver } from "./model";

/** The stack and the generation that a record's name consists of. */
export function handOverNamed(name: string): Pick<HandOver, "stack" | "generation"> {
  const slash = name.indexOf("/");
  const generation = Number(name.slice(slash + 1));
  return slash === -1 ? { generation } : { stack: name.slice(0, slash), generation };
}

function nameOf({ stack, generation }: Pick<HandOver, "stack" | "generation">): string {
  return stack === undefined ? String(generation) : `${stack}/${generation}`;
}

/** The order of records in a file; those of earlier versions, without a stack, come first. */
export function byGenerationAndStack(
  a: Pick<HandOver, "stack" | "generation">,
  b: Pick<HandOver, "stack" | "generation">,
): number {
  return a.generation - b.generation || byText(a.stack ?? "", b.stack ?? "");
}

/**
 * A customer as one stack sees it: without the records of keys that other stacks have under the same
 * generations. A record without a stack may be about any of them, unless this stack has its own. Records of
 * generations that the file declares no longer all stay, because their numbers are never used again.
 */
export function withOwnHandOvers<C extends Pick<Customer, "keys" | "handedOver">>(
  customer: C,
  stack: string,
): C {
  const { keys, handedOver } = customer;
  if (handedOver === undefined) return customer;
  const declared = new Set(keys.map(({ generation }) => generation));
  const own = new Set(
    handedOver.filter((one) => one.stack === stack).map(({ generation }) => generation),
  );
  const seen = handedOver.filter((one) => {
    if (!declared.has(one.generation) || one.stack === stack) return true;
    return one.stack === undefined && !own.has(one.generation);
  });
  return { ...customer, handedOver: seen };
}

/**
 * Records hand-overs: each is added or replaced, and none is deleted.
 *
 * @param records - all records of the file, in its order; at least one.
 */
export function setHandedOver(text: string, records: readonly HandOver[]): string {
  let edited = text;
  for (const record of records) {
    const found = generationsIn(edited, "handedOver");
    if (found === undefined) return setKey(text, "handedOver", handedOverBlock(records));
    const { collection, names, values } = found;
    const { flow, column } = collection.node;
    const value = values[names.indexOf(nameOf(record))];
    if (value === undefined) {
      const next = names.findIndex(
        (other) => byGenerationAndStack(handOverNamed(other), record) > 0,
      );
      const item = flow ? flowRecord(record) : blockRecord(record, " ".repeat(column - 1));
      edited = withItem(edited, collection, next < 0 ? names.length : next, item);
    } else if (value.kind === "map") {
      for (const field of HAND_OVER_FIELDS) edited = setRecordField(edited, record, field);
    }
  }
  return edited;
}

const HAND_OVER_FIELDS = ["key", "on", "to"] as const;

/** Replaces only the value's own characters; everything around it stays. */
function setRecordField(
  text: string,
  record: HandOver,
  field: (typeof HAND_OVER_FIELDS)[number],
): string {
  const found = generationsIn(text, "handedOver");
  const value = found?.values[found.names.indexOf(nameOf(record))];
  const entry = value?.kind === "map" && value.entries.find(({ key }) => key.text === field);
  if (!entry) return text;
  return text.slice(0, entry.value.start) + record[field] + text.slice(entry.value.end);
}

/** One field per line, because an age recipient is too long for one line. */
export function handedOverBlock(records: readonly HandOver[]): string {
  return records.map((record) => `\n  ${blockRecord(record, "  ")}`).join("");
}

function blockRecord(record: HandOver, indent: string): string {
  const fields = HAND_OVER_FIELDS.map((field) => `\n${indent}  ${field}: ${record[field]}`);
  return `${nameOf(record)}:${fields.join("")}`;
}

function flowRecord(record: HandOver): string {
  const fields = HAND_OVER_FIELDS.map((field) => `${field}: ${record[field]}`);
  return `${nameOf(record)}: { ${fields.join(", ")} }`;
}
