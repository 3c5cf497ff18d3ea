import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import type { Grant } from "../../src/access/model";
import { accessTable } from "../../src/access/table";
import type { Customer } from "../../src/customers/model";
import { asOfDay, loadStack, type Command, type CommonArguments } from "../cli/command";
import { toCsv } from "../output/csv";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { toJson } from "../output/json";
import { principalText } from "../plan/accessWords";
import { textTable } from "../output/textTable";

interface AccessArguments extends CommonArguments {
  customer?: string;
  asOf?: string;
  csv: boolean;
  prove: boolean;
}

/** What one customer may pull on a day. */
interface CustomerAccess {
  customer: Customer;
  grants: Grant[];
}

/** Who can pull what, according to the files alone. */
export const access: Command<AccessArguments> = {
  examples: [
    ["access", "all customers, today"],
    ["access acme --as-of 2027-02-01", "one customer on another day"],
    ["access --csv > access.csv", "for a spreadsheet"],
    ["access --prove", "before a merge, or for an auditor"],
  ],
  build: (yargs) =>
    yargs
      .positional("customer", { type: "string", describe: "show only this customer" })
      .option("as-of", {
        type: "string",
        requiresArg: true,
        describe: "access on another day, YYYY-MM-DD",
      })
      .option("csv", {
        type: "boolean",
        default: false,
        describe: "print a CSV row for each grant",
      })
      .option("prove", {
        type: "boolean",
        default: false,
        describe:
          "prove offline that the policies allow exactly that, for every principal and action",
      })
      .check(({ csv, json, prove, customer }) => {
        if (csv && json) throw new Error("--csv and --json cannot be combined");
        if (csv && prove) throw new Error("--csv and --prove cannot be combined");
        if (prove && customer !== undefined) {
          throw new Error("--prove is about all customers together: omit the customer");
        }
        return true;
      }),
  async run(args, context) {
    const { terminal } = context;
    const asOf = asOfDay(args.asOf, context);
    const { stack, input } = loadStack(args, context);
    if (asOf < context.today) {
      terminal.tell(
        `${asOf} is past: this is what today's files say about that day, not who had access then.`,
        "warning",
      );
    }
    if (args.prove) {
      // Loaded here only: the plain table needs none of it.
      const { printProof, proveInput } = await import("../plan/proofReport.js");
      return printProof(
        { stack, asOf, proof: proveInput(input, asOf) },
        { json: args.json, terminal },
      );
    }
    const all = byCustomer(input.customers, entitledGrants(input.customers, input.config, asOf));
    const named =
      args.customer === undefined ? undefined : findCustomer(input.customers, args.customer);
    const shown = named === undefined ? all : all.filter(({ customer }) => customer === named);
    if (args.json) {
      terminal.print(toJson({ stack, asOf, customers: shown.map(plain) }));
    } else if (args.csv) {
      terminal.print(toCsv([CSV_HEAD, ...shown.flatMap(csvRows)]));
    } else if (args.customer !== undefined) {
      for (const found of shown) terminal.print(describe(found, asOf));
    } else {
      terminal.print(table(shown, terminal.columns));
    }
    return ExitCode.done;
  },
};

function byCustomer(customers: readonly Customer[], grants: readonly Grant[]): CustomerAccess[] {
  const own = new Map(customers.map(({ id }) => [id, [] as Grant[]]));
  for (const grant of grants) own.get(grant.customer)?.push(grant);
  return customers.map((customer) => ({ customer, grants: own.get(customer.id) ?? [] }));
}

/** A table of all customers; a list where the terminal is too narrow for the table. */
function table(all: readonly CustomerAccess[], columns: number): string {
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

function describe({ customer, grants }: CustomerAccess, day: string): string {
  const head = `${customer.id}  ${customer.name}  ${statusOn(customer, day)} on ${day}`;
  const [first] = grants;
  if (first === undefined) return `${head}\n  can pull nothing`;
  const rows = textTable(grants.map((grant) => [grant.repository, until(grant) ?? ""]));
  return [
    head,
    `  pulls as ${principalText(first.principal)}`,
    ...rows.map((row) => `  ${row}`),
  ].join("\n");
}

function statusOn(customer: Customer, day: string): string {
  if (customer.status === "suspended") return "suspended";
  return accessEnded(customer, day) ? `ended after ${customer.expires}` : "active";
}

function until({ expires }: Grant): string | undefined {
  return expires === undefined ? undefined : `until ${expires}`;
}

const CSV_HEAD = ["customer", "name", "repository", "until", "pulls as"];

function csvRows({ customer, grants }: CustomerAccess): string[][] {
  return grants.map(({ repository, expires, principal }) => [
    customer.id,
    customer.name,
    repository,
    expires ?? "",
    principalText(principal),
  ]);
}

function plain({ customer, grants }: CustomerAccess) {
  const { id, name, status, expires } = customer;
  const repositories = grants.map(({ repository }) => repository);
  return { customer: id, name, status, expires, repositories };
}
