import { access } from "./accessCheck";
import { accountContext, type AccountContext } from "./context";
import { userLoginProfile, userOtherCredential } from "./credentialChecks";
import type { DeclaredAccount } from "./declared";
import type { Deviation, Found } from "./deviation";
import { asBeforeAdoption } from "./adoptedRights";
import { revokedInAws, roleDeny, userDeny } from "./endChecks";
import * as group from "./groupChecks";
import * as keys from "./keyChecks";
import type { ObservedAccount } from "./observed";
import { notRead, roleTrustsCustomer, userUndeclared } from "./otherChecks";
import { otherPrincipal } from "./otherPrincipalCheck";
import { repositoryStatementAdded, repositoryStatementMissing } from "./otherStatementChecks";
import { registryPolicy } from "./registryCheck";
import * as own from "./ownStatementChecks";
import * as repository from "./repositoryChecks";
import * as roles from "./roleChecks";
import * as policy from "./userPolicyChecks";
import * as user from "./userChecks";

/** A named check: what in AWS is not as the files say, in one respect. */
type Check = (context: AccountContext, found: readonly Deviation[]) => readonly Found[];

/** All checks by name, in the order of their findings; what is most urgent comes first. */
export const CHECKS: Readonly<Record<string, Check>> = {
  "key-leaked": policy.quarantine,
  "revoked-in-aws": revokedInAws,
  "user-deny": userDeny,
  "role-trust": roles.roleTrust,
  "role-deny": roleDeny,
  "user-undeclared": userUndeclared,
  "role-undeclared": roles.roleUndeclared,
  "user-missing": user.userMissing,
  "user-recreated": user.userRecreated,
  "user-path": user.userPath,
  "user-not-in-group": user.userNotInGroup,
  "user-other-group": policy.userOtherGroup,
  "user-inline-policy": policy.userInlinePolicy,
  "user-attached-policy": policy.userAttachedPolicy,
  "user-boundary": user.permissionsBoundary,
  "user-tags": user.userTags,
  "role-missing": roles.roleMissing,
  "role-recreated": roles.roleRecreated,
  "role-policy-missing": roles.rolePolicyMissing,
  "role-inline-policy": roles.roleInlinePolicy,
  "role-attached-policy": roles.roleAttachedPolicy,
  "role-boundary": roles.roleBoundary,
  "role-tags": roles.roleTags,
  "user-login-profile": userLoginProfile,
  "user-other-credential": userOtherCredential,
  "keys-ambiguous": keys.keysAmbiguous,
  "key-missing": keys.keyMissing,
  "key-status": keys.keyStatus,
  "key-undeclared": keys.keyUndeclared,
  "group-missing": group.groupMissing,
  "group-policy-missing": group.groupPolicyMissing,
  "group-policy-changed": group.groupPolicyChanged,
  "group-attached-policy": group.groupAttachedPolicy,
  "group-inline-policy": group.groupInlinePolicy,
  "group-member": group.groupMember,
  "repository-missing": repository.repositoryMissing,
  "repository-policy-missing": repository.repositoryPolicyMissing,
  "repository-policy-unreadable": repository.repositoryPolicyUnreadable,
  "repository-owner": repository.repositoryOwner,
  "repository-principal-missing": own.repositoryPrincipalMissing,
  "repository-principal-added": own.repositoryPrincipalAdded,
  "repository-deleted-principal": own.repositoryDeletedPrincipal,
  "repository-actions": own.repositoryActions,
  "repository-statement-changed": own.repositoryStatementChanged,
  "repository-statement-added": repositoryStatementAdded,
  "repository-statement-missing": repositoryStatementMissing,
  "repository-binding": repository.repositoryBinding,
  "registry-policy": registryPolicy,
  "other-principal": otherPrincipal,
  "role-trusts-customer": roleTrustsCustomer,
  "not-read": notRead,
  access,
};

/**
 * Everything in AWS that is not as the files say: the one comparison that every command uses
 * (docs/architecture.md, "One comparison").
 *
 * @returns empty when they agree, in the order of `CHECKS`.
 */
export function deviations(declared: DeclaredAccount, observed: ObservedAccount): Deviation[] {
  const context = accountContext(declared, observed);
  const found: Deviation[] = [];
  for (const [check, find] of Object.entries(CHECKS)) {
    const its = find(context, [...found]).map((one) => ({ check, ...one }));
    found.push(...its.map((one) => asBeforeAdoption(one, context)));
  }
  return found;
}
