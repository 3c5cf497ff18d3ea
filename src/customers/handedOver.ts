// The records of hand-overs in a customer file.
import { setKey, withItem } from "../yaml/edits";
import { generationsIn } from "./generations";
import type { HandOver } from "./model";

/**
 * Records hand-overs: each is added or replaced, and none is deleted.
 *
 * @param records - all records of the file, sorted by generation; at least one.
 */
export function setHandedOver(text: string, records: readonly HandOver[]): string {
  let edited = text;
  for (const record of records) {
    const found = generationsIn(edited, "handedOver");
    if (found === undefined) return setKey(text, "handedOver", handedOverBlock(records));
    const { collection, names, values } = found;
    const { flow, column } = collection.node;
    const value = values[names.indexOf(String(record.generation))];
    if (value === undefined) {
      const next = names.findIndex((other) => Number(other) > record.generation);
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
  const value = found?.values[found.names.indexOf(String(record.generation))];
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
  return `${record.generation}:${fields.join("")}`;
}

function flowRecord(record: HandOver): string {
  const fields = HAND_OVER_FIELDS.map((field) => `${field}: ${record[field]}`);
  return `${record.generation}: { ${fields.join(", ")} }`;
}
