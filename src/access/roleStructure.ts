import { hasRole } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import {
  expectedDeny,
  expectedTags,
  pullTagsOf,
  unique,
  VERSION,
  type Named,
} from "./expectedIdentity";
import type { AccessSettings } from "./groupPolicies";
import { byText } from "./order";
import { partitionOf } from "./partition";
import type { StackPolicies } from "./stackPolicies";

/** The roles as the files ask for them, for a comparison with what is rendered. */
export function expectedRoles(
  customers: readonly Customer[],
  { account, region, namePrefix, repositories: catalogue }: AccessSettings,
  today: IsoDate,
): Named {
  return Object.fromEntries(
    customers.filter(hasRole).map((customer) => {
      const { issuer, audience, subjects } = customer.oidc;
      const host = issuer.replace("https://", "");
      const Federated = `arn:${partitionOf(region)}:iam::${account}:oidc-provider/${host}`;
      const trust = {
        Sid: "Tokens",
        Effect: "Allow",
        Principal: { Federated },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${host}:aud`]: audience, [`${host}:sub`]: subjects },
        },
      };
      return [
        customer.id,
        {
          roleName: `${namePrefix}${customer.id}`,
          pullTags: expectedTags(customer, catalogue, today),
          deny: expectedDeny(customer),
          trust: { Version: VERSION, Statement: [trust] },
        },
      ];
    }),
  );
}

/** The roles as `expectedRoles` gives them. */
export function roles({ roles: found }: StackPolicies): Named {
  return unique(
    found.map(({ id, roleName, tags, deny, trust }) => [
      id,
      { roleName, pullTags: pullTagsOf(tags), deny, trust },
    ]),
  );
}

/** Each issuer takes the tokens of its customers' audiences, and of no other one. */
export function expectedIssuers(
  customers: readonly Customer[],
  { otherIssuers = [] }: AccessSettings,
): Named {
  const oidc = customers
    .filter(hasRole)
    .map((customer) => customer.oidc)
    .filter(({ issuer }) => !otherIssuers.includes(issuer));
  return Object.fromEntries(
    oidc.map(({ issuer }) => {
      const its = oidc.filter((one) => one.issuer === issuer).map(({ audience }) => audience);
      return [issuer, [...new Set(its)].sort(byText)];
    }),
  );
}

/** The issuers as `expectedIssuers` gives them. */
export function issuers({ issuers: found }: StackPolicies): Named {
  return unique(found.map(({ issuer, audiences }) => [issuer, audiences]));
}
