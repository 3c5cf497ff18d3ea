import { REPOSITORY_POLICY_TYPE, type ResourceChange } from "../engine/events";

/** The repositories' policies that a plan writes or deletes: `edge-agent@eu-central-1`. */
export function writtenPolicies(resources: readonly ResourceChange[]): ReadonlySet<string> {
  return new Set(
    resources.filter(({ type }) => type === REPOSITORY_POLICY_TYPE).map(({ name }) => name),
  );
}
