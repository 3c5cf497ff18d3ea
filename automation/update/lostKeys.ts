import type { Deviation } from "../../src/account/deviation";
import type { StackInput } from "../../src/project";
import type { UnansweredKeys } from "../../src/stack/outputs";
import { unlessAwsFails } from "../aws/errors";
import type { ResourceChange } from "../engine/events";
import type { UserKey } from "../engine/recovery";
import { subjectOf, USER } from "../plan/subject";
import type { Deployment } from "./deployment";
import { deleteUnansweredKeys, keyAttempts, type KeyCalls } from "./orphanKeys";

/**
 * Deletes the keys that an earlier update has lost with the network, before this one creates any: a user holds two.
 *
 * @returns the deleted keys, and what is left while AWS does not answer.
 */
export async function deleteLost(
  lost: readonly UnansweredKeys[],
  deployment: Pick<Deployment, "resources">,
  aws: KeyCalls,
): Promise<{ deleted: UserKey[]; left: readonly UnansweredKeys[] }> {
  const done = { deleted: [] as UserKey[], left: lost };
  if (lost.length === 0) return done;
  await unlessAwsFails(async () => {
    done.deleted = await deleteUnansweredKeys(lost, await deployment.resources(), aws);
    done.left = [];
  });
  return done;
}

/**
 * Deletes the first of two keys where AWS's SDK has repeated a creation whose answer was lost. It shows as a key that
 * no file declares, of a customer for whom this update has created user and key. A user that was there before may have got
 * a key by hand a moment ago, which is named and left.
 *
 * @param deviations - what was found after the update.
 * @param started - before the update's first write.
 */
export async function deleteTwiceCreated(
  deviations: readonly Deviation[],
  runs: readonly { changes: readonly ResourceChange[] }[],
  {
    deployment,
    aws,
    input,
  }: { deployment: Pick<Deployment, "resources">; aws: KeyCalls; input: StackInput },
  started: Date,
): Promise<UserKey[]> {
  const found = deviations.filter(({ check }) => check === "key-undeclared");
  const doubtful = new Set(found.map(({ subject }) => subject.name));
  const created = runs
    .flatMap(({ changes }) => changes)
    .filter((one) => one.change === "create" && doubtful.has(subjectOf(one).name));
  const newUsers = new Set(created.filter(({ type }) => type === USER).map(({ name }) => name));
  const ofNewUsers = created.filter((one) => newUsers.has(subjectOf(one).name));
  const attempts = keyAttempts(ofNewUsers, input, started);
  if (attempts.length === 0) return [];
  return deleteUnansweredKeys(attempts, await deployment.resources(), aws);
}
