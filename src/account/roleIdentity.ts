import type { ObservedRole, ObservedUser } from "./observed";

/** A role as an identity to be judged: it has policies and tags of its own, as a user, and is in no group. */
export function asUser(role: ObservedRole): ObservedUser {
  const { name, path, arn, uniqueId, tags, inlinePolicies, attachedPolicies } = role;
  const { permissionsBoundary } = role;
  return {
    ...{ name, path, arn, uniqueId, inlinePolicies, attachedPolicies },
    groups: [],
    ...(tags === undefined ? {} : { tags }),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  };
}
