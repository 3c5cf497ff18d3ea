import { USER_PATH } from "../access/arns";
import type { OtherPrincipal } from "../access/groupPolicies";
import { wildcards } from "../access/observedConditions";
import type { AccountContext } from "./context";
import { policiesOfGroup } from "./effects";
import { managedPolicy, readable, type Readable } from "./judge";
import type { AttachedPolicy, ObservedDocument, ObservedRole, ObservedUser } from "./observed";

/** A user or a role of the account that is not a customer's, with its own policies and its groups'. */
export interface OtherIdentity {
  kind: "user" | "role";
  name: string;
  arn: string;
  /** Of a user; a role's session may have other tags than the role. */
  user?: ObservedUser;
  policies: readonly Readable[];
  /** Limits what its policies give. */
  boundary?: Readable;
}

/** Roles that only AWS's services can assume, with policies that only AWS changes (IAM user guide, "Service-linked roles"). */
const SERVICE_LINKED = "/aws-service-role/";
/** Roles of permission sets: who has them, and what they give, is decided in IAM Identity Center. */
const IDENTITY_CENTER = "/aws-reserved/sso.amazonaws.com/";
const ADMINISTRATOR = /^arn:aws[a-z-]*:iam::aws:policy\/AdministratorAccess$/;

/**
 * Everyone in the account whose own policies could give access to the repositories and who has to be declared for
 * that in the settings: users and roles outside `/customers/`. Not: service-linked roles, the roles of IAM
 * Identity Center, and roles with AdministratorAccess, whose holders may change whatever this program compares.
 * A user with AdministratorAccess counts: its key is at rest somewhere.
 */
export function otherIdentities(context: AccountContext): OtherIdentity[] {
  const { observed, declared, customerOfUser } = context;
  if (!observed.scope.others) return [];
  const isOurs = ({ name, path }: ObservedUser) =>
    path.startsWith(USER_PATH) ||
    customerOfUser(name) !== undefined ||
    declared.elsewhere?.users.has(name) === true;
  const users = observed.users.filter((user) => !isOurs(user));
  const roles = observed.roles.filter(
    ({ path, attachedPolicies }) =>
      !path.startsWith(USER_PATH) &&
      !path.startsWith(SERVICE_LINKED) &&
      !path.startsWith(IDENTITY_CENTER) &&
      !attachedPolicies.some(({ arn }) => ADMINISTRATOR.test(arn)),
  );
  return [
    ...users.map((user) => ({ ...identity(context, "user", user, user.groups), user })),
    ...roles.map((role) => identity(context, "role", role)),
  ].filter(({ arn }) => !isDeclared(context, arn));
}

function identity(
  context: AccountContext,
  kind: OtherIdentity["kind"],
  found: Pick<ObservedUser, "inlinePolicies" | "attachedPolicies"> &
    Pick<ObservedRole, "name" | "arn" | "permissionsBoundary">,
  groups: readonly string[] = [],
): OtherIdentity {
  const { name, arn, inlinePolicies, attachedPolicies = [], permissionsBoundary } = found;
  const own = [...(inlinePolicies ?? [])]
    .filter(([, document]) => mayConcern(document))
    .map(([policy, document]) =>
      readable(context.readings, "identity", document, `the inline policy ${policy} of ${name}`),
    );
  const ofGroups = groups.flatMap((group) =>
    policiesOfGroup(context, context.groups.get(group), group),
  );
  const managed = (policy: AttachedPolicy) => managedPolicy(context, policy);
  const attached = attachedPolicies.filter(({ arn: policy }) =>
    mayConcern(context.observed.managedPolicies.get(policy)?.document),
  );
  return {
    ...{ kind, name, arn },
    policies: [...own, ...attached.map(managed), ...ofGroups],
    ...(permissionsBoundary ? { boundary: managed(permissionsBoundary) } : {}),
  };
}

/** A wildcard never stands for a part of a service's name, so that a policy without these texts says nothing of ECR. */
export function mayConcern(document: ObservedDocument | undefined): boolean {
  return document === undefined || /ecr|"\*|NotAction/i.test(document.text);
}

function isDeclared({ settings }: AccountContext, arn: string): boolean {
  return (settings.otherPrincipals ?? []).some((one: OtherPrincipal) =>
    wildcards(one.arn).test(arn),
  );
}
