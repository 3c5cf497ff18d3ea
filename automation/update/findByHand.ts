import type { Deviation } from "../../src/account/deviation";
import type { StackInput } from "../../src/project";
import type { Comparison } from "../compare/compare";
import type { ResourceChange } from "../engine/events";
import { changedByHand } from "../plan/byHand";
import { heldBy, type Held } from "../plan/held";
import { recordedInput } from "../plan/recordedInput";
import { comparedAgain } from "./comparing";
import type { Planned } from "./planning";

/** What others have changed in AWS since the last update. */
export interface ByHand extends Held {
  /** All of it, what this run leaves included. */
  found: Deviation[];
  /** What the engine would change without reading AWS, if it was asked. */
  unread?: readonly ResourceChange[];
}

/** Nothing was changed, or AWS was not read. */
export const NOTHING_BY_HAND: ByHand = { found: [], deviations: [], exclude: [] };

/**
 * Finds what others have changed in AWS since the last update, before this one repairs it: afterwards nothing would show
 * it. And which of it this one leaves.
 *
 * @param found - AWS compared with the files.
 * @param planned - the plan of a run that reads AWS first.
 * @param restores - what someone revoked is given back.
 * @param declared - plans the same without reading AWS; asked only when something differs.
 */
export async function findByHand(
  found: Comparison,
  { baseline, plan: refreshed }: Pick<Planned, "baseline" | "plan">,
  input: StackInput,
  declared: () => Promise<Planned>,
  restores = false,
): Promise<ByHand> {
  if (baseline.kind !== "recorded") return NOTHING_BY_HAND;
  const { outputs } = baseline;
  const fromFiles = found.deviations;
  const fromRecord = comparedAgain(found, recordedInput(input, outputs)).filter(isRepaired);
  if (fromRecord.length === 0) return NOTHING_BY_HAND;
  const { plan } = await declared();
  const { today } = input;
  const changes = plan.resources;
  const parts = { fromRecord, fromFiles, declared: changes, recorded: outputs, today };
  const all = changedByHand(parts);
  if (restores) return { ...NOTHING_BY_HAND, found: all };
  return { found: all, unread: changes, ...heldBy(all, fromFiles, changes, refreshed.resources) };
}

/** What is removed beside the engine is reported when it is removed. */
function isRepaired({ repair, removal }: Deviation): boolean {
  return repair !== "operator" && removal === undefined;
}
