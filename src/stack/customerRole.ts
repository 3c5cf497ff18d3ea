import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { USER_PATH } from "../access/arns";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { SESSION_SECONDS, type OidcIssuer, type RoleContent } from "../access/roleContent";
import { serialize } from "../access/serialize";
import { issuerPath } from "../access/trustPolicy";

/** A policy that all customers share, by the name of its declaration. */
export interface SharedPolicy {
  logicalName: string;
  arn: pulumi.Input<string>;
}

/**
 * Declares the role of a customer that pulls with OIDC tokens: whose tokens may assume it, the policies that all customers
 * share and, when suspended, with an end date or with networks, the policy that denies everything in ECR. A role is in no
 * group, so the shared policies are attached to it.
 */
export function declareRole(
  { id, roleName, tags, trust, deny }: RoleContent,
  policies: readonly SharedPolicy[],
  options: pulumi.CustomResourceOptions,
): iam.Role {
  const role = new iam.Role(
    id,
    {
      name: roleName,
      path: USER_PATH,
      assumeRolePolicy: serialize(trust),
      maxSessionDuration: SESSION_SECONDS,
      tags,
      // Deleting it must not fail because of a policy that was added by hand.
      forceDetachPolicies: true,
    },
    // Another path replaces it, and the name is the old one's until that one is deleted.
    { ...options, deleteBeforeReplace: true },
  );
  const { dependsOn: _, ...free } = options;
  if (deny !== undefined) {
    new iam.RolePolicy(
      id,
      { name: DENY_POLICY_NAME, role: role.name, policy: serialize(deny) },
      free,
    );
  }
  for (const { logicalName, arn } of policies) {
    const args = { role: role.name, policyArn: arn };
    new iam.RolePolicyAttachment(`${id}@${logicalName}`, args, free);
  }
  return role;
}

/**
 * Declares the issuers whose tokens roles trust, one of each in the whole stack: AWS accepts a URL only once in an
 * account. Without thumbprints AWS trusts the certificate authorities that it knows.
 *
 * @returns issuer → its declaration.
 */
export function declareIssuers(
  issuers: readonly OidcIssuer[],
  tags: Readonly<Record<string, string>> | undefined,
  options: pulumi.CustomResourceOptions,
): ReadonlyMap<string, iam.OpenIdConnectProvider> {
  return new Map(
    issuers.map(({ issuer, audiences }) => [
      issuer,
      new iam.OpenIdConnectProvider(
        issuerPath(issuer),
        { url: issuer, clientIdLists: [...audiences], ...(tags === undefined ? {} : { tags }) },
        options,
      ),
    ]),
  );
}
