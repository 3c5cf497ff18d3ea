import { DENY_POLICY_NAME } from "../access/denyPolicy";
import type { AccountContext, PresentUser } from "./context";
import { deltas, ofCustomer, type Found } from "./deviation";
import { identityEffects, policiesOfGroup } from "./effects";
import { managedPolicy, readable, type Readable } from "./judge";
import type { ObservedDocument } from "./observed";
import {
  groupDocuments,
  managedDocument,
  onlyAllow,
  removalCommand,
  type Removal,
} from "./removal";

/** AWS attaches it to a user whose key it has found in public (IAM user guide, "AWS managed policies"). */
const QUARANTINE = /^AWSCompromisedKeyQuarantine/;

/** Whether AWS has found a key of a user in public. */
function isQuarantine(policyName: string): boolean {
  return QUARANTINE.test(policyName);
}

/** An inline policy on a customer's user that is not ours. */
export function userInlinePolicy(context: AccountContext): Found[] {
  return context.present.flatMap((expected) => {
    const { name: user, inlinePolicies } = expected.user;
    return [...(inlinePolicies ?? [])]
      .filter(([policy]) => policy !== DENY_POLICY_NAME)
      .map(([policy, document]) => {
        const words = `the inline policy ${policy}`;
        return foreignPolicy(context, expected, {
          what: `user ${user} has ${words}, which no file declares`,
          policies: [readable(context.readings, "identity", document, words)],
          removal: { kind: "inline-policy", user, policy },
          documents: [document],
        });
      });
  });
}

/** A managed policy attached to a customer's user. */
export function userAttachedPolicy(context: AccountContext): Found[] {
  return context.present.flatMap((expected) => {
    const { name: user, attachedPolicies = [] } = expected.user;
    return attachedPolicies
      .filter(({ name }) => !isQuarantine(name))
      .map((policy) =>
        foreignPolicy(context, expected, {
          what: `user ${user} has the managed policy ${policy.name} attached, which no file declares`,
          policies: [managedPolicy(context, policy)],
          removal: { kind: "managed-policy", user, arn: policy.arn },
          documents: [managedDocument(context, policy)],
        }),
      );
  });
}

/** AWS itself has found a key of the customer in public. */
export function quarantine(context: AccountContext): Found[] {
  return context.present.flatMap(({ customer: { id }, user: { name, attachedPolicies } }) =>
    (attachedPolicies ?? [])
      .filter((policy) => isQuarantine(policy.name))
      .map((policy) => ({
        ...ofCustomer(id),
        what: `A KEY HAS LEAKED: AWS has found a publicly exposed key of user ${name} and attached ${policy.name}`,
        repair: "operator" as const,
        wayOut: `\`ecr-customers revoke ${id} --now\`, then docs/keys.md, "A key has leaked". Do not detach the policy before the keys are deleted.`,
      })),
  );
}

/** A customer's user is in a group beside the one of the stack. */
export function userOtherGroup(context: AccountContext): Found[] {
  return context.present.flatMap((expected) => {
    const { name: user, groups = [] } = expected.user;
    return groups
      .filter((group) => group !== context.group.name)
      .map((group) =>
        foreignPolicy(context, expected, {
          what: `user ${user} is in the group ${group}, which no file declares`,
          policies: policiesOfGroup(context, context.groups.get(group), group),
          removal: { kind: "group", user, group },
          documents: groupDocuments(context, group),
        }),
      );
  });
}

interface ForeignPolicy {
  what: string;
  policies: readonly Readable[];
  removal: Removal;
  /** The policies' documents; undefined among them: one that was not read. */
  documents: readonly (ObservedDocument | undefined)[];
}

function foreignPolicy(
  context: AccountContext,
  expected: PresentUser,
  { what, policies, removal, documents }: ForeignPolicy,
): Found {
  const { more, less, notJudged } = identityEffects(context, expected, policies);
  const begin = { ...ofCustomer(expected.customer.id), what, ...deltas(more, less, notJudged) };
  const find = "Find out in CloudTrail who made the change and why";
  if (onlyAllow(documents)) return { ...begin, repair: "update", removal, wayOut: `${find}.` };
  return {
    ...begin,
    repair: "operator",
    wayOut: `${find}; to undo it: \`${removalCommand(removal)}\`. No update does that, because it may also deny something: without it the customer could have more access.`,
  };
}
