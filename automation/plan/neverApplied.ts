import { hasRole, hasUser } from "../../src/customers/identity";
import { REPOSITORY_POLICY_TYPE, type EngineReport } from "../engine/events";
import type { CustomerOutput, StackOutputs } from "../../src/stack/outputs";
import { ROLE, USER } from "./subject";

/**
 * The record without what an update has recorded and never applied, because it was interrupted and could
 * not correct its record: users and policies that the state does not hold. Pure.
 *
 * @param preview - of the next update, without a refresh: after one, what was deleted by hand in AWS looks
 *   the same.
 */
export function withoutNeverApplied(
  recorded: StackOutputs,
  { changes }: Pick<EngineReport, "changes">,
): StackOutputs {
  const created = changes.filter(({ change }) => change === "create");
  const users = new Set(created.filter(({ type }) => type === USER).map(({ name }) => name));
  const places = new Set(
    created.filter(({ type }) => type === REPOSITORY_POLICY_TYPE).map(({ name }) => name),
  );
  const roles = new Set(created.filter(({ type }) => type === ROLE).map(({ name }) => name));
  if (users.size + roles.size + places.size === 0) return recorded;
  const unwritten = new Set(
    Object.entries(recorded.repositories)
      .filter(([name, { mode }]) => mode === "named" && isUnwritten(name, recorded, places))
      .map(([name]) => name),
  );
  const customers = Object.entries(recorded.customers)
    .filter(([id, customer]) =>
      hasUser(customer) ? !users.has(id) : !hasRole(customer) || !roles.has(id),
    )
    .map(([id, customer]): [string, CustomerOutput] => [
      id,
      { ...customer, repositories: customer.repositories.filter((one) => !unwritten.has(one)) },
    ]);
  return { ...recorded, customers: Object.fromEntries(customers) };
}

/** Whether a repository has its policy in none of its regions. */
function isUnwritten(name: string, { repositories }: StackOutputs, places: ReadonlySet<string>) {
  const regions = repositories[name]?.regions ?? [];
  return regions.length > 0 && regions.every((region) => places.has(`${name}@${region}`));
}
