import { resolve } from "node:path";
import { entitledGrants } from "../../src/access/entitlements";
import { counted } from "../../src/counted";
import type { IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import {
  customersOfPull,
  idleCustomers,
  lastPulls,
  withCustomers,
  type KnownPull,
} from "../../src/pulls/customers";
import type { PullRecord } from "../../src/pulls/model";
import { merged } from "../../src/pulls/record";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { loadStack } from "../cli/loadStack";
import { during } from "../output/activity";
import { toCsv } from "../output/csv";
import { toJson } from "../output/json";
import { textTable } from "../output/textTable";
import { UsageError } from "../output/usageError";
import { readPulls } from "../pulls/cache";
import { pullRegions, updatePulls } from "../pulls/read";
import { pullsOfTrail } from "../pulls/trailFiles";

interface PullsArguments extends CommonArguments {
  customer?: string;
  since: string;
  idle?: string;
  cached: boolean;
  trail?: string;
  csv: boolean;
}

/** The event history of CloudTrail reaches back so far. */
const HISTORY_DAYS = 90;
const SHOWN = 100;

/** Who pulled what, according to CloudTrail. */
export const pulls: Command<PullsArguments> = {
  examples: [
    ["pulls", "the last 30 days"],
    ["pulls acme --since 7d", "of one customer"],
    ["pulls --idle 90d", "who is entitled and has not pulled for 90 days"],
    ["pulls --csv --cached > pulls.csv", "what earlier runs have read, for a spreadsheet"],
    ["pulls --trail cloudtrail/ --since 400d", "also from a trail's files, copied from S3"],
  ],
  build: (yargs) =>
    yargs
      .positional("customer", { type: "string", describe: "show only this customer" })
      .option("since", {
        type: "string",
        requiresArg: true,
        default: "30d",
        describe: "the last days, e.g. 30d; CloudTrail's event history has 90",
      })
      .option("idle", {
        type: "string",
        requiresArg: true,
        describe: "list customers that are entitled and have not pulled for so many days, e.g. 90d",
      })
      .option("cached", {
        type: "boolean",
        default: false,
        describe: "do not ask AWS: only what earlier runs have read",
      })
      .option("trail", {
        type: "string",
        requiresArg: true,
        describe: "also read a trail's files (.json.gz) below this folder",
      })
      .option("csv", { type: "boolean", default: false, describe: "print a CSV row for each pull" })
      .check(({ csv, json, customer, idle }) => {
        if (csv && json) throw new Error("--csv and --json cannot be combined");
        if (idle !== undefined && customer !== undefined) {
          throw new Error("--idle is about all customers: omit the customer");
        }
        return true;
      }),
  async run(args, context) {
    const { terminal, directory, today } = context;
    const since = dayBefore(daysOf(args.idle ?? args.since), today);
    const { stack, input } = loadStack(args, context);
    const only =
      args.customer === undefined ? undefined : findCustomer(input.customers, args.customer);
    const fromTrail = args.trail === undefined ? [] : pullsOfTrail(resolve(directory, args.trail));
    const record = args.cached
      ? readPulls(directory, stack)
      : await update(input, stack, since, context);
    warnOfGaps(record, since, args, input, context);
    const all = merged(record.pulls, fromTrail).filter(({ at }) => at >= since);
    const known = withCustomers(all, input.customers, input.config);
    if (args.idle !== undefined) {
      return showIdle(known, since, { stack, input }, args, context);
    }
    const shown = known.filter(
      (one) => only === undefined || customersOfPull(one).includes(only.id),
    );
    if (args.json) terminal.print(toJson({ stack, since, regions: record.regions, pulls: shown }));
    else if (args.csv) terminal.print(toCsv([HEAD, ...shown.map(cells)]));
    else show(shown, context);
    return ExitCode.done;
  },
};

async function update(
  { config }: StackInput,
  stack: string,
  since: IsoDate,
  context: CommandContext,
): Promise<PullRecord> {
  const oldest = dayBefore(HISTORY_DAYS, context.today);
  const from = `${since < oldest ? oldest : since}T00:00:00Z`;
  return during(context.terminal, "Reading CloudTrail", (activity) =>
    updatePulls(config, stack, from, context, (events) => {
      activity.counted(events, "events");
    }),
  );
}

/** What is not known is not "no pulls". Which days a trail's files have is not known here. */
function warnOfGaps(
  { regions }: PullRecord,
  since: IsoDate,
  { trail, cached }: PullsArguments,
  { config }: StackInput,
  { terminal, today }: CommandContext,
): void {
  if (trail !== undefined) return;
  for (const region of pullRegions(config)) {
    const { from = "", through = "" } = regions[region] ?? {};
    const isRecent = !cached || through.slice(0, today.length) >= today;
    if (from !== "" && from.slice(0, since.length) <= since && isRecent) continue;
    const what = from === "" ? "nothing is known" : `only ${from} to ${through} is known`;
    const how = cached
      ? "Run it without `--cached`."
      : "CloudTrail's event history has 90 days; a trail's files have more (`--trail`).";
    terminal.report(`Pulls in ${region}: ${what}. ${how}`, "warning");
  }
}

const HEAD = ["time", "customer", "as", "address", "region", "repository", "image", "result"];

function cells(pull: KnownPull): string[] {
  const { at, as, address, region, repository, image, error = "ok" } = pull;
  return [at, customersOfPull(pull).join(" or "), as, address, region, repository, image, error];
}

function show(shown: readonly KnownPull[], { terminal }: CommandContext): void {
  const latest = shown.slice(-SHOWN).reverse();
  if (latest.length > 0) terminal.print(textTable([HEAD, ...latest.map(cells)]).join("\n"));
  const refused = shown.filter(({ error }) => error !== undefined).length;
  const by = new Set(shown.flatMap(({ customer }) => customer ?? [])).size;
  const more = shown.length > SHOWN ? `; the latest ${SHOWN} are shown, --csv prints all` : "";
  const summary = `${counted(shown.length, "pull")} by ${counted(by, "customer")}, ${refused} refused${more}.`;
  terminal.print(summary, "strong");
}

function showIdle(
  known: readonly KnownPull[],
  since: IsoDate,
  { stack, input }: { stack: string; input: StackInput },
  { json, csv }: PullsArguments,
  { terminal }: CommandContext,
): ExitCode {
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
  return ExitCode.done;
}

/** @throws UsageError for anything but a number of days. */
function daysOf(text: string): number {
  const [, digits] = /^([0-9]{1,4})d?$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new UsageError(
    `expected a number of days, got ${JSON.stringify(text)}`,
    "Write e.g. `--since 30d` or `--idle 90d`.",
  );
}

function dayBefore(days: number, today: IsoDate): IsoDate {
  const moment = Date.parse(`${today}T00:00:00Z`) - days * 24 * 60 * 60 * 1000;
  return new Date(moment).toISOString().slice(0, "YYYY-MM-DD".length);
}
