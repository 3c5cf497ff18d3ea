import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import { withEmergencies, type Emergency } from "../plan/emergencies";
import { keepFound, keepLeaving } from "../plan/foreign";
import { findEmergencies } from "./findEmergencies";
import { foundInWritten } from "./notInFiles";
import { findAdoption } from "./adopting";
import type { Planned } from "./planning";

/** A plan that respects what others and emergencies have written into AWS, and the input it is made from. */
export interface Adjusted {
  planned: Planned;
  input: StackInput;
  /** Revocations that no file says. */
  emergencies: readonly Emergency[];
}

/**
 * Adjusts an input to what AWS holds, and plans again where that makes a difference: a revocation that no file
 * says stands, and a policy that is written or leaves the catalogue keeps what others have added to it. The caller reports
 * both.
 *
 * @param planned - the plan for `input`.
 * @param planWith - makes a plan for another input.
 * @param refresh - everything is compared with AWS, so all users are looked at.
 * @param keepsFound - false: an option allows what others have added to be removed.
 */
export async function adjusted(
  planned: Planned,
  input: StackInput,
  planWith: (input: StackInput) => Promise<Planned>,
  aws: Pick<AwsClient, "userPolicy" | "observe">,
  { refresh, keepsFound, now }: { refresh: boolean; keepsFound: boolean; now: Date },
): Promise<Adjusted> {
  const adopted = await findAdoption(planned.plan.resources, input, aws);
  if (adopted !== undefined) {
    input = { ...input, adoption: adopted.adoption };
    planned = await planWith(input);
  }
  const emergencies = await findEmergencies(planned, input, aws, { now, everyone: refresh });
  if (emergencies.length > 0) {
    input = withEmergencies(input, emergencies);
    planned = await planWith(input);
  }
  const found = keepsFound ? foundInWritten(planned.plan) : [];
  if (found.length > 0) {
    input = keepFound(input, found);
    planned = await planWith(input);
  }
  const { foreign, resources } = planned.plan;
  const left = keepsFound ? keepLeaving(input, foreign, resources) : input;
  if (left !== input) {
    input = left;
    planned = await planWith(input);
  }
  return { planned, input, emergencies };
}
