import type { Grant } from "../../src/access/model";
import { sourceWords } from "../../src/access/source";
import { counted } from "../../src/counted";
import { accessTable } from "../../src/access/table";
import { textTable } from "../output/textTable";
import { principalsText } from "./principalWords";
import { statusOn, type CustomerAccess } from "./customerAccess";

/** Those whose access ends soon, a line each: day, id, name, repositories, contact. */
export function endingsText(ending: readonly CustomerAccess[], days: number, asOf: string): string {
  if (ending.length === 0)
    return `No customer's access ends within ${counted(days, "day")} of ${asOf}.`;
  const rows = ending.map(({ customer: { id, name, expires = "", contact = "" }, grants }) => [
    expires,
    id,
    name,
    grants.map(({ repository }) => repository).join(", "),
    contact,
  ]);
  return textTable(rows).join("\n");
}

/** A table of all customers; a list where the terminal is too narrow for the table. */
export function accessText(all: readonly CustomerAccess[], columns: number): string {
  const { repositories, rows } = accessTable(
    all.flatMap(({ grants }) => grants),
    all.map(({ customer }) => customer.id),
  );
  const lines = textTable([
    ["customer", ...repositories],
    ...rows.map(({ customer, cells }) => [
      customer,
      ...cells.map((grant) => (grant === undefined ? "-" : (until(grant) ?? "yes"))),
    ]),
  ]);
  if (lines.every((line) => line.length <= columns)) return lines.join("\n");
  const list = all.map(({ customer, grants }) => [
    customer.id,
    grants.map(({ repository }) => repository).join(", ") || "-",
    (grants[0] && until(grants[0])) ?? "",
  ]);
  return textTable(list).join("\n");
}

/** One customer: who it is, as whom it pulls, and what. */
export function customerText({ customer, grants }: CustomerAccess, day: string): string {
  const head = `${customer.id}  ${customer.name}  ${statusOn(customer, day)} on ${day}`;
  const [first] = grants;
  if (first === undefined) return `${head}\n  can pull nothing`;
  const rows = textTable(grants.map((grant) => [grant.repository, until(grant) ?? ""]));
  return [
    head,
    `  pulls as ${principalsText(first)}${limitWords(first)}`,
    ...rows.map((row) => `  ${row}`),
  ].join("\n");
}

function limitWords({ from, regions }: Grant): string {
  return [
    ...(from === undefined ? [] : [`, only from ${sourceWords(from)}`]),
    ...(regions === undefined ? [] : [`, only in ${regions.join(" and ")}`]),
  ].join("");
}

function until({ expires }: Grant): string | undefined {
  return expires === undefined ? undefined : `until ${expires}`;
}
