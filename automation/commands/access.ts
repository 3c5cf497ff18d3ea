import { entitledGrants } from "../../src/access/entitlements";
import type { Catalogue } from "../../src/access/model";
import { nearest } from "../../src/yaml/nearest";
import type { Command, CommonArguments } from "../cli/command";
import { asOfDay, loadStack } from "../cli/loadStack";
import { numberOfDays } from "../cli/numberOfDays";
import { toCsv } from "../output/csv";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { toJson } from "../output/json";
import { accessText, customerText, endingsText } from "../plan/accessText";
import {
  byCustomer,
  customerRows,
  endingWithin,
  grantRows,
  toRepository,
  type CustomerAccess,
} from "../plan/customerAccess";
import { declaredGrants, declaredText } from "../plan/declaredStatements";
import { UsageError } from "../output/usageError";

interface AccessArguments extends CommonArguments {
  customer?: string;
  asOf?: string;
  repository?: string;
  expiring?: string;
  csv: boolean;
  perCustomer: boolean;
  prove: boolean;
  all: boolean;
}

/** Who can pull what, according to the files alone; with `--all` also what the settings declare of others. */
export const access: Command<AccessArguments> = {
  examples: [
    ["access", "all customers, today"],
    ["access acme --as-of 2027-02-01", "one customer on another day"],
    ["access --repository edge-agent", "who can pull it"],
    ["access --all", "also those whom no customer file names, e.g. CI that pushes"],
    ["access --expiring 60d", "whose access ends within 60 days, the first to end first"],
    ["access --csv --per-customer > customers.csv", "for a spreadsheet"],
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
      .option("repository", {
        type: "string",
        requiresArg: true,
        describe: "only customers that can pull it",
      })
      .option("expiring", {
        type: "string",
        requiresArg: true,
        describe: "only customers whose access ends within so many days, e.g. 60d",
      })
      .option("csv", {
        type: "boolean",
        default: false,
        describe: "print a CSV row for each grant",
      })
      .option("per-customer", {
        type: "boolean",
        default: false,
        describe: "with --csv: a row for each customer, those without access included",
      })
      .option("prove", {
        type: "boolean",
        default: false,
        describe:
          "prove offline that the policies allow exactly that, for every principal and action",
      })
      .option("all", {
        type: "boolean",
        default: false,
        describe: "also show principals of the statements that the settings declare",
      })
      .check(({ all, csv, json, prove, customer, perCustomer, repository, expiring }) => {
        if (csv && json) throw new Error("--csv and --json cannot be combined");
        if (csv && prove) throw new Error("--csv and --prove cannot be combined");
        if (perCustomer && !csv) throw new Error("--per-customer needs --csv");
        if (prove && [customer, repository, expiring].some((one) => one !== undefined)) {
          throw new Error(
            "--prove is about all customers together: omit the customer, --repository and --expiring",
          );
        }
        if (all && csv) throw new Error("--csv and --all cannot be combined");
        if (all && prove) throw new Error("--prove already lists what --all adds: omit --all");
        if (all && [customer, expiring].some((one) => one !== undefined)) {
          throw new Error(
            "--all is about everyone who has access: omit the customer and --expiring",
          );
        }
        return true;
      }),
  async run(args, context) {
    const { terminal } = context;
    const asOf = asOfDay(args.asOf, context);
    const days =
      args.expiring === undefined ? undefined : numberOfDays(args.expiring, "--expiring");
    const { stack, input } = loadStack(args, context);
    if (asOf < context.today) {
      terminal.report(
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
    const shown = selected(all, { ...args, days, asOf }, input.config.repositories);
    const others = args.all
      ? declaredGrants(input.config.repositories, input.config, args.repository)
      : undefined;
    if (args.json) {
      const customers = shown.map(plain);
      terminal.print(toJson({ stack, asOf, customers, ...(others && { others }) }));
    } else if (args.csv) {
      terminal.print(toCsv(args.perCustomer ? customerRows(shown, asOf) : grantRows(shown, asOf)));
    } else if (args.customer !== undefined) {
      for (const found of shown) terminal.print(customerText(found, asOf));
    } else if (days !== undefined) {
      terminal.print(endingsText(shown, days, asOf));
    } else {
      terminal.print(accessText(shown, terminal.columns));
    }
    if (others !== undefined && !args.json) terminal.print(`\n${declaredText(others)}`);
    return ExitCode.done;
  },
};

/** What the arguments ask for. @throws UsageError for a customer or a repository that does not exist. */
function selected(
  all: readonly CustomerAccess[],
  { customer, repository, days, asOf }: Partial<AccessArguments> & { days?: number; asOf: string },
  catalogue: Catalogue,
): readonly CustomerAccess[] {
  let shown = all;
  if (customer !== undefined) {
    const named = findCustomer(
      all.map((one) => one.customer),
      customer,
    );
    shown = shown.filter((one) => one.customer === named);
  }
  if (repository !== undefined) {
    requireRepository(repository, catalogue);
    shown = toRepository(shown, repository);
  }
  return days === undefined ? shown : endingWithin(shown, days, asOf);
}

function requireRepository(name: string, catalogue: Catalogue): void {
  if (catalogue.has(name)) return;
  const close = nearest(name, catalogue.keys());
  throw new UsageError(
    `there is no repository ${JSON.stringify(name)} in the stack's catalogue`,
    close === undefined
      ? `The settings of the stack name these: ${[...catalogue.keys()].join(", ")}.`
      : `Did you mean ${close}?`,
  );
}

function plain({ customer, grants }: CustomerAccess) {
  const { id, name, status, expires, contact, source } = customer;
  const repositories = grants.map(({ repository }) => repository);
  return { customer: id, name, status, expires, contact, source, repositories };
}
