import type { Deviation } from "../../src/account/deviation";
import type { StackOutputs } from "../../src/stack/outputs";
import { unlessAwsFails, type AwsExplanation } from "../aws/errors";
import { pollUntil } from "../aws/pollUntil";
import type { Comparison } from "../compare/compare";
import type { EngineError } from "../engine/errors";
import type { ResourceChange, ResourceFailure } from "../engine/events";
import type { Recovery, UserKey } from "../engine/recovery";
import type { RunSettings } from "../engine/stackRunner";
import { deviationKey } from "../plan/byHand";
import type { Plan } from "../plan/plan";
import { subjectOf } from "../plan/subject";
import { runEngine, type EngineRuns } from "./engineRuns";
import type { RefusedGrant } from "./leaveOutRefused";
import { deleteLost, deleteTwiceCreated } from "./lostKeys";
import { recordApplied } from "./recordApplied";
import { removeFromAws } from "./removing";
import { revokeDirectly } from "./revokeDirectly";
import type { UpdateParts } from "./updateParts";

/** What an update has done, according to the engine and according to AWS. */
export interface Applied {
  changes: ResourceChange[];
  failures: ResourceFailure[];
  /** Grants that ECR refuses for their principal; everything else of their policies is written. */
  refused: RefusedGrant[];
  /** Why the engine failed. */
  error?: EngineError;
  /** What a killed run had left, and how it was recovered. */
  recovery?: Recovery;
  /** URNs of resources that an earlier attempt had created without getting an answer. */
  adopted: string[];
  /** Customers and repositories that should have changed and were not reached. */
  pending: string[];
  /** Ids of the customers that were read back. */
  readBack: string[];
  /** Why AWS could not be read back, e.g. because the network is down. */
  unread?: Pick<AwsExplanation, "message" | "advice">;
  /** Users whose access the engine could not end, so that direct calls to AWS did. */
  revoked: string[];
  /** How AWS differs from the files. */
  deviations: Deviation[];
  /** What others had given customers' users, and this run has removed. */
  removed: Deviation[];
  /** Adopted customers whose user still has what it had before, which is not a failure. */
  beforeAdoption?: string[];
  /** Keys that were created and whose secret was lost; they are deleted. */
  orphanKeys: UserKey[];
  /** What an update that failed or was interrupted has applied, as it is recorded now. */
  record?: StackOutputs;
}

/** What the read-back of an update finds, and what it does about it. */
type Seen = Pick<
  Applied,
  "readBack" | "unread" | "revoked" | "deviations" | "removed" | "beforeAdoption"
> & { createdTwice: UserKey[] };

/**
 * Updates AWS: first what ends access, then everything else. Then reads back from AWS the customers
 * that should have changed.
 *
 * @param pause - milliseconds between two reads while AWS does not yet show the change.
 */
export async function applyUpdate(
  parts: UpdateParts,
  settings: RunSettings,
  pause?: number,
): Promise<Applied> {
  const { deployment, aws, baseline, activity } = parts;
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const lost = await deleteLost(recorded?.unansweredKeys ?? [], deployment, aws);
  const started = new Date();
  const engine = await runEngine(parts, settings);
  const { runs, declared, refused, pending } = engine;
  const { record, orphanKeys } = await recordApplied(
    runs,
    { ...parts, input: declared },
    { started, lost: lost.left },
  );
  activity.next("Reading back from AWS");
  const { createdTwice, ...seen } = await readBackFromAws(parts, engine, started, pause);
  const last = runs.at(-1);
  const recovery = runs.map((run) => run.recovery).find((found) => found !== undefined);
  return {
    changes: runs.flatMap(({ changes }) => changes),
    // What failed in the first run and was done in the second is not a failure.
    failures: last?.failures ?? [],
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(recovery === undefined ? {} : { recovery }),
    adopted: [...new Set(runs.flatMap((run) => run.adopted ?? []))],
    refused,
    pending,
    ...seen,
    orphanKeys: [...lost.deleted, ...orphanKeys, ...createdTwice],
    ...(record === undefined ? {} : { record }),
  };
}

/**
 * Compares the customers that should have changed with AWS, revokes directly whose access the engine could not end,
 * and removes what no file gives a customer's user.
 *
 * @param started - before the update's first write.
 */
async function readBackFromAws(
  parts: UpdateParts,
  { runs, declared, stopped }: EngineRuns,
  started: Date,
  pause?: number,
): Promise<Seen> {
  const { aws, plan, deployment } = parts;
  const touched = touchedCustomers(plan).filter((id) => deployment.scope.includes(id));
  const seen: Seen = { readBack: [], revoked: [], deviations: [], removed: [], createdTwice: [] };
  if (stopped) return seen;
  const look = () => parts.compare(declared, touched);
  // Only what this update repairs may still become visible.
  const isSeen = ({ deviations }: Comparison) =>
    deviations.every(
      (one) =>
        one.repair === "operator" ||
        one.removal !== undefined ||
        parts.held?.has(deviationKey(one)) === true,
    );
  const failed = await unlessAwsFails(async () => {
    const first = await pollUntil(look, isSeen, pause);
    let { deviations } = first;
    seen.deviations = deviations;
    seen.createdTwice = await deleteTwiceCreated(deviations, runs, parts, started);
    if (seen.createdTwice.length > 0) ({ deviations } = await look());
    await revokeDirectly(first.observed, touched, parts, seen.revoked);
    if (seen.revoked.length > 0) ({ deviations } = await look());
    const before = deviations.filter(({ beforeAdoption }) => beforeAdoption === true);
    if (before.length > 0) {
      seen.beforeAdoption = [...new Set(before.flatMap(({ customers }) => customers))];
    }
    seen.deviations = deviations.filter(({ beforeAdoption }) => beforeAdoption !== true);
    if (!parts.removes) return;
    const { removed, left } = await removeFromAws(seen.deviations, aws);
    Object.assign(seen, { removed, deviations: left });
  });
  if (failed === undefined) return { ...seen, readBack: touched };
  const { message, advice } = failed;
  return { ...seen, unread: { message, advice } };
}

/** Customers whose access, keys or resources should change. */
export function touchedCustomers({ access, keys, resources }: Plan): string[] {
  const ofResources = resources.map(subjectOf).filter(({ kind }) => kind === "customer");
  return [
    ...new Set([
      ...access.map(({ customer }) => customer),
      ...keys.map(({ customer }) => customer),
      ...ofResources.map(({ name }) => name),
    ]),
  ].sort();
}
