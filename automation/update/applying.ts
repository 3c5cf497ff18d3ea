import { hasUser } from "../../src/customers/identity";
import type { Deviation } from "../../src/account/deviation";
import type { ObservedAccount } from "../../src/account/observed";
import { userName } from "../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { accessEnded } from "../../src/access/entitlements";
import type { StackInput } from "../../src/project";
import type { StackOutputs, UnansweredKeys } from "../../src/stack/outputs";
import type { AwsClient } from "../aws/client";
import { pollUntil } from "../aws/pollUntil";
import type { Comparison } from "../compare/compare";
import type { Compare } from "./comparing";
import type { Activity } from "../output/activity";
import { explainAwsError, unlessAwsFails, type AwsExplanation } from "../aws/errors";
import { hasRecord, type Deployment, type DeploymentResult } from "./deployment";
import { EngineError } from "../engine/errors";
import type { EngineFailureKind } from "../engine/failureKind";
import type { EngineEvent, ResourceChange, ResourceFailure } from "../engine/events";
import type { Baseline } from "../plan/baseline";
import type { Plan } from "../plan/plan";
import { notReplaced } from "../plan/newUsers";
import { revocationsFirst } from "../plan/revocationsFirst";
import { subjectOf } from "../plan/subject";
import { appliedOutputs } from "./appliedOutputs";
import { UpdateProgress } from "./progress";
import { findRefusedGrants, withoutGrants, type RefusedGrant } from "./leaveOutRefused";
import { removeFromAws } from "./removing";
import { deleteLost, deleteTwiceCreated } from "./lostKeys";
import { deleteOrphanKeys, keyAttempts } from "./orphanKeys";
import type { Recovery, UserKey } from "../engine/recovery";
import { revokeUser } from "../aws/revocation";
import type { RunSettings } from "../engine/stackRunner";
import type { Terminal } from "../output/terminal";

/** What an update works with. */
export interface UpdateParts {
  compare: Compare;
  deployment: Deployment;
  input: StackInput;
  aws: AwsClient;
  plan: Plan;
  /** Ids of customers whose user is replaced, although the engine by itself would keep it. */
  replacedUsers: readonly string[];
  baseline: Baseline;
  terminal: Terminal;
  /** Shows how far the update is. */
  activity: Activity;
  /** Whether it removes what no file gives a customer's user, which a plan does not show. */
  removes: boolean;
}

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
  const { deployment, aws, plan, baseline, terminal, activity } = parts;
  const input = parts.input;
  let progress = new UpdateProgress(plan.resources, activity);
  const hooks = {
    ...settings,
    onEvent: (event: EngineEvent) => {
      settings.onEvent?.(event);
      progress.onEvent(event);
    },
  };
  const update = (declared: StackInput) =>
    // What one run has replaced, the next one must not replace again.
    deployment.update(withoutAdoption(declared), {
      ...hooks,
      replacedUsers: notReplaced(parts.replacedUsers, runs),
    });
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const runs: DeploymentResult[] = [];
  const lost = await deleteLost(recorded?.unansweredKeys ?? [], deployment, aws);
  const started = new Date();
  // What is not in the state would be created a second time: nothing else is done until all of it is.
  const adopting =
    input.adoption === undefined ? undefined : await deployment.adopt?.(input, hooks);
  if (adopting !== undefined) runs.push(adopting);
  const hasAdopted = adopting?.error === undefined;
  const ending = hasAdopted ? revocationsFirst(input, recorded) : undefined;
  let endingRun: DeploymentResult | undefined;
  if (ending !== undefined) {
    terminal.report("Revoking access first, then granting it.");
    endingRun = await update(ending);
    runs.push(endingRun);
    // What it has reached may be half of a change: the second run shows what is left.
    progress = progress.again();
  }
  // A failed revocation does not stop the grants of others; only Ctrl-C, or a failure of the engine, does.
  const first = endingRun?.error;
  if (hasAdopted && (first === undefined || first.kind === "resources")) {
    runs.push(await update(input));
  }
  let refused: RefusedGrant[] = [];
  // If AWS does not answer, the failures themselves are reported.
  await unlessAwsFails(async () => {
    if (!hasAdopted) return;
    refused = await findRefusedGrants(runs.at(-1)?.failures ?? [], input, aws);
  });
  const declared = withoutGrants(input, refused);
  if (refused.length > 0) runs.push(await update(declared));
  // The policies that the last run has left to others are no longer this stack's.
  const { leaving, ...without } = declared;
  if (leaving !== undefined && runs.at(-1)?.error === undefined) runs.push(await update(without));
  const last = runs.at(-1);
  const { record, orphanKeys } = await cleanUp(
    runs,
    { ...parts, input: declared },
    { started, lost: lost.left },
  );
  orphanKeys.unshift(...lost.deleted);
  const recovery = runs.map((run) => run.recovery).find((found) => found !== undefined);
  const touched = touchedCustomers(plan).filter((id) => deployment.scope.includes(id));
  const stopped = !hasAdopted || (last?.error !== undefined && last.error.kind !== "resources");
  const look = () => parts.compare(declared, touched);
  // Only what an update repairs may still become visible.
  const isSeen = ({ deviations }: Comparison) =>
    deviations.every(({ repair, removal }) => repair === "operator" || removal !== undefined);
  const lookUntilSame = () => pollUntil(look, isSeen, pause);
  activity.next("Reading back from AWS");
  let deviations: Deviation[] = [];
  let removed: Deviation[] = [];
  let beforeAdoption: string[] = [];
  const revoked: string[] = [];
  const unread = await unlessAwsFails(async () => {
    if (stopped) return;
    const seen = await lookUntilSame();
    ({ deviations } = seen);
    const twice = await deleteTwiceCreated(deviations, runs, parts, started);
    orphanKeys.push(...twice);
    if (twice.length > 0) ({ deviations } = await look());
    await revokeDirectly(seen.observed, touched, parts, revoked);
    if (revoked.length > 0) ({ deviations } = await look());
    beforeAdoption = [
      ...new Set(deviations.flatMap((one) => (one.beforeAdoption ? one.customers : []))),
    ];
    deviations = deviations.filter((one) => one.beforeAdoption !== true);
    if (parts.removes) ({ removed, left: deviations } = await removeFromAws(deviations, aws));
  });
  return {
    changes: runs.flatMap(({ changes }) => changes),
    // What failed in the first run and was done in the second is not a failure.
    failures: last?.failures ?? [],
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(recovery === undefined ? {} : { recovery }),
    adopted: [...new Set(runs.flatMap((run) => run.adopted ?? []))],
    refused,
    pending: progress.pending(),
    readBack: stopped || unread !== undefined ? [] : touched,
    ...(unread === undefined ? {} : { unread: { message: unread.message, advice: unread.advice } }),
    revoked,
    deviations,
    removed,
    ...(beforeAdoption.length === 0 ? {} : { beforeAdoption }),
    orphanKeys,
    ...(record === undefined ? {} : { record }),
  };
}

/**
 * After a failure or an interruption: records what was applied instead of what was declared (appliedOutputs.ts),
 * and deletes keys that were created and whose secret was lost. A preview recognises what is most wrong about the
 * record by itself (plan/neverApplied.ts), so a failure here is reported and no more.
 *
 * @param started - before the update's first write.
 * @param lost - keys that an earlier update has lost, and that could not be deleted yet.
 */
async function cleanUp(
  runs: readonly DeploymentResult[],
  { deployment, input, aws, baseline, terminal }: UpdateParts,
  { started, lost }: { started: Date; lost: readonly UnansweredKeys[] },
): Promise<{ record?: StackOutputs; orphanKeys: UserKey[] }> {
  const kind = runs.at(-1)?.error?.kind;
  const done = { orphanKeys: [] as UserKey[] };
  const ended = new Date();
  // When it has stalled, the state backend may be what cannot be reached.
  if (kind === undefined || !PARTIAL.includes(kind) || kind === "stalled") return done;
  const before = baseline.kind === "recorded" ? baseline.outputs : undefined;
  try {
    const resources = await deployment.resources();
    const failures = runs.flatMap((run) => run.failures);
    const kept = await unlessAwsFails(async () => {
      done.orphanKeys = await deleteOrphanKeys(failures, resources, { aws, input, started });
    });
    if (kept !== undefined) {
      terminal.report(
        `It could not be checked whether a key without an owner is left: ${kept.message}. The next \`ecr-customers up\` deletes it.`,
        "warning",
      );
    }
    if (!hasRecord(resources)) return done;
    const unanswered = kept === undefined ? [] : keyAttempts(failures, input, started, ended);
    const open = [...lost, ...unanswered];
    const record = {
      ...appliedOutputs({ input, before, resources }),
      ...(open.length === 0 ? {} : { unansweredKeys: open }),
    };
    await deployment.record(record);
    return { ...done, record };
  } catch (error) {
    const why = error instanceof EngineError ? error.message : explainAwsError(error)?.message;
    if (why === undefined) throw error;
    terminal.report(`What was applied could not be recorded: ${why}.`, "warning");
    return done;
  }
}

/** What was adopted is in the state, and is declared like everything else. */
function withoutAdoption(input: StackInput): StackInput {
  const { adoption: _, ...rest } = input;
  return rest;
}

/** After these errors, what was done and what is pending is known one by one. */
export const PARTIAL: readonly EngineFailureKind[] = ["resources", "cancelled", "stalled"];

/**
 * Revocation wins: a customer whose access has ended according to the files, but who still has an active
 * key or no deny because one of its resources failed, is revoked by direct calls to AWS, as by
 * `revoke --now`.
 *
 * @param revoked - receives the users that were revoked, also when a later one fails.
 */
async function revokeDirectly(
  { users }: ObservedAccount,
  touched: readonly string[],
  { input, aws }: UpdateParts,
  revoked: string[],
): Promise<void> {
  const { config, customers, today } = input;
  // The whole account may have been read, and with it users of others.
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const nameOf = (id: string) => userName(config.namePrefix, byId.get(id) ?? { id });
  const ours = new Set(touched.map(nameOf));
  const entitled = new Set(
    customers
      .filter((customer) => hasUser(customer) && !accessEnded(customer, today))
      .map(({ id }) => nameOf(id)),
  );
  const open = users.filter(
    ({ name, keys = [], inlinePolicies }) =>
      ours.has(name) &&
      !entitled.has(name) &&
      (keys.some(({ status }) => status === "Active") ||
        inlinePolicies?.has(DENY_POLICY_NAME) !== true),
  );
  const byName = new Map(customers.map((one) => [nameOf(one.id), one]));
  for (const { name } of open) {
    const since = byName.get(name)?.revoked;
    await revokeUser(aws, name, undefined, denyPolicy({ status: "suspended", revoked: since }));
    revoked.push(name);
  }
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
