// What imports remember from one run to the next: `imports/<system>.json`, beside the
// folder of the customer files and committed with them, where a reviewer sees it. Written by
// `import` only.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../src/errorCode";
import { byText } from "../../src/access/order";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { printable } from "../../src/printable";
import { problemIn, type Problem } from "../../src/problem";

/** What was imported for one record. */
export interface LedgerEntry {
  /** The file's name without `.yaml`. It stays taken when the file is gone. */
  file: string;
  /** An import suspended the customer, so an import may lift that again. */
  suspended?: true;
  /** How many different rows the record had, if more than one: later some of them may be missing. */
  rows?: number;
}

export interface Ledger {
  /** What the mapping of the last import said. */
  mapping: unknown;
  /** Record's id → what was imported. */
  customers: ReadonlyMap<string, LedgerEntry>;
}

/** All ledgers of a folder, by system; or what is wrong with them. */
export type ReadLedgers =
  | { ledgers: ReadonlyMap<string, Ledger>; problems: readonly [] }
  | { ledgers?: undefined; problems: Problem[] };

const VERSION = 1;
const LEDGER_NAME = /^([a-z0-9][a-z0-9-]{0,31})\.json$/;

const ledgerShape = z.strictObject({
  version: z.literal(VERSION),
  mapping: z.record(z.string(), z.unknown()),
  customers: z.record(
    z.string(),
    z.strictObject({
      file: z.string().regex(CUSTOMER_ID),
      suspended: z.literal(true).optional(),
      rows: z.number().int().min(2).optional(),
    }),
  ),
});

/** Where the ledgers of a folder of customer files are: beside it. */
export function ledgerFolder(customersFolder: string): string {
  const name = basename(customersFolder);
  const own = name === "customers" ? [] : [name];
  return join(dirname(customersFolder), "imports", ...own);
}

export function ledgerFile(customersFolder: string, system: string): string {
  return join(ledgerFolder(customersFolder), `${system}.json`);
}

/**
 * Reads all ledgers. A missing folder means that nothing was imported yet; a file that cannot be
 * read does not.
 */
export function readLedgers(customersFolder: string): ReadLedgers {
  const folder = ledgerFolder(customersFolder);
  const ledgers = new Map<string, Ledger>();
  const problems: Problem[] = [];
  for (const name of namesIn(folder)) {
    const [, system] = LEDGER_NAME.exec(name) ?? [];
    if (system === undefined) continue;
    const ledger = parseLedger(textOf(join(folder, name)));
    if (ledger !== undefined) ledgers.set(system, ledger);
    else {
      const message = "expected a file that an import has written, got something else";
      const fix =
        "Restore it from version control; only `ecr-customers import <file> --mapping <mapping>` writes it.";
      problems.push(problemIn(printable(join(folder, name)), "ledger", message, fix));
    }
  }
  return problems.length > 0 ? { problems } : { ledgers, problems: [] };
}

/** A ledger's text, the same for the same content: one line a customer, in order of the ids. */
export function ledgerText({ mapping, customers }: Ledger): string {
  const rows = [...customers]
    .sort(([a], [b]) => byText(a, b))
    .map(([id, { file, suspended, rows }]) => {
      const count = rows === undefined ? "" : `, "rows": ${rows}`;
      const mark = (suspended === true ? `, "suspended": true` : "") + count;
      return `    ${JSON.stringify(id)}: { "file": ${JSON.stringify(file)}${mark} }`;
    });
  const list = rows.length === 0 ? "{}" : `{\n${rows.join(",\n")}\n  }`;
  const written = JSON.stringify(mapping, undefined, 2).replaceAll("\n", "\n  ");
  return `{\n  "version": ${VERSION},\n  "mapping": ${written},\n  "customers": ${list}\n}\n`;
}

/** @returns undefined for anything that no import of this version has written. */
function parseLedger(text: string | undefined): Ledger | undefined {
  try {
    const read = ledgerShape.safeParse(JSON.parse(text ?? ""));
    if (!read.success) return undefined;
    return { mapping: read.data.mapping, customers: new Map(Object.entries(read.data.customers)) };
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort(byText);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
