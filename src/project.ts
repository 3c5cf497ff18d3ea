import { join, relative } from "node:path";
import { readCellStack, type Cell } from "./access/cells";
import { budgetExcesses, type BudgetExcess } from "./access/budget";
import { entitledGrants } from "./access/entitlements";
import { loadStackConfig, type StackConfig } from "./config";
import { loadCustomers } from "./customers/load";
import type { Customer, IsoDate } from "./customers/model";
import { loadRetired } from "./customers/retired";
import { problemIn, type Problem, sortProblems } from "./problem";

/** What a stack is declared from: checked settings, checked customers, and the day it is for. */
export interface StackInput {
  config: StackConfig;
  customers: readonly Customer[];
  /** `YYYY-MM-DD`, UTC. Decides who has ended. */
  today: IsoDate;
}

/** Either an input without any problem, or all the problems there are. */
type LoadedProject =
  { input: StackInput; problems: readonly [] } | { input?: undefined; problems: Problem[] };

interface LoadOptions {
  /** Another folder of customer files than the settings name, relative to the working directory. */
  customersDirectory?: string;
}

/**
 * Reads a stack's settings and all customer files, and checks that AWS would take what they ask
 * for: the first step of everything, by `pulumi up` as by the script. Offline.
 *
 * @param directory - the folder of `Pulumi.<stack>.yaml`.
 */
export function loadProject(
  directory: string,
  stack: string,
  today: IsoDate,
  options: LoadOptions = {},
): LoadedProject {
  const settings = loadStackConfig(directory, stack);
  const { config } = settings;
  if (config === undefined) return { problems: settings.problems };

  const folder =
    options.customersDirectory ?? relative(process.cwd(), join(directory, config.customers));
  const retired = loadRetired(directory);
  const { customers, problems } = loadCustomers(folder, config, today, retired.ids);
  problems.push(...retired.problems);
  if (problems.length > 0) return { problems: sortProblems(problems) };

  const grants = entitledGrants(customers, config, today);
  const excesses = budgetExcesses(customers, grants, config, today);
  if (excesses.length > 0) {
    return { problems: sortProblems(excesses.map((one) => problemOf(one, config, folder))) };
  }
  return { input: { config, customers, today }, problems: [] };
}

/** Which stack's settings a program runs by, and which of its cells it is, if any. */
interface ProgramPart {
  stack: string;
  cell?: Cell;
}

/**
 * A stack `prod-c03` without settings of its own is the fourth cell of `prod`, when that one has as
 * many; any other stack is itself.
 */
export function programPart(directory: string, stack: string): ProgramPart {
  const found = readCellStack(stack);
  if (found === undefined || loadStackConfig(directory, stack).config !== undefined)
    return { stack };
  const cells = loadStackConfig(directory, found.stack).config?.cells ?? 0;
  return found.cell < cells ? found : { stack };
}

/** A size has no line of its own: it is the sum of many. */
function problemOf(excess: BudgetExcess, config: StackConfig, folder: string): Problem {
  const { repository, customer, check, message, fix } = excess;
  const file =
    customer === undefined ? `Pulumi.${config.stack}.yaml` : join(folder, `${customer}.yaml`);
  const path = repository === undefined ? "" : `repositories.${repository}`;
  return problemIn(file, check, message, fix, { line: 1, column: 1, path });
}
