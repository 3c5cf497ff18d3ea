import { deviationsOf, deviationWords, type Deviation } from "../../src/account/deviation";

/**
 * Lists what is still open of a suspended customer's access in AWS; empty once the suspension has taken effect.
 *
 * @param deviations - of AWS from the files, in which the customer is suspended.
 */
export function stillOpen(deviations: readonly Deviation[], customer: string): string[] {
  return deviationsOf(deviations, customer)
    .filter(isOpen)
    .map((one) => deviationWords(one));
}

/** It lacks the end of its access, gives it something, or cannot be judged. */
function isOpen({ check, more, notJudged }: Deviation): boolean {
  return check === "user-deny" || more !== undefined || notJudged !== undefined;
}
