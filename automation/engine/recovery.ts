import type { Home } from "../../src/access/arns";
import pMap from "p-map";
import type { AwsClient } from "../aws/client";
import { asCreated, type CreationReader } from "./creation";

/** The part of `pulumi stack export` that recovery reads; everything else is kept unchanged. */
export interface ExportedState {
  deployment: {
    resources?: readonly StateResource[];
    /** Calls to AWS that had been started when a run was killed. */
    pending_operations?: readonly { resource: StateResource; type: string }[];
  };
}

/** One resource of a state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  /** A plugin manages it. */
  custom?: boolean;
  parent?: string;
  provider?: string;
  /** It was replaced by another one and is still to be deleted. */
  delete?: boolean;
  /** AWS has accepted only a part of it. */
  initErrors?: readonly string[];
  /** Another value replaces the resource. */
  replacementTrigger?: unknown;
  inputs?: Readonly<Record<string, unknown>>;
  outputs?: Readonly<Record<string, unknown>>;
}

/** What a killed run left behind, and what was done about it. */
export interface Recovery {
  /** URNs of resources that the killed run has created, as AWS shows. */
  adopted: string[];
  /** URNs of the other resources that the killed run had started to create; the update creates them again. */
  forgotten: string[];
  /** Keys whose secret was lost with the killed run; they were deleted. */
  deletedKeys: UserKey[];
  /** Keys that are in no state and may not be the killed run's: left for an operator to decide. */
  unknownKeys: UserKey[];
}

/** An access key of a user. */
export interface UserKey {
  user: string;
  key: string;
}

/** How many resources are read at the same time; each takes up to six calls. */
const READ_AT_ONCE = 8;

const CREATING = "creating";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** Whether the last run was killed while it made calls to AWS. */
export function wasInterrupted({ deployment }: ExportedState): boolean {
  return (deployment.pending_operations ?? []).length > 0;
}

/**
 * The state without pending operations. Resources that the killed run has created are added to it: those that AWS holds
 * as the creation leaves them. A refresh then completes them. The others are left out: the next update creates them,
 * and reports what is someone else's.
 */
export async function recoverInterruptedState<State extends ExportedState>(
  state: State,
  home: Home,
  aws: CreationReader,
): Promise<{ state: State; recovery: Recovery }> {
  const { pending_operations: pending = [], resources = [] } = state.deployment;
  const known = new Set(resources.map(({ urn }) => urn));
  const started = pending
    .filter(({ type, resource }) => type === CREATING && !known.has(resource.urn))
    .map(({ resource }) => resource);
  const found = await pMap(started, (resource) => asCreated(resource, home, aws), {
    concurrency: READ_AT_ONCE,
  });
  const adopted = found.filter((resource) => resource !== undefined);
  const adoptedUrns = adopted.map(({ urn }) => urn);
  return {
    state: {
      ...state,
      deployment: {
        ...state.deployment,
        resources: [...resources, ...adopted],
        pending_operations: [],
      },
    },
    recovery: {
      adopted: adoptedUrns,
      forgotten: started.map(({ urn }) => urn).filter((urn) => !adoptedUrns.includes(urn)),
      deletedKeys: [],
      unknownKeys: [],
    },
  };
}

/**
 * Deletes the keys that a killed run has created. CreateAccessKey is the only call that returns a key's
 * secret; that answer was lost, so no one can use these keys and no state knows of them.
 */
export async function recoverInterruptedKeys(
  state: ExportedState,
  aws: AwsClient,
): Promise<Pick<Recovery, "deletedKeys" | "unknownKeys">> {
  const { pending_operations: pending = [], resources = [] } = state.deployment;
  const isKey = ({ type }: StateResource) => type === ACCESS_KEY;
  const known = new Set(resources.filter(isKey).map(({ id }) => id));
  const started = pending
    .filter(({ type, resource }) => type === CREATING && isKey(resource))
    .map(({ resource }) => String(resource.inputs?.["user"]));
  const recovered = { deletedKeys: [] as UserKey[], unknownKeys: [] as UserKey[] };
  for (const user of new Set(started)) {
    const present = (await aws.accessKeys(user)).map(({ id }) => id);
    const unrecordedKeys = present.filter((key) => !known.has(key));
    const uses = await Promise.all(unrecordedKeys.map((key) => aws.keyLastUse(key)));
    // A key whose secret was lost cannot be used: one that was used has another owner.
    const unused = unrecordedKeys.filter((_, at) => uses[at]?.at === undefined);
    // More keys than were started: at least one has another owner, and it is unknown which one.
    const lost = unused.length > started.filter((name) => name === user).length ? [] : unused;
    for (const key of lost) await aws.deleteAccessKey(user, key);
    const named = (keys: readonly string[]) => keys.map((key) => ({ user, key }));
    recovered.deletedKeys.push(...named(lost));
    recovered.unknownKeys.push(...named(unrecordedKeys.filter((key) => !lost.includes(key))));
  }
  return recovered;
}
