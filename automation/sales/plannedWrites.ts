// The files that an import would write, and the digest by which a review names them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { PlannedWrite } from "./journal";
import { ledgerFile, ledgerText, type Ledger } from "./ledger";
import type { CustomerChange } from "./reconciled";

/** All files that differ, the ledger included; reads the current ledger. */
export function plannedWrites(
  folder: string,
  system: string,
  changes: readonly CustomerChange[],
  next: Ledger,
): PlannedWrite[] {
  const path = ledgerFile(folder, system);
  const before = existsSync(path) ? readFileSync(path, "utf8") : null;
  const after = ledgerText(next);
  return [
    ...changes.map(({ customer, textBefore, textAfter }) => ({
      target: { customer },
      before: textBefore ?? null,
      after: textAfter,
    })),
    ...(before === after ? [] : [{ target: { ledger: system }, before, after }]),
  ];
}

/** Another digest for any other content, before or after. */
export function digestOf(writes: readonly PlannedWrite[]): string {
  const hash = createHash("sha256");
  for (const { target, before, after } of writes) {
    hash.update(JSON.stringify([target, before, after]));
  }
  return hash.digest("hex");
}
