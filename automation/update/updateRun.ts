import type { AwsClient } from "../aws/client";
import type { CommandContext } from "../cli/command";
import { confirmed } from "../cli/confirmation";
import { ExitCode } from "../cli/exitCode";
import { extentOf } from "../cli/fullOption";
import { interruptible } from "../cli/interrupt";
import { deviationAsJson } from "../compare/report";
import { engineText } from "../engine/text";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { printSections } from "../output/report";
import { allowances } from "../plan/limitOptions";
import { refusals } from "../plan/limits";
import type { Plan } from "../plan/plan";
import { planSections, planSummary } from "../plan/planReport";
import { subjectOf } from "../plan/subject";
import { applyUpdate, touchedCustomers, type Applied } from "./applying";
import { byHandAsJson, byHandSections, heldKeys, repairedBy, tellRepaired } from "./byHandReport";
import { comparedAgain, comparisonAfter } from "./comparing";
import { failureLines } from "./failureReport";
import { findEmergencies } from "./findEmergencies";
import { tellEmergencies, tellFound } from "./notInFiles";
import { tellNothingToDo, tellOutcome } from "./outcomeReport";
import { prepareUpdate, type OpenedStack, type Prepared, type UpdateOptions } from "./preparing";
import { tellNotConfirmed, tellRefusal } from "./refusalReport";
import { removeConfirmed } from "./removing";
import { PARTIAL } from "./updateParts";

/** How an update ended. */
export interface UpdateOutcome {
  /** The process's exit code. */
  code: ExitCode;
  /** Customers and repositories that AWS does not have as the files say, and why. */
  notApplied: ReadonlyMap<string, string>;
}

/**
 * Preview, limits, confirmation, update, read-back, summary: `up`, and the second half of `sync`.
 *
 * @throws EngineError when the engine cannot even preview the changes.
 */
export async function runUpdate(
  opened: OpenedStack,
  options: UpdateOptions,
  context: CommandContext,
): Promise<UpdateOutcome> {
  const { aws, loaded } = opened;
  const { terminal } = context;
  const { json } = options;
  const { stack } = loaded;
  const prepared = await prepareUpdate(opened, options, context);
  const { plan, input, byHand, emergencies } = prepared;
  const more = { revokedInAws: emergencies, ...byHandAsJson(byHand) };
  const nothingApplied = (code: ExitCode, why: string): UpdateOutcome => ({
    code,
    notApplied: new Map(touchedBy(plan).map((name) => [name, why])),
  });

  const refused = refusals(plan.facts, allowances(options));
  if (!json) {
    const sections = [...planSections(plan), ...byHandSections(byHand, input.withheld)];
    printSections(sections, terminal, extentOf(options));
    terminal.print(planSummary(plan), "strong");
  }
  if (refused.length > 0) {
    const told = tellRefusal(refused, { command: "up", stack, json }, terminal, more);
    const why = `refused: ${refused.map(({ message }) => message).join("; ")}`;
    return nothingApplied(tellEmergencies(told, emergencies, terminal), why);
  }
  if (plan.isEmpty) {
    const code = await nothingToDo(prepared, aws, more, { ...options, stack }, context);
    return { code, notApplied: new Map() };
  }
  if (!(await confirmed(`Apply this to stack ${stack}?`, options.yes, terminal))) {
    return nothingApplied(tellNotConfirmed(stack, json, terminal, more), "not confirmed");
  }
  // A confirmation takes its time. What was revoked meanwhile is not given back.
  const late = options.yes ? [] : await findEmergencies(prepared.planned, input, aws, context);
  if (late.length > 0) {
    if (json) terminal.print(toJson({ stack, changed: [], failed: [], revokedInAws: late }));
    const code = tellEmergencies(ExitCode.failed, late, terminal);
    terminal.report("Nothing was written; `ecr-customers up` shows what else is to be done.");
    return nothingApplied(code, "not started");
  }
  const applied = await applyShown(opened, prepared, options, context);
  const repaired = repairedBy(applied, byHand);
  const all = {
    ...more,
    ...(prepared.refresh ? { repaired: repaired.map(deviationAsJson) } : {}),
  };
  const outcome = tellOutcome(applied, plan, json, context, all);
  // What an operator has asked for in this run is no news.
  const news = options.restore ? repaired.filter(({ repair }) => repair !== "restore") : repaired;
  const code = tellFoundToo(tellRepaired(outcome, news, terminal), prepared, terminal);
  return { code, notApplied: leftOf(applied, plan) };
}

/** Removes what no file gives a customer's user, if it was found and may be removed. @returns the exit code. */
async function nothingToDo(
  prepared: Prepared,
  aws: AwsClient,
  more: Readonly<Record<string, unknown>>,
  { stack, yes, json }: UpdateOptions & { stack: string },
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { before, input } = prepared;
  const differences = before === undefined ? [] : comparedAgain(before, input);
  const found = differences.filter((one) => one.beforeAdoption !== true);
  const outcome = await removeConfirmed(found, aws, yes, terminal);
  return tellFoundToo(tellNothingToDo(stack, outcome, json, terminal, more), prepared, terminal);
}

/** Names what others have in repositories' policies and what was revoked in AWS. @returns the exit code with it. */
function tellFoundToo(
  code: ExitCode,
  { readsAll, left, emergencies }: Prepared,
  terminal: CommandContext["terminal"],
): ExitCode {
  // The comparison of the whole account names statements of others by itself.
  const named = readsAll ? code : tellFound(code, left, terminal);
  return tellEmergencies(named, emergencies, terminal);
}

/** Applies the plan until it ends, is interrupted or stalls, and shows how far it is. */
function applyShown(
  { deployment, aws, loaded }: OpenedStack,
  { planned, plan, input, byHand, refresh, readsAll, left }: Prepared,
  options: UpdateOptions,
  context: CommandContext,
): Promise<Applied> {
  const { terminal } = context;
  const { yes: removes, json, stallTimeout } = options;
  const { exclude } = byHand;
  const { baseline, replacedUsers } = planned;
  const compare = comparisonAfter({ deployment, aws }, { refresh: readsAll, left, context });
  const held = heldKeys(byHand, input.withheld);
  const parts = { deployment, input, aws, plan, replacedUsers, baseline, terminal, compare, held };
  // A reader of the plan that is gone, as in `up | head -1`, is noticed by the next line that is written.
  let hasBegun = json;
  const begin = () => {
    if (!hasBegun) terminal.print(`Updating stack ${loaded.stack}.`);
    hasBegun = true;
  };
  return interruptible(terminal, deployment, stallTimeout, ({ signal, onProgress }) => {
    const onEvent = () => {
      begin();
      onProgress();
    };
    const settings = { signal, onEvent, refresh, exclude, ...engineText(options, terminal) };
    return during(terminal, "Updating", (activity) =>
      // Without `yes` no one was asked about what is removed: the plan shows what is declared.
      applyUpdate({ ...parts, activity, removes }, settings),
    );
  });
}

/** What an update that was started did not finish. */
function leftOf({ error, failures, refused, pending, deviations }: Applied, plan: Plan) {
  if (error !== undefined && !PARTIAL.includes(error.kind)) {
    return new Map(touchedBy(plan).map((name) => [name, error.message]));
  }
  return new Map([
    ...(deviations.length > 0
      ? touchedCustomers(plan).map((id) => [id, "AWS differs from the files"] as const)
      : []),
    ...pending.map((name) => [name, "not reached"] as const),
    ...refused.map(({ customer, principal }) => [customer, `ECR refuses ${principal}`] as const),
    ...failureLines(failures).map(({ cells: [name = "", why = ""] }) => [name, why] as const),
  ]);
}

/** Customers and repositories that a plan is about. */
function touchedBy(plan: Plan): string[] {
  const repositories = plan.resources.map(subjectOf).filter(({ kind }) => kind === "repository");
  return [...touchedCustomers(plan), ...new Set(repositories.map(({ name }) => name))];
}
