import { join, relative } from "node:path";
import { readCellStack, type Cell } from "./access/cells";
import { budgetExcesses, type BudgetExcess } from "./access/excesses";
import { entitledGrants } from "./access/entitlements";
import type { ForeignStatement } from "./access/model";
import { loadStackConfig, type StackConfig } from "./config";
import { problemInSettings, type SettingsFile } from "./settingsFile";
import { loadCustomers } from "./customers/load";
import type { Customer, IsoDate } from "./customers/model";
import { loadRetired } from "./customers/retired";
import type { PolicyGuard } from "./policyGuard";
import type { Adoption } from "./adoption";
import { problemIn, type Problem, sortProblems } from "./problem";

/** `edge-agent@eu-central-1` → customers whom its policy does not name, although their files grant it. */
export type Withheld = ReadonlyMap<string, ReadonlySet<string>>;

/** What a stack is declared from: checked settings, checked customers, and the date. */
export interface StackInput {
  config: StackConfig;
  customers: readonly Customer[];
  /** `YYYY-MM-DD`, UTC. Decides whose access has ended. */
  today: IsoDate;
  /** Ids of customers that were off-boarded. */
  retired?: ReadonlySet<string>;
  /** Ids of customers that are declared as revoked by what AWS holds; their files do not say so. */
  revokedInAws?: ReadonlySet<string>;
  /** Customers whom someone took out of a policy by hand: an update leaves them out of it. */
  withheld?: Withheld;
  /** The stack is about to be destroyed: repositories' policies stay, with the statements of others only. */
  leavesOthers?: boolean;
  /** What exists in AWS and is taken into the state instead of created. */
  adoption?: Adoption;
  /**
   * Repository → region → statements of others: policies of repositories that have left the catalogue. They stay,
   * without this stack's statement and name.
   */
  leaving?: Readonly<Record<string, Readonly<Record<string, readonly ForeignStatement[]>>>>;
  /** Asked right before a repository's policy is written. */
  guard?: PolicyGuard;
}

/** Either the input, or all problems. */
type LoadedProject =
  | { input: StackInput; settings: SettingsFile; problems: readonly [] }
  | { input?: undefined; settings?: undefined; problems: Problem[] };

interface LoadOptions {
  /** A folder of customer files instead of the one in the settings, relative to the working directory. */
  customersDirectory?: string;
}

/**
 * Reads a stack's settings and all customer files, and checks that they are within AWS's limits: the
 * first step of `pulumi up` and of every command of the script. Works offline.
 *
 * @param directory - the folder of `Pulumi.<stack>.yaml`.
 */
export function loadProject(
  directory: string,
  stack: string,
  today: IsoDate,
  options: LoadOptions = {},
): LoadedProject {
  const { config, settings, problems: inSettings } = loadStackConfig(directory, stack);
  if (config === undefined) return { problems: inSettings };

  const folder =
    options.customersDirectory ?? relative(process.cwd(), join(directory, config.customers));
  const retired = loadRetired(directory);
  const { customers, problems } = loadCustomers(folder, config, today, retired.ids);
  problems.push(...retired.problems);
  if (problems.length > 0) return { problems: sortProblems(problems) };

  const grants = entitledGrants(customers, config, today);
  const excesses = budgetExcesses(customers, grants, config, today);
  if (excesses.length > 0) {
    return { problems: sortProblems(excesses.map((one) => problemOf(one, settings, folder))) };
  }
  const input = { config, customers, today, retired: new Set(retired.ids.keys()) };
  return { input, settings, problems: [] };
}

/** The stack whose settings a program uses, and the cell of it that the program is, if any. */
interface ProgramPart {
  stack: string;
  cell?: Cell;
}

/**
 * Finds out which part of a deployment a stack is. A stack `prod-c03` without its own settings file is the
 * fourth cell of `prod`, if `prod` has at least four; any other stack is a whole deployment.
 */
export function programPart(directory: string, stack: string): ProgramPart {
  const found = readCellStack(stack);
  if (found === undefined || loadStackConfig(directory, stack).config !== undefined)
    return { stack };
  const cells = loadStackConfig(directory, found.stack).config?.cells ?? 0;
  return found.cell < cells ? found : { stack };
}

/** A size is the sum of many lines: it is reported where its repository is, or about a customer's file as a whole. */
function problemOf(excess: BudgetExcess, settings: SettingsFile, folder: string): Problem {
  const { repository, customer, check, message, fix } = excess;
  return customer === undefined
    ? problemInSettings(settings, repository, check, message, fix)
    : problemIn(join(folder, `${customer}.yaml`), check, message, fix);
}
