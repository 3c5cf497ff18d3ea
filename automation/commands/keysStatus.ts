import { dayOf } from "../../src/customers/isoDate";
import { NOTICE_RULES } from "../../src/notices/model";
import type { Command, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { openAws } from "../aws/open";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { compareWithAws } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { toJson } from "../output/json";
import { daysBetween } from "../keys/days";
import { readRecordedIds } from "../engine/readState";
import { keyStatusReport, type CustomerKeyStatus, type KeyStatusReport } from "../keys/status";
import { during } from "../output/activity";
import { requireAccount } from "../aws/requireAccount";
import type { Terminal } from "../output/terminal";
import type { ObservedKey } from "../../src/account/observed";
import { counted } from "../../src/counted";
import { textTable } from "../output/textTable";

interface StatusArguments extends CommonArguments {
  customer?: string;
  olderThan: number;
  overlapDays: number;
  fail: boolean;
}

/** Every key as it is in AWS: age, last use, and what needs attention. */
export const keysStatus: Command<StatusArguments> = {
  examples: [
    ["keys status", "all customers"],
    ["keys status acme", "one customer"],
    ["keys status --fail --json > keys.json", "in a nightly job"],
  ],
  build: (yargs) =>
    yargs
      .positional("customer", { type: "string", describe: "show only this customer" })
      .option("older-than", {
        type: "number",
        default: NOTICE_RULES.keyAge,
        requiresArg: true,
        describe: "an active key needs attention after this many days",
      })
      .option("overlap-days", {
        type: "number",
        default: 14,
        requiresArg: true,
        describe: "two active keys of a customer need attention after this many days",
      })
      .option("fail", {
        type: "boolean",
        default: false,
        describe: "exit with 1 if something needs attention",
      })
      .check((args) => {
        for (const name of ["older-than", "overlap-days"]) {
          if (!(Number(args[name]) >= 0)) throw new Error(`--${name} takes a number of days`);
        }
        return true;
      }),
  async run(args, context) {
    const { terminal, today, now } = context;
    const { stack, input } = loadStack(args, context);
    const { config } = input;
    const customers =
      args.customer === undefined
        ? input.customers
        : [findCustomer(input.customers, args.customer)];
    const aws = await openAws(config, context);
    await requireAccount(aws, config);
    const ids = customers.map(({ id }) => id);
    const state = await readRecordedIds(config, context, ids);
    const elsewhere = declaredElsewhere(config, context);
    const found = await during(terminal, "Reading AWS", (activity) => {
      let users = 0;
      return compareWithAws(aws, input, {
        ...(args.customer === undefined ? {} : { customers: ids }),
        ...{ state, elsewhere, policies: false, lastUse: true },
        done: () => {
          activity.counted((users += 1), "users");
        },
      });
    });
    const { olderThan, overlapDays } = args;
    const report = keyStatusReport(found, customers, { now, olderThan, overlapDays });
    if (args.json) terminal.print(toJson({ stack, today, ...asJson(report, now) }));
    else show(report, now, terminal);
    return args.fail && report.attention.length > 0 ? ExitCode.failed : ExitCode.done;
  },
};

const HEAD = ["customer", "key", "file", "AWS", "id", "age", "last used"];

function show({ customers, attention }: KeyStatusReport, now: Date, terminal: Terminal): void {
  const rows = customers.flatMap((one) => rowsOf(one, now));
  if (rows.length === 0) terminal.print("No customer has a key that this stack manages.");
  else terminal.print(textTable([HEAD, ...rows]).join("\n"));
  if (attention.length === 0) {
    terminal.print(`${counted(rows.length, "key")}, nothing needs attention.`, "good");
    return;
  }
  terminal.print(`\n${counted(attention.length, "finding")} to review:`, "warning");
  for (const { about, message, fix } of attention) {
    terminal.print(`  ${about}: ${message}`, "warning");
    terminal.print(`    ${fix}`);
  }
}

function rowsOf({ customer, generations, undeclared }: CustomerKeyStatus, now: Date): string[][] {
  return [
    ...generations.map(({ generation, declared, key }) => [
      customer,
      String(generation),
      declared,
      ...(key === undefined ? ["none"] : keyCells(key, now)),
    ]),
    ...undeclared.map((key) => [customer, "?", "none", ...keyCells(key, now)]),
  ];
}

function keyCells({ status, id, createdAt, lastUsed }: ObservedKey, now: Date): string[] {
  const used = lastUsed ? `${dayOf(lastUsed.at)} ${lastUsed.service ?? ""}` : "never";
  const age = createdAt === undefined ? "" : counted(daysBetween(createdAt, now), "day");
  return [status, id, age, used];
}

function asJson({ customers, attention }: KeyStatusReport, now: Date) {
  const plain = ({ id, status, createdAt, lastUsed = null }: ObservedKey) => ({
    ...{ id, status },
    ...(createdAt === undefined ? {} : { createdAt, ageDays: daysBetween(createdAt, now) }),
    lastUse: lastUsed,
  });
  return {
    customers: customers.map(({ customer, user, generations, undeclared }) => ({
      customer,
      user,
      keys: generations.map(({ generation, declared, key }) => ({
        generation,
        declared,
        aws: key === undefined ? null : plain(key),
      })),
      undeclared: undeclared.map(plain),
    })),
    attention,
  };
}
