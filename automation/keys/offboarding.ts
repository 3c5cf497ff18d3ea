import { accountRootArn, userArn, userName } from "../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { entitledGrants } from "../../src/access/entitlements";
import type { StackConfig } from "../../src/config";
import type { Customer, IsoDate } from "../../src/customers/model";
import { canonicalJson } from "../output/json";
import type { ReadBack } from "../update/readBack";

/**
 * Lists what is still open of a suspended customer's access in AWS; empty once the suspension has taken effect.
 *
 * @param found - what AWS holds, read for this customer's user only.
 * @param others - the other customers: one of them may use the same AWS account.
 */
export function stillOpen(
  found: ReadBack,
  customer: Customer,
  config: StackConfig,
  others: readonly Customer[],
  today: IsoDate,
): string[] {
  const { id, awsAccount } = customer;
  const name = userName(config.namePrefix, id);
  const arn = awsAccount === undefined ? userArn(config.account, name) : accountRootArn(awsAccount);
  const kept = new Set(
    entitledGrants(others, config, today)
      .filter(({ principal }) => principal.kind === "account" && principal.account === awsAccount)
      .map(({ repository }) => repository),
  );
  const named = [...found.principals]
    .filter(
      ([place, principals]) => principals.includes(arn) && !kept.has(place.split("@")[0] ?? ""),
    )
    .map(([place]) => `the policy of ${place.replace("@", " in ")} names it`);
  const user = found.users.find((one) => one.name === name);
  if (user === undefined || awsAccount !== undefined) return named;
  const deny = canonicalJson(denyPolicy({ status: "suspended" }));
  return [
    ...Object.entries(user.keys)
      .filter(([, status]) => status !== "Inactive")
      .map(([key, status]) => `key ${key} is ${status}`),
    ...(canonicalJson(user.inlinePolicies[DENY_POLICY_NAME]) === deny
      ? []
      : [`user ${name} is not denied everything in ECR`]),
    ...Object.keys(user.tags)
      .filter((tag) => tag.startsWith("pull:"))
      .map((tag) => `user ${name} has the tag ${tag}`),
    ...named,
  ];
}
