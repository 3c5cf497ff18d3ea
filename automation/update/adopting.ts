import { ADOPTABLE, adoptedName, type Adoption } from "../../src/adoption";
import { GROUP_NAME, userName } from "../../src/access/arns";
import { groupPolicies } from "../../src/access/groupPolicies";
import type { ObservedAccount, ObservedUser } from "../../src/account/observed";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { requestFor } from "../compare/compare";
import type { AwsClient } from "../aws/client";
import type { ResourceChange } from "../engine/events";
import type { Baseline } from "../plan/baseline";
import { UsageError } from "../output/usageError";

/** What an update takes into the state, and the account that it was decided from. */
export interface FoundAdoption {
  adoption: Adoption;
  observed: ObservedAccount;
}

/**
 * What exists in AWS of what an update would create: users and keys that the files adopt and, beside them, the group
 * and its policies, which a stack whose state is lost has left. By the ids in AWS, so that no other user or key
 * of the same name is taken.
 *
 * @param planned - what the engine would do without an adoption.
 * @param baseline - what the last update recorded; a customer that it has is adopted already.
 * @returns undefined when there is nothing to adopt.
 * @throws UsageError when AWS does not hold what a file adopts.
 */
export async function findAdoption(
  planned: readonly ResourceChange[],
  baseline: Baseline,
  input: StackInput,
  aws: Pick<AwsClient, "observe">,
): Promise<FoundAdoption | undefined> {
  const recorded = baseline.kind === "recorded" ? baseline.outputs.customers : {};
  const created = new Set(
    planned.flatMap(({ type, name, change }) => (change === "create" ? `${type}::${name}` : [])),
  );
  const adopted = input.customers.filter((one) => isToAdopt(one, created, recorded));
  if (adopted.length === 0) return undefined;
  if (input.config.cells > 1) {
    throw new UsageError(
      `${adopted[0]?.id ?? ""} adopts a user, and the customers are in ${input.config.cells} cells`,
      "Adopt with one stack: write `cells: 1`, or run `ecr-customers cells --set 1` if customers are in cells already. Spread them afterwards, e.g. with `ecr-customers cells --set 4`.",
    );
  }
  const observed = await aws.observe(requestFor(input, {}));
  const byName = new Map(observed.users.map((user) => [user.name, user]));
  const problems: string[] = [];
  const found = adopted.flatMap((customer) =>
    adoptedOf(customer, byName.get(userName(input.config.namePrefix, customer)), problems),
  );
  if (problems.length > 0) {
    throw new UsageError(
      `AWS does not hold what the files adopt: ${problems.join("; ")}`,
      "Nothing was written. `ecr-customers adopt` shows what AWS holds; without `adopted` in its file, a customer gets a new user and a new key.",
    );
  }
  const shared = sharedOf(input, observed);
  const ids = [...found, ...shared].filter(([name]) => created.has(name));
  return { adoption: new Map(ids), observed };
}

/** Whether an update would create what the customer's file adopts, or is the first to finish its adoption. */
function isToAdopt(
  { id, adopted, user = 1 }: Customer,
  created: ReadonlySet<string>,
  recorded: Readonly<Record<string, unknown>>,
): boolean {
  // Another generation is another user, with other keys.
  if (adopted === undefined || user !== 1) return false;
  if (!Object.hasOwn(recorded, id)) return true;
  const names = adopted.keys.map(({ generation }) =>
    adoptedName(ADOPTABLE.key, `${id}-${generation}`),
  );
  return [adoptedName(ADOPTABLE.user, id), ...names].some((name) => created.has(name));
}

type Entry = readonly [name: string, id: string];

function adoptedOf(
  { id, adopted, keys }: Customer,
  user: ObservedUser | undefined,
  problems: string[],
): Entry[] {
  if (adopted === undefined) return [];
  if (user === undefined) {
    problems.push(`${id}: there is no such user`);
    return [];
  }
  if (user.uniqueId !== adopted.user) {
    problems.push(`${id}: user ${user.name} is ${user.uniqueId}, not ${adopted.user}`);
    return [];
  }
  const declared = new Set(keys.map(({ generation }) => generation));
  const its = new Set((user.keys ?? []).map((key) => key.id));
  return [
    [adoptedName(ADOPTABLE.user, id), user.name],
    ...adopted.keys
      .filter(({ generation }) => declared.has(generation))
      .flatMap(({ generation, key }): Entry[] => {
        if (its.has(key)) return [[adoptedName(ADOPTABLE.key, `${id}-${generation}`), key]];
        problems.push(`${id}: user ${user.name} has no key ${key}`);
        return [];
      }),
  ];
}

/** The group and its policies, as far as AWS has them. */
function sharedOf({ config }: StackInput, { groups, managedPolicies }: ObservedAccount): Entry[] {
  const group = `${config.namePrefix}${GROUP_NAME}`;
  const own = new Map(
    [...managedPolicies.values()]
      .filter(({ arn }) => arn.includes(`:${config.account}:`))
      .map(({ name, arn }) => [name, arn]),
  );
  return [
    ...(groups.some(({ name }) => name === group)
      ? [[adoptedName(ADOPTABLE.group, "customers"), group] as const]
      : []),
    ...groupPolicies(config).flatMap(({ logicalName, name }): Entry[] => {
      const arn = own.get(name);
      return arn === undefined ? [] : [[adoptedName(ADOPTABLE.policy, logicalName), arn]];
    }),
  ];
}
