import { resolve } from "node:path";
import { addDays } from "../../src/customers/isoDate";
import type { IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { customersOfPull, withCustomers } from "../../src/pulls/customers";
import type { PullRecord } from "../../src/pulls/model";
import { merged } from "../../src/pulls/record";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { loadStack } from "../cli/loadStack";
import { numberOfDays } from "../cli/numberOfDays";
import { during } from "../output/activity";
import { toCsv } from "../output/csv";
import { toJson } from "../output/json";
import { readPulls } from "../pulls/cache";
import { pullRegions, updatePulls } from "../pulls/read";
import { pullRows, showIdle, showPulls } from "../pulls/shown";
import {
  chosenSource,
  isInS3,
  type ChosenSource,
  type SourceOptions,
} from "../pulls/sourceOptions";
import { pullsOfTrail } from "../pulls/trailFiles";

interface PullsArguments extends CommonArguments, SourceOptions {
  customer?: string;
  since: string;
  idle?: string;
  cached: boolean;
  csv: boolean;
}

/** The event history of CloudTrail reaches back so far. */
const HISTORY_DAYS = 90;

/** Who pulled what, according to CloudTrail. */
export const pulls: Command<PullsArguments> = {
  examples: [
    ["pulls", "the last 30 days"],
    ["pulls acme --since 7d", "of one customer"],
    ["pulls --idle 90d", "who is entitled and has not pulled for 90 days"],
    ["pulls --csv --cached > pulls.csv", "what earlier runs have read, for a spreadsheet"],
    ["pulls --trail s3://my-trail --since 400d", "from a trail's files in S3"],
    ["pulls --trail cloudtrail/ --since 400d", "also from a trail's files in a folder"],
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
        describe:
          "read a trail's files in S3 (`s3://BUCKET`, with its prefix) instead of the event history; or also those (.json.gz) below a folder",
      })
      .option("athena", {
        type: "string",
        requiresArg: true,
        describe: "read a trail's table in Athena instead, DATABASE.TABLE",
      })
      .option("athena-workgroup", {
        type: "string",
        requiresArg: true,
        default: "primary",
        describe: "Athena's work group for the query",
      })
      .option("athena-output", {
        type: "string",
        requiresArg: true,
        describe: "s3:// folder for Athena's results, where the work group has none",
      })
      .option("csv", { type: "boolean", default: false, describe: "print a CSV row for each pull" })
      .check(({ csv, json, customer, idle, cached, trail, athena, athenaOutput }) => {
        if (trail !== undefined && athena !== undefined) {
          throw new Error("--trail and --athena cannot be combined");
        }
        if (cached && (athena !== undefined || isInS3(trail))) {
          throw new Error("--cached does not ask AWS: omit --athena, or --trail s3://…");
        }
        if (athenaOutput !== undefined && athena === undefined) {
          throw new Error("--athena-output takes --athena");
        }
        if (csv && json) throw new Error("--csv and --json cannot be combined");
        if (idle !== undefined && customer !== undefined) {
          throw new Error("--idle is about all customers: omit the customer");
        }
        return true;
      }),
  async run(args, context) {
    const { terminal, directory, today } = context;
    const { idle, trail } = args;
    const days =
      idle === undefined ? numberOfDays(args.since, "--since") : numberOfDays(idle, "--idle");
    const since = addDays(today, -days);
    const { stack, input } = loadStack(args, context);
    const only =
      args.customer === undefined ? undefined : findCustomer(input.customers, args.customer);
    const fromFolder =
      trail === undefined || isInS3(trail) ? [] : pullsOfTrail(resolve(directory, trail));
    const record = args.cached
      ? readPulls(directory, stack)
      : await update(
          input,
          { stack, since, source: chosenSource(args, input.config.account) },
          context,
        );
    warnOfGaps(record, since, args, input, context);
    const all = merged(record.pulls, fromFolder).filter(({ at }) => at >= since);
    const known = withCustomers(all, input.customers, input.config);
    if (args.idle !== undefined) {
      showIdle(known, since, { stack, input }, args, terminal);
      return ExitCode.done;
    }
    const shown = known.filter(
      (one) => only === undefined || customersOfPull(one).includes(only.id),
    );
    if (args.json) terminal.print(toJson({ stack, since, regions: record.regions, pulls: shown }));
    else if (args.csv) terminal.print(toCsv(pullRows(shown)));
    else showPulls(shown, context.terminal);
    return ExitCode.done;
  },
};

async function update(
  { config }: StackInput,
  { stack, since, source }: { stack: string; since: IsoDate; source: ChosenSource },
  context: CommandContext,
): Promise<PullRecord> {
  const oldest = addDays(context.today, -HISTORY_DAYS);
  const from = `${since < oldest && !source.isLong ? oldest : since}T00:00:00Z`;
  return during(context.terminal, "Reading CloudTrail", (activity) =>
    updatePulls({ config, stack, since: from, open: source.open }, context, (events) => {
      activity.counted(events, "events");
    }),
  );
}

/** What is not known is not "no pulls". Which days a trail's files have is not known here. */
function warnOfGaps(
  { regions }: PullRecord,
  since: IsoDate,
  { trail, athena, cached }: PullsArguments,
  { config }: StackInput,
  { terminal, today }: CommandContext,
): void {
  if (trail !== undefined && !isInS3(trail)) return;
  for (const region of pullRegions(config)) {
    const { from = "", through = "" } = regions[region] ?? {};
    const isRecent = !cached || through.slice(0, today.length) >= today;
    if (from !== "" && from.slice(0, since.length) <= since && isRecent) continue;
    const what = from === "" ? "nothing is known" : `only ${from} to ${through} is known`;
    const how = cached
      ? "Run it without `--cached`."
      : trail !== undefined || athena !== undefined
        ? "The trail has nothing before it; check its address, its regions, and that it logs read events."
        : "CloudTrail's event history has 90 days; a trail has more (`--trail`, `--athena`).";
    terminal.report(`Pulls in ${region}: ${what}. ${how}`, "warning");
  }
}
