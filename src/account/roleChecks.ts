/** What in AWS is not as the files say about the roles of customers with OIDC tokens. */
import { iamArn, USER_PATH } from "../access/arns";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import type { GroupPolicy } from "../access/groupPolicies";
import { joined } from "../access/statementWords";
import { pullTagKey } from "../access/tags";
import { oidcProviderArn } from "../access/trustPolicy";
import type { Customer } from "../customers/model";
import type { AccountContext, PresentRole } from "./context";
import { deltas, ofCustomer, restoredIf, type AccessDelta, type Found } from "./deviation";
import { boundaryEffects, everything, identityEffects } from "./effects";
import { managedPolicy, readable, type Readable } from "./judge";
import { placesWords } from "./places";
import { LOG_IN, loginDelta, pullDelta } from "./questions";
import { asUser } from "./roleIdentity";
import { trustDifference } from "./roleTrust";
import { samePolicy } from "./samePolicy";
import { taggedPlaces, tagFindings } from "./userChecks";
import { accessOfUser } from "./whole";

/** A customer's file stands for a role that AWS does not have. */
export function roleMissing(context: AccountContext): Found[] {
  const unread = new Set(
    context.observed.unread.flatMap(({ part, name }) => (part === "roles" ? [name] : [])),
  );
  return context.roles.flatMap(({ customer: { id }, content: { roleName }, role }) => {
    if (role !== undefined || unread.has(roleName) || unread.has(undefined)) return [];
    return {
      ...ofCustomer(id),
      what: `AWS has no role ${roleName}`,
      ...deltas([], everything(context, id)),
      repair: "update" as const,
    };
  });
}

/** Whoever the trust policy of a customer's role lets in pulls as that customer. */
export function roleTrust(context: AccountContext): Found[] {
  return context.presentRoles.flatMap(({ customer, content, role }): Found[] => {
    const { id, oidc } = customer;
    if (oidc === undefined || samePolicy(role.trustPolicy.document, content.trust)) return [];
    const federated = oidcProviderArn(context.settings, oidc.issuer);
    const { more, less } = trustDifference(role.trustPolicy.document, oidc, federated);
    const what = `assume the role ${role.name}, and pull as customer ${id}`;
    const delta = (who: readonly string[]) =>
      who.length === 0 ? [] : [{ who: joined(who), what }];
    const effects = deltas(delta(more), delta(less));
    return [
      {
        ...ofCustomer(id),
        what: `the trust policy of role ${role.name} is not the one that its file asks for`,
        ...effects,
        repair: restoredIf(effects),
        wayOut: "Find out in CloudTrail (UpdateAssumeRolePolicy) who changed it and why.",
      },
    ];
  });
}

/** A role that was deleted and created again has another id: policies that named the old one do not let it in. */
export function roleRecreated(context: AccountContext): Found[] {
  const recorded = context.declared.state?.roleIds ?? new Map<string, string>();
  return context.presentRoles.flatMap(({ customer: { id }, role: { name, uniqueId } }) => {
    const known = recorded.get(id);
    if (known === undefined || known === uniqueId) return [];
    return {
      ...ofCustomer(id),
      what: `role ${name} was deleted and created again by hand: its id is ${uniqueId}, not ${known}`,
      repair: "update" as const,
    };
  });
}

/** A policy that all customers share is not attached: without it a session can neither log in nor pull by tag. */
export function rolePolicyMissing(context: AccountContext): Found[] {
  return context.presentRoles.flatMap(({ customer, role }) => {
    const attached = new Set(role.attachedPolicies.map(({ arn }) => arn));
    return sharedArns(context)
      .filter(({ arn }) => !attached.has(arn))
      .map(({ name, logicalName }) => {
        const effects = deltas([], sharedEffects(context, customer, logicalName));
        return {
          ...ofCustomer(customer.id),
          what: `role ${role.name} does not have the policy ${name} attached`,
          ...effects,
          repair: restoredIf(effects),
        };
      });
  });
}

/** What a shared policy gives a customer. */
function sharedEffects(
  context: AccountContext,
  { id, repositories }: Customer,
  policy: GroupPolicy["logicalName"],
): AccessDelta[] {
  if (context.hasEnded(id)) return [];
  if (policy === "login") return [loginDelta(id)];
  const tags = repositories.map((repository) => pullTagKey(repository));
  return pullDelta(context.settings, id, taggedPlaces(context, tags));
}

function sharedArns({ settings, group }: AccountContext) {
  return group.policies.map(({ name, logicalName }) => ({
    name,
    logicalName,
    arn: iamArn(settings, `policy/${name}`),
  }));
}

/** An inline policy on a customer's role that is not ours. */
export function roleInlinePolicy(context: AccountContext): Found[] {
  return context.presentRoles.flatMap((expected) =>
    [...expected.role.inlinePolicies]
      .filter(([policy]) => policy !== DENY_POLICY_NAME)
      .map(([policy, document]) => {
        const words = `the inline policy ${policy}`;
        const { name } = expected.role;
        return foreignPolicy(context, expected, {
          what: `role ${name} has ${words}, which no file declares`,
          policy: readable(context.readings, "identity", document, words),
          undo: `aws iam delete-role-policy --role-name ${name} --policy-name ${policy}`,
        });
      }),
  );
}

/** A managed policy attached to a customer's role that is not ours. */
export function roleAttachedPolicy(context: AccountContext): Found[] {
  const ours = new Set(sharedArns(context).map(({ arn }) => arn));
  return context.presentRoles.flatMap((expected) =>
    expected.role.attachedPolicies
      .filter(({ arn }) => !ours.has(arn))
      .map((policy) => {
        const { name } = expected.role;
        return foreignPolicy(context, expected, {
          what: `role ${name} has the managed policy ${policy.name} attached, which no file declares`,
          policy: managedPolicy(context, policy),
          undo: `aws iam detach-role-policy --role-name ${name} --policy-arn ${policy.arn}`,
        });
      }),
  );
}

function foreignPolicy(
  context: AccountContext,
  { customer, role }: PresentRole,
  { what, policy, undo }: { what: string; policy: Readable; undo: string },
): Found {
  const effects = identityEffects(context, { customer, user: asUser(role) }, [policy]);
  return {
    ...ofCustomer(customer.id),
    what,
    ...deltas(effects.more, effects.less, effects.notJudged),
    repair: "operator",
    wayOut: `Find out in CloudTrail who made the change and why; to undo it: \`${undo}\`.`,
  };
}

/** The boundary that others put on a customer's role: the files ask for none. */
export function roleBoundary(context: AccountContext): Found[] {
  return context.presentRoles.flatMap(({ customer, role }) => {
    const { name, permissionsBoundary: boundary } = role;
    if (boundary === undefined || boundary === null) return [];
    const read = managedPolicy(context, boundary);
    const effects = boundaryEffects(context, { customer, user: asUser(role) }, read);
    return {
      ...ofCustomer(customer.id),
      what: `role ${name} has the permissions boundary ${boundary.name}, which no file declares`,
      ...deltas([], effects.less, effects.notJudged),
      // A boundary gives nothing.
      repair: "restore" as const,
      wayOut: `If the update is not allowed to remove it: \`aws iam delete-role-permissions-boundary --role-name ${name}\`.`,
    };
  });
}

/** A `pull:` tag is a grant; others only describe the role. */
export function roleTags(context: AccountContext): Found[] {
  return context.presentRoles.flatMap(({ customer: { id }, content, role }) =>
    tagFindings(context, {
      id,
      words: `role ${role.name}`,
      found: role.tags,
      wanted: content.tags,
    }),
  );
}

/** A role under `/customers/` that no file declares: whoever it trusts may pull with it. */
export function roleUndeclared(context: AccountContext): Found[] {
  const { observed, declared, settings } = context;
  const ours = new Set(context.roles.map(({ content: { roleName } }) => roleName));
  return observed.roles
    .filter(
      ({ name, path }) =>
        path.startsWith(USER_PATH) &&
        !ours.has(name) &&
        declared.elsewhere?.roles.has(name) !== true,
    )
    .map((role): Found => {
      const access = accessOfUser(context, asUser(role));
      const who = `whoever assumes the role ${role.name}`;
      const pulls = access === undefined ? [] : [...access.pulls];
      return {
        subject: { kind: "role", name: role.name },
        customers: [],
        what: `the role ${role.name} is under ${USER_PATH}, and no file declares it`,
        ...deltas(
          [
            ...(access?.logsIn === true ? [{ who, what: LOG_IN }] : []),
            ...(pulls.length === 0
              ? []
              : [{ who, what: `pull ${placesWords(pulls, settings.repositories)}` }]),
          ],
          [],
        ),
        repair: "operator",
        wayOut:
          "If its customer's file was just removed, the next update deletes it. Otherwise find out in CloudTrail (CreateRole) who created it, and delete it.",
      };
    });
}
