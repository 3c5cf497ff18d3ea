import pMap from "p-map";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { roleKey } from "../../src/access/roleContent";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import {
  changedUsers,
  customersWithIdentities,
  deniedNames,
  emergencies,
  type Emergency,
} from "../plan/emergencies";
import type { Planned } from "./planning";

const AT_ONCE = 16;

/**
 * Reads from AWS whether a customer that the plan gives something back to was revoked in an emergency that no
 * file knows of (docs/architecture.md, "Repairs").
 *
 * @param everyone - look at all users and roles, not only at those that change: what `--refresh` asks for.
 */
export async function findEmergencies(
  { plan, baseline }: Pick<Planned, "plan" | "baseline">,
  input: StackInput,
  aws: Pick<AwsClient, "userPolicy" | "rolePolicy">,
  { now, everyone = false }: { now: Date; everyone?: boolean },
): Promise<Emergency[]> {
  const ids = new Set(everyone ? [] : changedUsers(plan, input));
  const names = customersWithIdentities(input)
    .filter(({ id }) => everyone || ids.has(id))
    .flatMap((customer) => deniedNames(customer, input.config.namePrefix));
  const role = roleKey("");
  const denyOf = (name: string) =>
    name.startsWith(role)
      ? aws.rolePolicy(name.slice(role.length), DENY_POLICY_NAME)
      : aws.userPolicy(name, DENY_POLICY_NAME);
  const denies = await pMap(names, async (name) => [name, await denyOf(name)] as const, {
    concurrency: AT_ONCE,
  });
  return emergencies(new Map(denies), input, baseline, plan.resources, now);
}
