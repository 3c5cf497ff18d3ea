import type { Argv } from "yargs";
import type { Allowances } from "./limits";

/** What a person allows for one run, as the command line gives it. */
export interface LimitArguments {
  allowRevocations?: number;
  allowReplacements?: number;
  allowUnknownChanges: boolean;
}

/** The limits' own flags; given per run, never kept in a file (docs/architecture.md, "Limits"). */
export function limitOptions(yargs: Argv): Argv {
  return yargs
    .option("allow-revocations", {
      type: "number",
      requiresArg: true,
      describe: "so many customers may lose access in this run, instead of 10 % or one",
    })
    .option("allow-replacements", {
      type: "number",
      requiresArg: true,
      describe: "so many users, keys or repositories may be made anew or deleted",
    })
    .option("allow-unknown-changes", {
      type: "boolean",
      default: false,
      describe: "go on although it is not fully known what changes",
    })
    .check((args) => {
      for (const flag of ["allow-revocations", "allow-replacements"]) {
        const value = args[flag];
        if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 0)) {
          throw new Error(`expected a whole number for --${flag}`);
        }
      }
      return true;
    });
}

export function allowances(args: LimitArguments): Allowances {
  return {
    ...(args.allowRevocations === undefined ? {} : { revocations: args.allowRevocations }),
    ...(args.allowReplacements === undefined ? {} : { replacements: args.allowReplacements }),
    unknownChanges: args.allowUnknownChanges,
  };
}
