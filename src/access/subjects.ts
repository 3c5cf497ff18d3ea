import { hasRole, hasUser } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import { accountRootArn, iamArn, principalArn, roleArn, roleName, userArn, userName } from "./arns";
import { EVERYTHING, type CompiledPolicy } from "./compiledPolicy";
import { placeOf, type CompiledStack } from "./compiledStack";
import { entitledGrants, accessEnded } from "./entitlements";
import { callerOf, type Caller } from "./evaluate";
import type { AccessSettings } from "./groupPolicies";
import { probedSources, type ProbedSource } from "./sourceProbes";
import { sharedIdentities } from "./principals";
import type { Home } from "./arns";
import type { Grant } from "./model";
import { endOf } from "./expectedIdentity";

/** One who asks, and what the customer files say about it. */
export interface Subject {
  /** A customer's id, or which unauthorized principal. */
  name: string;
  caller: Caller;
  tags: Readonly<Record<string, string>>;
  identity: readonly CompiledPolicy[];
  moments: readonly Moment[];
}

/** When and from where it asks, and what it may then. */
export interface Moment {
  /** `2027-02-01T00:00:00Z`. */
  time: string;
  /** Of a customer that may pull only from some places. */
  source?: ProbedSource;
  /** Repositories in regions, as `placeOf` names them. */
  pulls: ReadonlySet<string>;
  logsIn: boolean;
  /** Everything in ECR has to be denied, not just not allowed: a docker login outlives a grant. */
  denied: boolean;
}

const NOTHING: Omit<Moment, "time"> = { pulls: new Set(), logsIn: false, denied: false };

/** All customers: each with a user as that user, each with a role as a session of it, all that share an AWS account, or a role of one, as that. */
export function customerSubjects(
  stack: CompiledStack,
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Subject[] {
  const subjects = customers.filter(hasUser).map((customer): Subject => {
    const { id } = customer;
    const { tags = {}, deny } = stack.users.get(id) ?? {};
    return {
      name: id,
      caller: callerOf(userArn(settings, userName(settings.namePrefix, customer))),
      tags,
      identity: deny === undefined ? stack.group : [...stack.group, deny],
      moments: momentsOf(customer, settings, today),
    };
  });
  const roles = customers.filter(hasRole).map((customer): Subject => {
    const { id } = customer;
    const { tags = {}, deny } = stack.roles.get(id) ?? {};
    return {
      name: id,
      caller: callerOf(roleArn(settings, roleName(settings.namePrefix, customer))),
      tags,
      identity: deny === undefined ? stack.group : [...stack.group, deny],
      moments: momentsOf(customer, settings, today),
    };
  });
  const shared = sharedIdentities(customers, settings.namePrefix);
  const owners = shared.map(({ principal, customers: its }): Subject => {
    const pulls = pulledPlaces(entitledGrants(its, settings, today), settings);
    return {
      name: its.map(({ id }) => id).join(" and "),
      caller: callerOf(principalArn(principal, settings)),
      tags: {},
      // A root user may do everything in its account; a role what that account allows it.
      identity: principal.kind === "role" ? [EVERYTHING] : [],
      moments: [{ ...NOTHING, time: startOf(today), pulls }],
    };
  });
  return [...subjects, ...roles, ...owners];
}

/**
 * Today and, with an end date ahead, the last second with access and the first one without; each from every place
 * that decides something, when the customer may pull only from some.
 */
function momentsOf(customer: Customer, settings: AccessSettings, today: IsoDate): Moment[] {
  const sources = probedSources(customer);
  return timesOf(customer, settings, today).flatMap((moment) =>
    sources.length === 0
      ? [moment]
      : sources.map((source): Moment => {
          const { time } = moment;
          return source.inside ? { ...moment, source } : { ...NOTHING, time, denied: true, source };
        }),
  );
}

function timesOf(customer: Customer, settings: AccessSettings, today: IsoDate): Moment[] {
  const { expires } = customer;
  const times = [startOf(today)];
  if (expires !== undefined && expires >= today) {
    times.push(`${expires}T23:59:59Z`, endOf(expires));
  }
  return times.map((time) => {
    const day = time.slice(0, "YYYY-MM-DD".length);
    const ended = accessEnded(customer, day);
    const grants = entitledGrants([customer], settings, day);
    return {
      time,
      pulls: pulledPlaces(grants, settings),
      logsIn: !ended,
      denied: ended,
    };
  });
}

function pulledPlaces(
  grants: readonly Grant[],
  { repositories }: AccessSettings,
): ReadonlySet<string> {
  return new Set(
    grants.flatMap(({ repository, regions: only }) =>
      (repositories.get(repository)?.regions ?? [])
        .filter((region) => only === undefined || only.includes(region))
        .map((region) => placeOf(repository, region)),
    ),
  );
}

function startOf(day: IsoDate): string {
  return `${day}T00:00:00Z`;
}

/** Those who must get nothing, with everything that others could have: names, tags, policies of their own. */
export function unauthorizedPrincipals(
  stack: CompiledStack,
  customers: readonly Customer[],
  { account, region, namePrefix, repositories }: AccessSettings,
  today: IsoDate,
): Subject[] {
  const foreign = unused("99999999999", [
    account,
    ...customers.map(({ awsAccount }) => awsAccount ?? ""),
    // Whom the settings let in is not unauthorized.
    ...(JSON.stringify([...repositories.values()]).match(/\b[0-9]{12}\b/g) ?? []),
  ]);
  const unknownId = unused(
    "unknown",
    customers.map(({ id }) => id),
  );
  const userOfFirst = userName(namePrefix, customers[0] ?? { id: unknownId });
  const tags = Object.fromEntries(
    [...repositories.keys()].map((name) => [`pull:${name}`, "allow"]),
  );
  const moments = [{ ...NOTHING, time: startOf(today) }];
  const ours = (name: string) => callerOf(iamArn({ account, region }, `user/${name}`));
  return [
    {
      name: "another account's user",
      caller: callerOf(userArn({ account: foreign, region }, userOfFirst)),
      tags,
      identity: [EVERYTHING],
      moments,
    },
    {
      name: "another account's root user",
      caller: callerOf(accountRootArn({ region }, foreign)),
      tags: {},
      identity: [],
      moments,
    },
    { name: "anonymous", caller: { kind: "anonymous" }, tags: {}, identity: [], moments },
    {
      name: "a user of ours outside /customers/",
      caller: ours(userOfFirst),
      tags,
      identity: [],
      moments,
    },
    {
      // It has no file any more and is still in the group: the login is all that it keeps.
      name: "a user under /customers/ without a file",
      caller: callerOf(userArn({ account, region }, userName(namePrefix, { id: unknownId }))),
      tags: {},
      identity: stack.group,
      moments: moments.map((moment) => ({ ...moment, logsIn: true })),
    },
    ...(customers.some(hasRole) ? ownOtherRoles(stack, { account, region }, userOfFirst) : []).map(
      (role) => ({ ...role, tags: {}, moments }),
    ),
    ...otherRoles(customers, { region, namePrefix }).map((caller) => ({
      name: `another role of AWS account ${caller.account}`,
      caller,
      tags,
      identity: [EVERYTHING],
      moments,
    })),
  ];
}

/** Roles of ours that no file asks for. */
function ownOtherRoles(stack: CompiledStack, home: Home, name: string) {
  return [
    {
      name: "a role of ours outside /customers/",
      caller: callerOf(iamArn(home, `role/${name}`)),
      identity: [],
    },
    {
      name: "a role under /customers/ without a file",
      caller: callerOf(roleArn(home, unused("unknown", [...stack.roles.keys()]))),
      identity: [],
    },
  ];
}

/** A role that no file names, of each account of which files name only some roles. */
function otherRoles(
  customers: readonly Customer[],
  { region, namePrefix }: Pick<AccessSettings, "region" | "namePrefix">,
) {
  const shared = sharedIdentities(customers, namePrefix).map(({ principal }) => principal);
  const whole = new Set(shared.flatMap((one) => (one.kind === "account" ? [one.account] : [])));
  const named = shared.flatMap((one) =>
    one.kind === "role" && !whole.has(one.account) ? [one] : [],
  );
  return [...new Set(named.map(({ account }) => account))].map((account) => {
    const its = named.flatMap((one) => (one.account === account ? [one.role] : []));
    const role = unused("another", its);
    return { kind: "role" as const, account, arn: iamArn({ account, region }, `role/${role}`) };
  });
}

/** `stem` with the first number that makes it differ from all `taken`. */
function unused(stem: string, taken: readonly string[]): string {
  for (let number = 0; ; number++) {
    if (!taken.includes(`${stem}${number}`)) return `${stem}${number}`;
  }
}
