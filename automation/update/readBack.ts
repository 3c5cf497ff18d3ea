import { deviations as compared } from "../../src/account/checks";
import type { RecordedState } from "../../src/account/declared";
import { deviationWords } from "../../src/account/deviation";
import type { ObservedAccount } from "../../src/account/observed";
import type { StackInput } from "../../src/project";
import { principalsIn } from "../../src/account/repositoryChecks";
import { statementsOf } from "../../src/access/presentPolicy";
import type { AwsClient } from "../aws/client";
import { declaredAccount, requestFor } from "../compare/compare";

/** What AWS holds for a stack, read by direct calls; nothing comes from Pulumi's state. */
export type ReadBack = ObservedAccount;

/**
 * Reads what AWS holds.
 *
 * @param only - ids of the customers whose users are read; the whole account without it.
 */
export function readBack(
  aws: Pick<AwsClient, "observe">,
  input: StackInput,
  only?: readonly string[],
): Promise<ReadBack> {
  return aws.observe(requestFor(input, only === undefined ? {} : { customers: only }));
}

/**
 * Every difference between what AWS holds and what the files say, in words; empty when they agree.
 *
 * @param state - without it a customer's two keys are told apart by their age, which is the same within a second.
 */
export function deviations(found: ReadBack, input: StackInput, state?: RecordedState): string[] {
  const declared = declaredAccount(input, state === undefined ? {} : { state });
  return compared(declared, found).map(deviationWords);
}

/** `repository@region` → principals that any statement of its policy allows, sorted. */
export function principalsAt({ repositories }: ReadBack): Map<string, string[]> {
  return new Map(
    [...repositories].map(([place, { policy }]) => {
      const allowing = statementsOf(policy?.document).filter(({ Effect }) => Effect === "Allow");
      return [place, allowing.flatMap((statement) => [...principalsIn(statement)]).sort()];
    }),
  );
}
