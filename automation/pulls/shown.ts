// Pulls, and customers without any, as they are printed.
import { entitledGrants } from "../../src/access/entitlements";
import { counted } from "../../src/counted";
import type { IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import {
  customersOfPull,
  idleCustomers,
  lastPulls,
  type KnownPull,
} from "../../src/pulls/customers";
import { toCsv } from "../output/csv";
import { toJson } from "../output/json";
import type { Terminal } from "../output/terminal";
import { textTable } from "../output/textTable";

const SHOWN = 100;

const HEAD = ["time", "customer", "as", "address", "region", "repository", "image", "result"];

function cells(pull: KnownPull): string[] {
  const { at, as, address, region, repository, image, error = "ok" } = pull;
  return [at, customersOfPull(pull).join(" or "), as, address, region, repository, image, error];
}

/** Pulls as rows of text, after a row of names. */
export function pullRows(pulls: readonly KnownPull[]): string[][] {
  return [HEAD, ...pulls.map(cells)];
}

/** Prints the latest pulls. */
export function showPulls(shown: readonly KnownPull[], terminal: Terminal): void {
  const latest = shown.slice(-SHOWN).reverse();
  if (latest.length > 0) terminal.print(textTable(pullRows(latest)).join("\n"));
  const refused = shown.filter(({ error }) => error !== undefined).length;
  const by = new Set(shown.flatMap(({ customer }) => customer ?? [])).size;
  const more = shown.length > SHOWN ? `; the latest ${SHOWN} are shown, --csv prints all` : "";
  const summary = `${counted(shown.length, "pull")} by ${counted(by, "customer")}, ${refused} refused${more}.`;
  terminal.print(summary, "strong");
}

/** Prints who is entitled and has not pulled since a day. */
export function showIdle(
  known: readonly KnownPull[],
  since: IsoDate,
  { stack, input }: { stack: string; input: StackInput },
  { json, csv }: { json: boolean; csv: boolean },
  terminal: Terminal,
): void {
  const { customers, config, today } = input;
  const grants = entitledGrants(customers, config, today);
  const entitled = new Set(grants.map(({ customer }) => customer));
  const idle = idleCustomers(customers, entitled, lastPulls(known), since);
  const rows = idle.map(({ customer, name, lastPull = "" }) => [customer, name, lastPull]);
  const head = ["customer", "name", "last pull"];
  if (json) terminal.print(toJson({ stack, since, idle }));
  else if (csv) terminal.print(toCsv([head, ...rows]));
  else {
    if (rows.length > 0) terminal.print(textTable([head, ...rows]).join("\n"));
    const summary = `${counted(idle.length, "customer")} of ${entitled.size} entitled have not pulled since ${since}.`;
    terminal.print(summary, "strong");
  }
}
