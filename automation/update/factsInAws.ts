import { userName } from "../../src/access/arns";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import { nameOf } from "../engine/events";
import type { Plan } from "../plan/plan";
import { USER } from "../plan/subject";
import type { Deployment } from "./deployment";

/**
 * What the limits are applied to, without two kinds of replacements of users, which a killed run leaves: of users that AWS
 * no longer has, so that nothing of theirs can be lost; and of those whose file asks for another user than the state has,
 * although the killed run has recorded it already.
 */
export async function factsInAws(
  { facts, resources }: Pick<Plan, "facts" | "resources">,
  { config, customers }: StackInput,
  aws: Pick<AwsClient, "listUsers">,
  deployment: Pick<Deployment, "resources">,
): Promise<Plan["facts"]> {
  const replaced = new Set(
    resources.flatMap(({ type, change, name }) =>
      type === USER && change === "replace" ? [name] : [],
    ),
  );
  if (facts.replacements.length === 0 || replaced.size === 0) return facts;
  const present = new Set((await aws.listUsers()).map(({ name }) => name));
  const users = new Map(
    (await deployment.resources()).flatMap((one) =>
      one.type === USER ? [[nameOf(one.urn), Number(one.replacementTrigger ?? 1)] as const] : [],
    ),
  );
  const isAsked = ({ id, user = 1 }: Customer) => users.has(id) && users.get(id) !== user;
  const harmless = new Set(
    customers.flatMap((one) => {
      const isGone = !present.has(userName(config.namePrefix, one));
      return replaced.has(one.id) && (isGone || isAsked(one)) ? [one.id] : [];
    }),
  );
  const replacements = facts.replacements.filter(
    ({ subject: { kind, name } }) => kind !== "customer" || !harmless.has(name),
  );
  return { ...facts, replacements };
}
