// What `sync` has written into the customer files and AWS has not got yet: beside the files, where a
// reviewer sees it. The next run that applies everything deletes the file.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { byText } from "../../src/access/order";
import { ledgerFolder } from "./ledger";

/** Customer's id or repository's name → why it is not applied. */
export type NotApplied = ReadonlyMap<string, string>;

function notAppliedFile(customersFolder: string, stack: string): string {
  return join(ledgerFolder(customersFolder), `${stack}.not-applied.yaml`);
}

/** Writes what is not applied; deletes the file when there is nothing. */
export function noteNotApplied(customersFolder: string, stack: string, found: NotApplied): void {
  const file = notAppliedFile(customersFolder, stack);
  if (found.size === 0) {
    rmSync(file, { force: true });
    return;
  }
  const entries = [...found].sort(([a], [b]) => byText(a, b));
  mkdirSync(dirname(file), { recursive: true });
  const head =
    "# AWS does not yet have what these customers' files say. The next `ecr-customers up` applies it.\n";
  writeFileSync(file, head + stringify(Object.fromEntries(entries), { lineWidth: 0 }));
}
