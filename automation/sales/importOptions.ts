import type { Argv } from "yargs";
import type { ImportAllowances } from "./importLimits";

/** What an operator allows for one import, as the command line gives it. */
export interface ImportLimitArguments {
  maxRevocations?: string;
  allowEmpty: boolean;
  acceptIdChange: boolean;
  mappingChanged: boolean;
  acceptLiftedEnds: boolean;
}

const COUNT_OR_PERCENT = /^(\d{1,9})(%?)$/;

/** The options of everything that imports; limits are given per run, never kept in a file. */
export function importOptions(yargs: Argv): Argv {
  return yargs
    .positional("file", { type: "string", demandOption: true, describe: "the export, CSV or XLSX" })
    .option("mapping", {
      type: "string",
      requiresArg: true,
      describe: "the mapping file; ready ones are in automation/sales/mapping/ready",
    })
    .option("removals", {
      choices: ["report", "suspend"] as const,
      default: "report" as const,
      describe:
        "customers that are not in the export: kept and reported, or suspended within limits",
    })
    .option("max-revocations", {
      type: "string",
      requiresArg: true,
      describe:
        "allow up to N or P% of the customers to lose access in this run (default: 10%, at least one)",
    })
    .option("allow-empty", {
      type: "boolean",
      default: false,
      describe: "allow an export without rows, or after which no customer has access",
    })
    .option("accept-id-change", {
      type: "boolean",
      default: false,
      describe: "allow vanished customers that seem to have come back under other ids",
    })
    .option("mapping-changed", {
      type: "boolean",
      default: false,
      describe: "allow a mapping that differs from the last import's",
    })
    .option("accept-lifted-ends", {
      type: "boolean",
      default: false,
      describe: "allow many end dates to be removed",
    })
    .option("plan-digest", {
      type: "string",
      requiresArg: true,
      describe: "import only if the plan has this digest",
    })
    .option("markdown", {
      type: "string",
      requiresArg: true,
      describe: "also write the report to a file, for a pull request",
    })
    .check(({ maxRevocations }) => {
      const given = typeof maxRevocations === "string" ? maxRevocations : "0";
      const percent = COUNT_OR_PERCENT.exec(given);
      if (percent === null || (percent[2] === "%" && Number(percent[1]) > 100)) {
        throw new Error(
          "expected a number of customers or a percentage for --max-revocations, e.g. 12 or 15%",
        );
      }
      return true;
    });
}

export function importAllowances(args: ImportLimitArguments): ImportAllowances {
  const [, number, percent] = COUNT_OR_PERCENT.exec(args.maxRevocations ?? "") ?? [];
  const revocations = percent === "%" ? { percent: Number(number) } : { count: Number(number) };
  return {
    ...(number === undefined ? {} : { revocations }),
    empty: args.allowEmpty,
    idChange: args.acceptIdChange,
    mappingChanged: args.mappingChanged,
    liftedEnds: args.acceptLiftedEnds,
  };
}
