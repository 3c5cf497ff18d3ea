import type { AccountId, Customer, IsoDate } from "../customers/model";
import { accountRootArn, iamArn, userArn, userName } from "./arns";
import { identityPolicy, type CompiledPolicy } from "./compiledPolicy";
import type { CompiledStack } from "./compiledStack";
import { entitledGrants, accessEnded } from "./entitlements";
import { callerOf, type Caller } from "./evaluate";
import type { AccessSettings } from "./groupPolicies";
import { probedSources, type ProbedSource } from "./sourceProbes";
import { endOf } from "./structure";

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
  /** Repositories. */
  pulls: ReadonlySet<string>;
  logsIn: boolean;
  /** Everything in ECR has to be denied, not just not allowed: a docker login outlives a grant. */
  denied: boolean;
}

const NOTHING: Omit<Moment, "time"> = { pulls: new Set(), logsIn: false, denied: false };

const everything = identityPolicy({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** All customers: each with a user as that user, all that share an AWS account as that account. */
export function customerSubjects(
  stack: CompiledStack,
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Subject[] {
  const accounts = new Map<AccountId, Customer[]>();
  const subjects = customers.flatMap((customer): Subject[] => {
    const { id, awsAccount } = customer;
    if (awsAccount !== undefined) {
      accounts.set(awsAccount, [...(accounts.get(awsAccount) ?? []), customer]);
      return [];
    }
    const { tags = {}, deny } = stack.users.get(id) ?? {};
    return [
      {
        name: id,
        caller: callerOf(userArn(settings, userName(settings.namePrefix, customer))),
        tags,
        identity: deny === undefined ? stack.group : [...stack.group, deny],
        moments: momentsOf(customer, settings, today),
      },
    ];
  });
  const owners = [...accounts].map(([account, its]): Subject => {
    const pulls = entitledGrants(its, settings, today).map(({ repository }) => repository);
    return {
      name: its.map(({ id }) => id).join(" and "),
      caller: callerOf(accountRootArn(settings, account)),
      tags: {},
      identity: [],
      moments: [{ ...NOTHING, time: startOf(today), pulls: new Set(pulls) }],
    };
  });
  return [...subjects, ...owners];
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
      pulls: new Set(grants.map(({ repository }) => repository)),
      logsIn: !ended,
      denied: ended,
    };
  });
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
      identity: [everything],
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
  ];
}

/** `stem` with the first number that makes it differ from all `taken`. */
function unused(stem: string, taken: readonly string[]): string {
  for (let number = 0; ; number++) {
    if (!taken.includes(`${stem}${number}`)) return `${stem}${number}`;
  }
}
