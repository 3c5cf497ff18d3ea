import type { AwsClient } from "../aws/client";

/** The part of `pulumi stack export` that recovery reads; the rest is kept as it is. */
export interface ExportedState {
  deployment: {
    resources?: readonly StateResource[];
    /** Calls to AWS that had begun when a run was killed. */
    pending_operations?: readonly { resource: StateResource; type: string }[];
  };
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Readonly<Record<string, unknown>>;
  outputs?: Readonly<Record<string, unknown>>;
}

/** What was found of a killed run and what is done about it. */
export interface Recovery {
  /** Begun by the killed run, and looked for in AWS. URNs. */
  adopted: string[];
  /** Begun by the killed run; doing it again is harmless. URNs. */
  forgotten: string[];
  /** Keys whose secret was lost with the killed run: deleted. */
  deletedKeys: UserKey[];
  /** Keys that nobody knows and that are not clearly the killed run's: left, for a person. */
  unknownKeys: UserKey[];
}

export interface UserKey {
  user: string;
  key: string;
}

const CREATING = "creating";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** Under which id AWS has what making a second time would fail, from its inputs. */
const IDS: Readonly<Record<string, (name: string, account: string) => string>> = {
  "aws:iam/user:User": (name) => name,
  "aws:iam/group:Group": (name) => name,
  "aws:iam/policy:Policy": (name, account) => `arn:aws:iam::${account}:policy/${name}`,
  "aws:ecr/repository:Repository": (name) => name,
};

/**
 * The state in which nothing is pending: what the killed run may have made is in it, for a refresh
 * to drop what is not in AWS after all; the rest is out of it, and is made by the next update, unless
 * one has made it already.
 *
 * @returns undefined when the last run ended by itself.
 */
export function recoverInterruptedState<State extends ExportedState>(
  state: State,
  account: string,
): { state: State; recovery: Recovery } | undefined {
  const { pending_operations: pending = [], resources = [] } = state.deployment;
  if (pending.length === 0) return undefined;
  const known = new Set(resources.map(({ urn }) => urn));
  const begun = pending
    .filter(({ type, resource }) => type === CREATING && !known.has(resource.urn))
    .map(({ resource }) => resource);
  const adopted = begun.flatMap((resource): StateResource[] => {
    const id = IDS[resource.type]?.(String(resource.inputs?.["name"]), account);
    return id === undefined ? [] : [{ ...resource, id, outputs: resource.inputs }];
  });
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
      forgotten: begun.map(({ urn }) => urn).filter((urn) => !adoptedUrns.includes(urn)),
      deletedKeys: [],
      unknownKeys: [],
    },
  };
}

/**
 * Deletes the keys that a killed run has made: their secrets were only in answers that never came,
 * so they are of no use, and nobody would know of them (IAM API, CreateAccessKey).
 */
export async function recoverInterruptedKeys(
  state: ExportedState,
  aws: AwsClient,
): Promise<Pick<Recovery, "deletedKeys" | "unknownKeys">> {
  const { pending_operations: pending = [], resources = [] } = state.deployment;
  const isKey = ({ type }: StateResource) => type === ACCESS_KEY;
  const known = new Set(resources.filter(isKey).map(({ id }) => id));
  const begun = pending
    .filter(({ type, resource }) => type === CREATING && isKey(resource))
    .map(({ resource }) => String(resource.inputs?.["user"]));
  const settled = { deletedKeys: [] as UserKey[], unknownKeys: [] as UserKey[] };
  for (const user of new Set(begun)) {
    const present = (await aws.accessKeys(user)).map(({ id }) => id);
    const unrecordedKeys = present.filter((key) => !known.has(key));
    const uses = await Promise.all(unrecordedKeys.map((key) => aws.keyLastUse(key)));
    // Nobody can use a key whose secret was lost: one that was used is somebody's own.
    const unused = unrecordedKeys.filter((_, at) => uses[at]?.at === undefined);
    // More than were begun: one of them is somebody's own, and which one cannot be told.
    const lost = unused.length > begun.filter((name) => name === user).length ? [] : unused;
    for (const key of lost) await aws.deleteAccessKey(user, key);
    const named = (keys: readonly string[]) => keys.map((key) => ({ user, key }));
    settled.deletedKeys.push(...named(lost));
    settled.unknownKeys.push(...named(unrecordedKeys.filter((key) => !lost.includes(key))));
  }
  return settled;
}
