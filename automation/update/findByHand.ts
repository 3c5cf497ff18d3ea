import type { Deviation } from "../../src/account/deviation";
import type { StackInput } from "../../src/project";
import type { Comparison } from "../compare/compare";
import { changedByHand } from "../plan/byHand";
import { recordedInput } from "../plan/recordedInput";
import { comparedAgain } from "./comparing";
import type { Planned } from "./planning";

/**
 * Finds what others have changed in AWS since the last update, before this one repairs it: afterwards nothing would show it.
 *
 * @param found - AWS compared with the files.
 * @param planned - the plan of a run that reads AWS first.
 * @param declared - plans the same without reading AWS; asked only when something differs.
 */
export async function findByHand(
  found: Comparison,
  { baseline }: Pick<Planned, "baseline">,
  input: StackInput,
  declared: () => Promise<Planned>,
): Promise<Deviation[]> {
  if (baseline.kind !== "recorded") return [];
  const { outputs } = baseline;
  const fromFiles = found.deviations;
  const fromRecord = comparedAgain(found, recordedInput(input, outputs)).filter(isRepaired);
  if (fromRecord.length === 0) return [];
  const { plan } = await declared();
  const { today } = input;
  const changes = plan.resources;
  return changedByHand({ fromRecord, fromFiles, declared: changes, recorded: outputs, today });
}

/** What is removed beside the engine is reported when it is removed. */
function isRepaired({ repair, removal }: Deviation): boolean {
  return repair === "update" && removal === undefined;
}
