import type { Customer, IsoDate } from "../customers/model";
import { principalArn } from "./arns";
import { customerContent, type CustomerContent } from "./customerContent";
import { entitledGrants } from "./entitlements";
import { grantsIn } from "./grantRegions";
import { groupPolicies, type AccessSettings } from "./groupPolicies";
import type { PolicyDocument, RepositoryPolicyDocument } from "./model";
import { oidcIssuers, roleContent, type OidcIssuer, type RoleContent } from "./roleContent";
import { namedGrants, repositoryPolicy } from "./repositoryPolicy";

/** Everything of a stack that AWS decides access by. */
export interface StackPolicies {
  /** Of the group that every user is in. */
  group: readonly { name: string; document: PolicyDocument }[];
  users: readonly CustomerContent[];
  /** Of customers with OIDC tokens; each has the group's policies attached. */
  roles: readonly RoleContent[];
  issuers: readonly OidcIssuer[];
  repositories: readonly RepositoryPolicyAt[];
}

/** The policy of a repository in one region. */
export interface RepositoryPolicyAt {
  repository: string;
  region: string;
  document: RepositoryPolicyDocument;
}

/**
 * Renders all documents of a stack, by the same functions that `src/stack` declares it with.
 *
 * The unique ids of users are known to AWS only; here ARNs stand in for them. They are hashed into a
 * policy's `Id`, by which AWS decides nothing.
 */
export function stackPolicies(
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): StackPolicies {
  const grants = entitledGrants(customers, settings, today);
  return {
    group: groupPolicies(settings).map(({ name, document }) => ({ name, document })),
    users: customers.flatMap((customer) => customerContent(customer, settings, today) ?? []),
    roles: customers.flatMap((customer) => roleContent(customer, settings, today) ?? []),
    issuers: oidcIssuers(customers, settings.otherIssuers),
    repositories: [...settings.repositories].flatMap(([repository, its]) => {
      const named = namedGrants(grants, repository, its);
      return its.regions.flatMap((region) => {
        const document = repositoryPolicy(
          grantsIn(named, region).flatMap(({ principals }) =>
            principals.map((principal) => ({ arn: principalArn(principal, settings) })),
          ),
          settings,
          its.statements,
        );
        return document === undefined ? [] : [{ repository, region, document }];
      });
    }),
  };
}
