import { deviationsOf, type Deviation } from "./deviation";

/**
 * The deviations by which a suspended customer still has access in AWS: its end is missing, something gives
 * it access, or it cannot be judged. Empty once the suspension has taken effect.
 *
 * @param deviations - of AWS from the files, in which the customer is suspended.
 */
export function openAccess(deviations: readonly Deviation[], customer: string): Deviation[] {
  return deviationsOf(deviations, customer).filter(
    ({ check, more, notJudged }) =>
      check === "user-deny" ||
      check === "role-deny" ||
      more !== undefined ||
      notJudged !== undefined,
  );
}
