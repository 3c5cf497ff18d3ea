// A table of keys: the file that the AWS console offers for each new key, several of them in one, or an own list.
import { parse } from "csv-parse/sync";
import { Secret } from "../../engine/secret";
import { sourceOf, type Source, type SourceKey } from "./source";

const [USER, ID, SECRET] = ["user name", "access key id", "secret access key"];

/** Reads a table with a key in each line; undefined when it has no column of key ids. */
export function keyTableSource(text: string): Source | undefined {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch {
    return undefined;
  }
  const [head = [], ...lines] = rows;
  const at = (column: string | undefined) =>
    head.findIndex((one) => one.toLowerCase().replaceAll("_", " ") === column);
  const [user, id, secret] = [at(USER), at(ID), at(SECRET)];
  if (id === -1) return undefined;
  const keys = lines
    .filter((cells) => (cells[id] ?? "") !== "")
    .map((cells): SourceKey => {
      const text = cells[secret] ?? "";
      const known = text === "" ? {} : { secret: new Secret(text) };
      return { id: cells[id] ?? "", user: cells[user] ?? "", ...known };
    });
  return sourceOf("table of keys", [], keys);
}
