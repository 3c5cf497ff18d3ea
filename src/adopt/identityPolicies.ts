/** The policies of a user or a role, each with its name. */
import type { AccountContext } from "../account/context";
import { managedPolicy, readable, type Readable } from "../account/judge";
import type { AttachedPolicy, ObservedDocument, ObservedGroup } from "../account/observed";
import { mayConcern } from "../account/otherPrincipals";
import type { Reason } from "./puller";

/** One policy of an identity. */
export interface NamedPolicy {
  by: Exclude<Reason["by"], "repository policy" | "registry policy">;
  /** `ci/pull` of the policy `pull` of the group `ci`. */
  name: string;
  /** Absent when it was not read. */
  document?: ObservedDocument;
  read: Readable;
}

/** Whose policies are wanted: a user, or a role, which is in no group. */
interface Identity {
  groups?: readonly string[];
  inlinePolicies?: ReadonlyMap<string, ObservedDocument>;
  attachedPolicies?: readonly AttachedPolicy[];
}

/** All policies of an identity that may say something about ECR. */
export function identityPolicies(context: AccountContext, identity: Identity): NamedPolicy[] {
  const { groups = [], inlinePolicies = new Map(), attachedPolicies = [] } = identity;
  const own = [
    ...inlineOf(context, inlinePolicies, "inline policy", ""),
    ...attachedOf(context, attachedPolicies, "managed policy", ""),
  ];
  const ofGroups = groups.flatMap((name) => groupsPolicies(context, name));
  return [...own, ...ofGroups].filter(({ document }) => mayConcern(document));
}

const ofGroup = new WeakMap<AccountContext, Map<string, NamedPolicy[]>>();

/** Read once for each group: many users are in the same. */
function groupsPolicies(context: AccountContext, name: string): NamedPolicy[] {
  const known = ofGroup.get(context) ?? new Map<string, NamedPolicy[]>();
  ofGroup.set(context, known);
  const its = known.get(name) ?? policiesOf(context, context.groups.get(name), name);
  known.set(name, its);
  return its;
}

function policiesOf(
  context: AccountContext,
  group: ObservedGroup | undefined,
  name: string,
): NamedPolicy[] {
  if (group === undefined) {
    const unknown = `the policies of the group ${name}, which were not read`;
    return [{ by: "group", name, read: { unknown } }];
  }
  return [
    ...inlineOf(context, group.inlinePolicies, "group", `${name}/`),
    ...attachedOf(context, group.attachedPolicies, "group", `${name}/`),
  ];
}

function inlineOf(
  context: AccountContext,
  policies: ReadonlyMap<string, ObservedDocument>,
  by: NamedPolicy["by"],
  prefix: string,
): NamedPolicy[] {
  return [...policies].map(([policy, document]) => {
    const name = `${prefix}${policy}`;
    const words = `the inline policy ${name}`;
    return { by, name, document, read: readable(context.readings, "identity", document, words) };
  });
}

function attachedOf(
  context: AccountContext,
  policies: readonly AttachedPolicy[],
  by: NamedPolicy["by"],
  prefix: string,
): NamedPolicy[] {
  return policies.map((policy) => {
    const document = context.observed.managedPolicies.get(policy.arn)?.document;
    return {
      by,
      name: `${prefix}${policy.name}`,
      ...(document === undefined ? {} : { document }),
      read: managedPolicy(context, policy),
    };
  });
}
