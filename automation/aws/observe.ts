import type { ECRClient } from "@aws-sdk/client-ecr";
import type { IAMClient } from "@aws-sdk/client-iam";
import pMap from "p-map";
import { USER_PATH } from "../../src/access/arns";
import type { AttachedPolicy, ObservedAccount, ObservedUser } from "../../src/account/observed";
import { accountDetails, type AccountDetails } from "./accountDetails";
import { credentialReport, specificCredentials, type ReportedUser } from "./credentialReport";
import { NoteUnread } from "./noteUnread";
import { observedPlaces, type ObservedPlaceName } from "./observePlaces";
import { observedKeys, type KeyOptions } from "./observeKeys";
import { UserReader } from "./observeUsers";
import { hasLoginProfile } from "./users";

const AT_ONCE = 8;

/**
 * Up to this number users are read one by one, side by side, with about six calls each; more of them from the account's
 * details, which take one call for each thousand users of the whole account, and two calls each.
 */
const ONE_BY_ONE = 20;

/** What is read of an account. */
export interface ObserveRequest extends KeyOptions {
  account: string;
  /** Name of the stack's group. */
  group: string;
  /** The managed policies that the group should have: read without waiting for what is attached to it. */
  groupPolicies?: readonly AttachedPolicy[];
  /** Every repository of the catalogue in each of its regions; none: no policy of a repository is read. */
  places: readonly ObservedPlaceName[];
  /**
   * IAM user names; `all`: the whole account, with everyone else in it and the registries. Users that
   * do not exist are missing from the result.
   */
  users: "all" | readonly string[];
  /** Names of customers' roles; with `all` users every role is read, if the account may be read at once. */
  roles?: readonly string[];
  /** Of single users, also read MFA devices and other credentials, by four calls more for each. */
  otherCredentials?: boolean;
  /** Names of customers' users: in the whole account, others outside `/customers/` have no keys read. */
  customers?: ReadonlySet<string>;
  /** In the whole account, users of every path have their keys and passwords read. */
  everyPath?: boolean;
}

/** The clients that it reads with. */
export interface ObserveClients {
  iam: IAMClient;
  ecr: (region: string) => ECRClient;
}

/**
 * Reads what AWS holds, by as few calls as it allows: the whole account by `GetAccountAuthorizationDetails`
 * and the credential report, and only keys user by user. What the caller may not read is in `unread`.
 */
export async function observeAccount(
  clients: ObserveClients,
  request: ObserveRequest,
): Promise<ObservedAccount> {
  const { users } = request;
  return users === "all"
    ? observeWhole(clients, request)
    : observeSome(clients, { ...request, users });
}

async function observeWhole(
  clients: ObserveClients,
  request: ObserveRequest,
): Promise<ObservedAccount> {
  const unread = new NoteUnread();
  const { iam } = clients;
  // Keys take a call for each user. Those of the files are known without AWS, so that no call waits for a listing.
  const known = [...(request.customers ?? [])];
  const [details, knownKeys, report, specific, places] = await Promise.all([
    unread.unless("roles", undefined, accountDetails(iam)),
    observedKeys(iam, known, request, unread),
    unread.unless("credentials", undefined, credentialReport(iam)),
    unread.unless("credentials", undefined, specificCredentials(iam)),
    observedPlaces(clients.ecr, request.places, true, unread),
  ]);
  const isRead = ({ name, path }: ObservedUser) =>
    request.everyPath === true ||
    path.startsWith(USER_PATH) ||
    request.customers?.has(name) === true;
  const found = details ?? (await withoutDetails(clients, request, unread));
  const names = found.users.filter(isRead).map(({ name }) => name);
  // The report may be four hours old: a password that it shows may be gone.
  const reported = names.filter((name) => report?.get(name)?.hasPassword === true);
  const [otherKeys, passwords] = await Promise.all([
    observedKeys(
      iam,
      names.filter((name) => request.customers?.has(name) !== true),
      request,
      unread,
    ),
    pMap(
      reported,
      async (name) =>
        [name, await unread.unless("credentials", name, hasLoginProfile(iam, name))] as const,
      { concurrency: AT_ONCE },
    ),
  ]);
  const passwordNow = new Map(passwords);
  const keys = new Map([...knownKeys, ...otherKeys]);
  return {
    account: request.account,
    scope: {
      users: "all",
      roles: details === undefined ? new Set(request.roles) : "all",
      group: true,
      others: details !== undefined,
    },
    ...found,
    users: found.users.map((user) => ({
      ...user,
      ...(keys.has(user.name) ? { keys: keys.get(user.name) ?? [] } : {}),
      ...credentialsOf(user, report, specific),
      ...(passwordNow.get(user.name) === false ? { hasLoginProfile: false } : {}),
    })),
    ...places,
    unread: unread.noted,
  };
}

/** Everything that the reader's role may see user by user, when it may not see the account at once. */
async function withoutDetails(
  { iam }: ObserveClients,
  { group, groupPolicies, customers = new Set(), roles, everyPath = false }: ObserveRequest,
  unread: NoteUnread,
): Promise<AccountDetails> {
  const reader = new UserReader(iam, unread);
  const path = everyPath ? "/" : USER_PATH;
  const listed = (await unread.unless("users", undefined, reader.names(path))) ?? [];
  return reader.read([...new Set([...listed, ...customers])], group, groupPolicies, roles);
}

/** Passwords and other credentials, which no listing of users has. */
function credentialsOf(
  { name, createdAt }: ObservedUser & { createdAt?: string },
  report: ReadonlyMap<string, ReportedUser> | undefined,
  specific: ReadonlyMap<string, NonNullable<ObservedUser["otherCredentials"]>> | undefined,
): Partial<ObservedUser> {
  const its = report?.get(name);
  // AWS's report may be four hours old: a row of an earlier user of that name says nothing.
  const isSame = its !== undefined && (createdAt === undefined || its.createdAt === createdAt);
  const others = [...(specific?.get(name) ?? []), ...(isSame ? its.credentials : [])];
  return {
    ...(isSame ? { hasLoginProfile: its.hasPassword } : {}),
    ...(others.length > 0 || isSame ? { otherCredentials: others } : {}),
  };
}

async function observeSome(
  clients: ObserveClients,
  request: ObserveRequest & { users: readonly string[] },
): Promise<ObservedAccount> {
  const unread = new NoteUnread();
  const [found, places] = await Promise.all([
    someUsers(clients, request, unread),
    observedPlaces(clients.ecr, request.places, false, unread),
  ]);
  return {
    account: request.account,
    scope: {
      users: new Set(request.users),
      roles: new Set(request.roles),
      group: true,
      others: false,
    },
    ...found,
    ...places,
    unread: unread.noted,
  };
}

async function someUsers(
  { iam }: ObserveClients,
  request: ObserveRequest & { users: readonly string[] },
  unread: NoteUnread,
): Promise<AccountDetails> {
  const { users, group, groupPolicies, roles = [] } = request;
  const credentials = request.otherCredentials === true ? "all" : "keys-and-passwords";
  const reader = new UserReader(iam, unread, { ...request, credentials });
  const oneByOne = () => reader.read(users, group, groupPolicies, roles);
  if (users.length + roles.length <= ONE_BY_ONE) return oneByOne();
  // A role that may not read the account at once can still read each user: nothing is unread then.
  const details = await new NoteUnread().unless("roles", undefined, accountDetails(iam));
  if (details === undefined) return oneByOne();
  const [wanted, wantedRoles] = [new Set(users), new Set(roles)];
  const some = details.users.filter(({ name }) => wanted.has(name));
  return {
    ...details,
    roles: details.roles.filter(({ name }) => wantedRoles.has(name)),
    users: await reader.withCredentials(some),
  };
}
