import pMap from "p-map";
import { accountRootArn, GROUP_NAME, userArn, userName } from "../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import type { ForeignStatement, Grant } from "../../src/access/model";
import { presentPolicy, statementsMissing } from "../../src/access/presentPolicy";
import { namedGrants } from "../../src/access/repositoryPolicy";
import { statementGrants } from "../../src/access/statementGrants";
import { listedPrincipals } from "../../src/access/statementWords";
import { userTags } from "../../src/access/tags";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { AwsClient, UserView } from "../aws/client";
import { canonicalJson } from "../output/json";
import { place } from "../plan/foreign";

const POLICIES_AT_ONCE = 8;

/** What AWS holds for a stack's customers, read by direct calls. */
export interface ReadBack {
  users: readonly UserView[];
  /** `repository@region` → principals of its policy, sorted; none without a policy. */
  principals: ReadonlyMap<string, readonly string[]>;
  /** `repository@region` → statements of others in its policy. */
  others?: ReadonlyMap<string, readonly ForeignStatement[]>;
}

/**
 * Reads what AWS holds; nothing comes from Pulumi's state.
 *
 * @param only - ids of the customers whose users are read; all under `/customers/` without it.
 */
export async function readBack(
  aws: AwsClient,
  { config }: Pick<StackInput, "config">,
  only?: readonly string[],
): Promise<ReadBack> {
  const places = [...config.repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => [repository, region] as const),
  );
  const policies = await pMap(places, (place) => aws.repositoryPolicy(...place), {
    concurrency: POLICIES_AT_ONCE,
  });
  const present = places.map(([repository, region], at) => ({
    at: place(repository, region),
    ...presentPolicy(policies[at], config),
  }));
  const principals = new Map(
    present.map(({ at, own }) => [
      at,
      listedPrincipals(own?.["Principal"])
        .map(({ value }) => value)
        .sort(),
    ]),
  );
  const others = new Map(present.map((one) => [one.at, one.others]));
  const names = only?.map((id) => userName(config.namePrefix, id));
  return { users: await aws.users(names), principals, others };
}

/**
 * Every difference between what AWS holds and what the files say; empty when they agree.
 *
 * @param only - ids of the customers whose users were read, when not all were.
 * @param policies - whether the repositories' policies are to be as the files say by now.
 */
export function deviations(
  found: ReadBack,
  input: StackInput,
  only?: readonly string[],
  policies = true,
): string[] {
  const { config, today } = input;
  const customers = input.customers.filter(({ id }) => only?.includes(id) ?? true);
  const grants = entitledGrants(input.customers, config, today);
  const users = new Map(found.users.map((user) => [user.name, user]));
  const expected = customers.filter((customer) => customer.awsAccount === undefined);
  const names = new Set(expected.map(({ id }) => userName(config.namePrefix, id)));
  return [
    ...found.users.filter(({ name }) => !names.has(name)).map(({ name }) => `${name} still exists`),
    ...expected.flatMap((customer) => {
      const name = userName(config.namePrefix, customer.id);
      const user = users.get(name);
      return user === undefined
        ? [`${name} does not exist`]
        : userDeviations(user, customer, input);
    }),
    ...(policies ? [...config.repositories] : []).flatMap(([repository, settings]) => {
      const named = namedGrants(grants, repository, settings);
      const wanted = [...new Set(named.map((grant) => principalArn(grant, config)))].sort();
      return settings.regions.flatMap((region) => [
        ...compare(
          `principals of ${repository} in ${region}`,
          found.principals.get(place(repository, region)),
          wanted,
        ),
        ...foreignDeviations(found, repository, region, input),
      ]);
    }),
  ];
}

function userDeviations(user: UserView, customer: Customer, input: StackInput): string[] {
  const { config, today } = input;
  const ended = accessEnded(customer, today);
  const deny = denyPolicy(customer);
  return [
    ...compare(`tags of ${user.name}`, user.tags, userTags(customer, config.repositories, today)),
    ...compare(`groups of ${user.name}`, user.groups, [`${config.namePrefix}${GROUP_NAME}`]),
    ...compare(`attached policies of ${user.name}`, user.attachedPolicies, []),
    ...compare(
      `inline policies of ${user.name}`,
      user.inlinePolicies,
      deny === undefined ? {} : { [DENY_POLICY_NAME]: deny },
    ),
    ...compare(
      `keys of ${user.name}`,
      Object.values(user.keys).sort(),
      customer.keys
        .map(({ status }) => (status === "active" && !ended ? "Active" : "Inactive"))
        .sort(),
    ),
    ...compare(`login profile of ${user.name}`, user.hasLoginProfile, false),
  ];
}

function compare(what: string, found: unknown, wanted: unknown): string[] {
  // AWS keeps no order of keys.
  const [is, should] = [canonicalJson(found), canonicalJson(wanted)];
  return is === should ? [] : [`${what}: the files say ${should}, AWS holds ${is}`];
}

function principalArn({ principal }: Grant, { account }: { account: string }): string {
  return principal.kind === "account"
    ? accountRootArn(principal.account)
    : userArn(account, principal.userName);
}

/** What others have in a repository's policy beside what the settings declare and this run keeps. */
function foreignDeviations(
  { others }: ReadBack,
  repository: string,
  region: string,
  { config }: StackInput,
): string[] {
  const { statements = [], found = {} } = config.repositories.get(repository) ?? {};
  const known = [...statements, ...(found[region] ?? [])];
  const extra = statementsMissing(others?.get(place(repository, region)) ?? [], known);
  return statementGrants(extra, config).map(
    ({ who, effect, what }) =>
      `policy of ${repository} in ${region}: no file declares that it ${effect} ${who} ${what}`,
  );
}
