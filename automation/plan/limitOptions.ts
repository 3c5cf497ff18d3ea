import type { Argv } from "yargs";
import type { Allowances } from "./limits";

/** What is allowed for one run, from the command line. */
export interface LimitArguments {
  allowRevocations?: number;
  allowReplacements?: number;
  allowUnknownChanges: boolean;
  allowForeignRevocations?: number;
  takeOver?: string[];
  allowAdoptionChanges?: string;
}

/** The limits' own flags; given per run, never kept in a file (docs/architecture.md, "Limits"). */
export function limitOptions(yargs: Argv): Argv {
  return yargs
    .option("allow-revocations", {
      type: "number",
      requiresArg: true,
      describe: "allow up to N customers to lose access in this run; default: 10 %, at least 1",
    })
    .option("allow-replacements", {
      type: "number",
      requiresArg: true,
      describe: "allow up to N users, keys or repositories to be replaced or deleted",
    })
    .option("allow-unknown-changes", {
      type: "boolean",
      default: false,
      describe: "continue although the changes are not fully known",
    })
    .option("allow-foreign-revocations", {
      type: "number",
      requiresArg: true,
      describe: "allow up to N principals that are not customers to lose what no file declares",
    })
    .option("take-over", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "take this repository's policy over from another stack, which no longer exists",
    })
    .option("allow-adoption-changes", {
      type: "string",
      requiresArg: true,
      describe: "accept changes of access by an adoption, by their numbers in the plan, e.g. 1,3",
    })
    .check((args) => {
      const numbers = args["allow-adoption-changes"];
      if (numbers !== undefined && !/^[1-9][0-9]*(,[1-9][0-9]*)*$/.test(numbers)) {
        throw new Error("expected numbers for --allow-adoption-changes, e.g. 1,3");
      }
      for (const flag of ["allow-revocations", "allow-replacements", "allow-foreign-revocations"]) {
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
    ...(args.allowForeignRevocations === undefined
      ? {}
      : { foreignRevocations: args.allowForeignRevocations }),
    takeOver: args.takeOver ?? [],
    ...(args.allowAdoptionChanges === undefined
      ? {}
      : { adoptionChanges: args.allowAdoptionChanges.split(",").map(Number) }),
  };
}
