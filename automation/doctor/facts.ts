import { hasRole, hasUser } from "../../src/customers/identity";
import { GROUP_NAME, roleName, userName } from "../../src/access/arns";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { accessEnded } from "../../src/access/entitlements";
import { joined } from "../../src/access/statementWords";
import { sourceOf, sourceWords } from "../../src/access/source";
import { presentPolicy } from "../../src/access/presentPolicy";
import { principalArns } from "../../src/access/principals";
import { keyName } from "../../src/account/declared";
import type { Deviation } from "../../src/account/deviation";
import { matchKeys, type GenerationKey } from "../../src/account/keyMatching";
import type { ObservedKey, ObservedUser } from "../../src/account/observed";
import { principalsIn } from "../../src/account/repositoryChecks";
import type { Customer } from "../../src/customers/model";
import type { Comparison } from "../compare/compare";
import type { Finding } from "./finding";

/** What is as the customer's file says: its user, login, keys, end, and the policies that name it. */
export function facts(comparison: Comparison, customer: Customer): Finding[] {
  const { declared, observed, deviations } = comparison;
  const name = userName(declared.settings.namePrefix, customer);
  const user = observed.users.find((one) => one.name === name);
  const isUser = hasUser(customer);
  return [
    ...(isUser && user !== undefined ? userFacts(comparison, customer, user) : []),
    ...roleFacts(comparison, customer),
    ...named(comparison, customer, without(deviations, customer.id)),
  ].map(([about, message]) => ({ level: "good", about, message }));
}

type Fact = readonly [about: string, message: string];

function userFacts(comparison: Comparison, customer: Customer, user: ObservedUser): Fact[] {
  const { declared, deviations } = comparison;
  const { id, status, expires } = customer;
  const group = `${declared.settings.namePrefix}${GROUP_NAME}`;
  const cannotLogIn = deviations.some(({ less = [] }) =>
    less.some(({ logins = [] }) => logins.includes(id)),
  );
  const isMember = user.groups?.includes(group) === true && !cannotLogIn;
  const hasEnded = accessEnded(customer, declared.today);
  const source = sourceOf(customer);
  const isDenied =
    user.inlinePolicies?.has(DENY_POLICY_NAME) === true &&
    !deviations.some(({ check, customers }) => check === "user-deny" && customers.includes(id));
  const when = status === "suspended" ? "is suspended" : `had its last day on ${expires ?? ""}`;
  return [
    ["user", `user ${user.name} exists, ${user.arn}`],
    ...(isMember ? [["login", `it is in the group ${group}, which may log in`] as const] : []),
    ...keysOf(comparison, customer, user).map((text) => ["keys", text] as const),
    ...(hasEnded && isDenied
      ? [["deny", `it ${when}, and AWS denies it everything in ECR`] as const]
      : []),
    ...(!hasEnded && isDenied && source !== undefined
      ? [
          [
            "networks",
            `AWS denies it everything from elsewhere than ${sourceWords(source)}`,
          ] as const,
        ]
      : []),
  ];
}

/** The role that the customer's tokens assume, when its trust is as the file says. */
function roleFacts({ declared, observed, deviations }: Comparison, customer: Customer): Fact[] {
  if (!hasRole(customer)) return [];
  const name = roleName(declared.settings.namePrefix, customer);
  const role = observed.roles.find((one) => one.name === name);
  if (role === undefined) return [];
  const { issuer, subjects } = customer.oidc;
  const isChanged = (check: string) =>
    deviations.some((one) => one.check === check && one.customers.includes(customer.id));
  const isDenied =
    accessEnded(customer, declared.today) && role.inlinePolicies.has(DENY_POLICY_NAME);
  return [
    ["role", `role ${name} exists, ${role.arn}`],
    ...(isChanged("role-trust")
      ? []
      : [["tokens", `it accepts tokens of ${issuer} for ${joined(subjects)}`] as const]),
    ...(isDenied && !isChanged("role-deny")
      ? [["deny", "AWS denies the role everything in ECR"] as const]
      : []),
  ];
}

/** Each key: its generation, whether it works, when it was last used. */
function keysOf({ declared }: Comparison, customer: Customer, { keys = [] }: ObservedUser) {
  const { state } = declared;
  const idOf = (generation: number) => state?.keyIds.get(keyName(customer.id, generation));
  const { generations } = matchKeys(customer, keys, idOf, state === undefined);
  return generations.flatMap(describedKey);
}

function describedKey({ generation, key, assumed }: GenerationKey<ObservedKey>): string[] {
  if (key === undefined) return [];
  const { id, status, createdAt = "", lastUsed } = key;
  const used =
    lastUsed === null || lastUsed === undefined
      ? "never used"
      : `last used on ${dayIn(lastUsed.at)} for ${lastUsed.service ?? ""}`;
  const which =
    assumed === undefined ? `key ${generation}` : `key ${generation} (assumed from its age)`;
  return [`${which} is ${id}, ${status}, created on ${dayIn(createdAt)}, ${used}`];
}

function dayIn(time: string): string {
  return time.slice(0, "YYYY-MM-DD".length);
}

/** The policies that let the customer pull, as its file says. */
function named(
  { declared, observed }: Comparison,
  customer: Customer,
  lost: ReadonlySet<string>,
): Fact[] {
  const { settings } = declared;
  const { repositories } = customer;
  const arns = principalArns(customer, settings);
  return [...observed.repositories].flatMap(([place, { repository, region, policy }]): Fact[] => {
    const { own } = presentPolicy(policy?.document, settings);
    const isNamed = own !== undefined && arns.some((arn) => principalsIn(own).has(arn));
    if (!isNamed || !repositories.includes(repository) || lost.has(place)) return [];
    return [["repository", `the policy of ${repository} in ${region} names it`]];
  });
}

/** Places that the customer cannot pull although its file says so, or that it should not. */
function without(deviations: readonly Deviation[], id: string): Set<string> {
  const deltas = deviations.flatMap(({ more = [], less = [] }) => [...more, ...less]);
  return new Set(
    deltas.flatMap(({ pulls }) => (pulls?.customers.includes(id) === true ? pulls.places : [])),
  );
}
