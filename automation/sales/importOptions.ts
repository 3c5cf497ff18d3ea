import type { Argv } from "yargs";
import type { ImportAllowances } from "./importLimits";

/** What a person allows for one import, as the command line gives it. */
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
        "customers that the export does not name: kept and told, or suspended within limits",
    })
    .option("max-revocations", {
      type: "string",
      requiresArg: true,
      describe: "so many customers (N or P%) may lose access in this run, instead of 10 % or one",
    })
    .option("allow-empty", {
      type: "boolean",
      default: false,
      describe: "go on without any row, or when no customer keeps access",
    })
    .option("accept-id-change", {
      type: "boolean",
      default: false,
      describe: "go on although vanished customers seem to come back under other ids",
    })
    .option("mapping-changed", {
      type: "boolean",
      default: false,
      describe: "go on although the mapping is another than at the last import",
    })
    .option("accept-lifted-ends", {
      type: "boolean",
      default: false,
      describe: "go on although many end dates would be taken away",
    })
    .option("plan-digest", {
      type: "string",
      requiresArg: true,
      describe: "go on only if the plan is the one with this digest",
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
