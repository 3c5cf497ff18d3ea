import type { AwsClient } from "../aws/client";
import type { CommandContext } from "../cli/command";
import type { LoadedStack } from "../cli/loadStack";
import type { Deployment } from "./deployment";
import { applyUpdate, touchedCustomers, type Applied } from "./applying";
import { PARTIAL, type UpdateParts } from "./updateParts";
import { confirmed } from "../cli/confirmation";
import { engineText } from "../engine/text";
import { ExitCode } from "../cli/exitCode";
import { failureLines } from "./failureReport";
import { interruptible } from "../cli/interrupt";
import { extentOf, type FullArguments } from "../cli/fullOption";
import type { StallArguments } from "../cli/stallOption";
import { toJson } from "../output/json";
import { allowances, type LimitArguments } from "../plan/limitOptions";
import { removeConfirmed } from "./removing";
import { comparedAgain, comparisonAfter } from "./comparing";
import { findByHand, NOTHING_BY_HAND } from "./findByHand";
import { byHandAsJson, byHandSections, heldKeys, repairedBy, tellRepaired } from "./byHandReport";
import { deviationAsJson } from "../compare/report";
import { tellNothingToDo, tellOutcome } from "./outcomeReport";
import { refusals } from "../plan/limits";
import type { Plan } from "../plan/plan";
import { subjectOf } from "../plan/subject";
import { planSections, planSummary } from "../plan/planReport";
import { adjusted } from "./adjusting";
import { findEmergencies } from "./findEmergencies";
import { factsInAws } from "./factsInAws";
import { planUpdate, vanishedUsers } from "./planning";
import { driftOf, tellEmergencies, tellFound } from "./notInFiles";
import { changedSince } from "./presentPolicies";
import { tellNotConfirmed, tellRefusal } from "./refusalReport";
import { during } from "../output/activity";
import { printSections } from "../output/report";
import { showPreview } from "./progress";

/** What an update runs through, already opened. */
export interface OpenedStack {
  loaded: LoadedStack;
  deployment: Deployment;
  aws: AwsClient;
}

/** How one update is run. */
export interface UpdateOptions extends LimitArguments, StallArguments, FullArguments {
  yes: boolean;
  refresh: boolean;
  /** Give back what someone revoked in AWS by hand; reads AWS first. */
  restore?: boolean;
  json: boolean;
  debug: boolean;
}

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
  { loaded, deployment, aws }: OpenedStack,
  options: UpdateOptions,
  context: CommandContext,
): Promise<UpdateOutcome> {
  const { stack } = loaded;
  const { terminal, today } = context;
  const allowed = allowances(options);
  const text = engineText(options, terminal);

  const planWith = (refresh: boolean, input = loaded.input, exclude: string[] = []) =>
    interruptible(terminal, deployment, options.stallTimeout, ({ signal, onProgress }) =>
      showPreview(terminal, onProgress, (onEvent) =>
        planUpdate({ deployment, aws }, input, today, {
          refresh,
          exclude,
          signal,
          onEvent,
          ...text,
        }),
      ),
    );

  const { restore: restores = false } = options;
  const everything = options.refresh || restores;
  let refresh = everything;
  let planned = await planWith(refresh);
  const vanished = refresh ? [] : await vanishedUsers(planned, loaded.input, aws);
  if (vanished.length > 0) {
    terminal.report(`Deleted in AWS by hand, and re-created: ${vanished.join(", ")}.`, "warning");
    refresh = true;
    planned = await planWith(refresh);
  }
  // Before anything is repaired: afterwards AWS no longer shows what was changed by hand.
  const look = comparisonAfter({ deployment, aws }, { refresh: true, left: [], context });
  const before = refresh
    ? await during(terminal, "Reading AWS", () => look(loaded.input, []))
    : undefined;
  const byHand = before
    ? await findByHand(before, planned, loaded.input, () => planWith(false), restores)
    : NOTHING_BY_HAND;
  const { exclude } = byHand;
  if (exclude.length > 0) planned = await planWith(refresh, loaded.input, exclude);
  const keepsFound = allowed.foreignRevocations === undefined;
  const adjustment = await adjusted(
    planned,
    loaded.input,
    (changed) => planWith(refresh, changed, exclude),
    aws,
    { refresh, keepsFound, restores, revocations: allowed.revocations, now: context.now },
  );
  const { emergencies } = adjustment;
  const more = { revokedInAws: emergencies, ...byHandAsJson(byHand) };
  planned = adjustment.planned;
  const { plan, baseline, present, replacedUsers } = planned;
  const input = { ...adjustment.input, guard: changedSince(present, aws, adjustment.input) };
  const left = keepsFound ? driftOf(plan.foreign) : [];
  const refused = refusals(await factsInAws(plan, input, aws, deployment), allowed);
  if (!options.json) {
    const sections = [...planSections(plan), ...byHandSections(byHand, input.withheld)];
    printSections(sections, terminal, extentOf(options));
    terminal.print(planSummary(plan), "strong");
  }
  if (refused.length > 0) {
    const why = `refused: ${refused.map(({ message }) => message).join("; ")}`;
    return {
      code: tellEmergencies(
        tellRefusal(refused, { command: "up", stack, json: options.json }, terminal, more),
        emergencies,
        terminal,
      ),
      notApplied: new Map(touchedBy(plan).map((name) => [name, why])),
    };
  }
  const compare = comparisonAfter({ deployment, aws }, { refresh: everything, left, context });
  const end = (code: ExitCode) => {
    // The comparison of the whole account names statements of others by itself.
    const named = everything ? code : tellFound(code, left, terminal);
    return tellEmergencies(named, emergencies, terminal);
  };
  if (plan.isEmpty) {
    const differences = before === undefined ? [] : comparedAgain(before, input);
    const found = differences.filter((one) => one.beforeAdoption !== true);
    const outcome = await removeConfirmed(found, aws, options.yes, terminal);
    const code = tellNothingToDo(stack, outcome, options.json, terminal, more);
    return { code: end(code), notApplied: new Map() };
  }
  if (!(await confirmed(`Apply this to stack ${stack}?`, options.yes, terminal))) {
    const notApplied = new Map(touchedBy(plan).map((name) => [name, "not confirmed"]));
    return { code: tellNotConfirmed(stack, options.json, terminal, more), notApplied };
  }
  // A confirmation takes its time. What was revoked meanwhile is not given back.
  const late = options.yes ? [] : await findEmergencies(planned, input, aws, context);
  if (late.length > 0) {
    if (options.json)
      terminal.print(toJson({ stack, changed: [], failed: [], revokedInAws: late }));
    const code = tellEmergencies(ExitCode.failed, late, terminal);
    terminal.report("Nothing was written; `ecr-customers up` shows what else is to be done.");
    return { code, notApplied: new Map(touchedBy(plan).map((name) => [name, "not started"])) };
  }
  const held = heldKeys(byHand, input.withheld);
  const parts = { deployment, input, aws, plan, replacedUsers, baseline, terminal, compare, held };
  const applied = await applyShown(parts, stack, { ...options, refresh, exclude }, text);
  const repaired = repairedBy(applied, byHand);
  const all = { ...more, ...(refresh ? { repaired: repaired.map(deviationAsJson) } : {}) };
  const outcome = tellOutcome(applied, plan, options.json, context, all);
  // What an operator has asked for in this run is no news.
  const news = restores ? repaired.filter(({ repair }) => repair !== "restore") : repaired;
  const code = end(tellRepaired(outcome, news, terminal));
  return { code, notApplied: leftOf(applied, plan) };
}

/** Applies the plan until it ends, is interrupted or stalls, and shows how far it is. */
function applyShown(
  parts: Omit<UpdateParts, "activity" | "removes">,
  stack: string,
  { yes: removes, refresh, exclude, json, stallTimeout }: UpdateOptions & { exclude: string[] },
  text: ReturnType<typeof engineText>,
): Promise<Applied> {
  const { terminal, deployment } = parts;
  // A reader of the plan that is gone, as in `up | head -1`, is noticed by the next line that is written.
  let hasBegun = json;
  const begin = () => {
    if (!hasBegun) terminal.print(`Updating stack ${stack}.`);
    hasBegun = true;
  };
  return interruptible(terminal, deployment, stallTimeout, ({ signal, onProgress }) => {
    const onEvent = () => {
      begin();
      onProgress();
    };
    return during(terminal, "Updating", (activity) =>
      // Without `yes` no one was asked about what is removed: the plan shows what is declared.
      applyUpdate({ ...parts, activity, removes }, { signal, onEvent, refresh, exclude, ...text }),
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
