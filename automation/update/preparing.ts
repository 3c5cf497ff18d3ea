import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { CommandContext } from "../cli/command";
import type { FullArguments } from "../cli/fullOption";
import { interruptible } from "../cli/interrupt";
import type { LoadedStack } from "../cli/loadStack";
import type { StallArguments } from "../cli/stallOption";
import type { Comparison } from "../compare/compare";
import { engineText } from "../engine/text";
import { during } from "../output/activity";
import type { ForeignFinding } from "../plan/foreign";
import { allowances, type LimitArguments } from "../plan/limitOptions";
import type { Plan } from "../plan/plan";
import { adjusted, type Adjusted } from "./adjusting";
import { comparisonAfter } from "./comparing";
import type { Deployment } from "./deployment";
import { findByHand, NOTHING_BY_HAND, type ByHand } from "./findByHand";
import { driftOf } from "./notInFiles";
import { planUpdate, vanishedUsers, type Planned } from "./planning";
import { changedSince } from "./presentPolicies";
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

/** What an update would do, with what others did in AWS set apart. */
export interface Prepared {
  planned: Planned;
  plan: Plan;
  /** What is declared: without what is held back, and with a guard of the policies that were read. */
  input: StackInput;
  /** What someone revoked in AWS and no file says: it is not given back. */
  emergencies: Adjusted["emergencies"];
  /** What was changed in AWS by hand; nothing unless AWS was read first. */
  byHand: ByHand;
  /** How AWS differed from the files before the update; missing unless AWS was read first. */
  before?: Comparison;
  /** Statements of others that the update leaves. */
  left: readonly ForeignFinding[];
  /** The engine reads everything from AWS, because it was asked to or because users are missing. */
  refresh: boolean;
  /** The run was asked to read everything from AWS. */
  readsAll: boolean;
}

/**
 * Plans an update; reads AWS first if the options ask for it, or if users were deleted there by hand.
 *
 * @throws EngineError when the engine cannot preview the changes.
 */
export async function prepareUpdate(
  { loaded, deployment, aws }: OpenedStack,
  options: UpdateOptions,
  context: CommandContext,
): Promise<Prepared> {
  const { terminal, today, now } = context;
  const { restore: restores = false, stallTimeout } = options;
  const text = engineText(options, terminal);
  const planWith = (refresh: boolean, input = loaded.input, exclude: string[] = []) =>
    interruptible(terminal, deployment, stallTimeout, ({ signal, onProgress }) =>
      showPreview(terminal, onProgress, (onEvent) => {
        const settings = { refresh, exclude, signal, onEvent, ...text };
        return planUpdate({ deployment, aws }, input, today, settings);
      }),
    );

  const readsAll = options.refresh || restores;
  let refresh = readsAll;
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
  const { exclude, unread } = byHand;

  const { foreignRevocations, revocations } = allowances(options);
  const keepsFound = foreignRevocations === undefined;
  const adjustment = await adjusted(
    planned,
    loaded.input,
    (changed) => planWith(refresh, changed, exclude),
    { aws, deployment },
    { refresh, keepsFound, restores, unread, exclude, revocations, now },
  );
  const { plan, present } = adjustment.planned;
  return {
    planned: adjustment.planned,
    plan,
    input: { ...adjustment.input, guard: changedSince(present, aws, adjustment.input) },
    emergencies: adjustment.emergencies,
    byHand,
    ...(before && { before }),
    left: keepsFound ? driftOf(plan.foreign) : [],
    refresh,
    readsAll,
  };
}
