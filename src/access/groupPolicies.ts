import type { AccountId } from "../customers/model";
import { LOGIN_POLICY_NAME, loginPolicy } from "./loginPolicy";
import type { Catalogue, PolicyDocument, PolicyOwner } from "./model";
import { TAGGED_PULL_POLICY_NAME, taggedPullPolicy } from "./taggedPull";

/** What access follows from beside the customers; the stack's settings hold more. */
export interface AccessSettings extends PolicyOwner {
  account: AccountId;
  /** Its partition is that of all ARNs. */
  region: string;
  namePrefix: string;
  repositories: Catalogue;
  /** Users and roles, not customers', that may pull or write repositories by their own policies. */
  otherPrincipals?: readonly OtherPrincipal[];
  /** OIDC issuers that the account knows already: the stack declares none of them. */
  otherIssuers?: readonly string[];
}

/** A user or role of the stack's account that the settings declare. */
export interface OtherPrincipal {
  /** In which `*` stands for any text. */
  arn: string;
  reason: string;
}

/** A managed policy of the one group that every customer's user is in. */
export interface GroupPolicy {
  /** Pulumi's name for it, which never changes. */
  logicalName: string;
  name: string;
  description: string;
  document: PolicyDocument;
}

/** The group's policies: the login and, if the catalogue asks for it, the pull by tag. */
export function groupPolicies({
  account,
  namePrefix,
  repositories,
}: AccessSettings): GroupPolicy[] {
  const login = {
    logicalName: "login",
    name: `${namePrefix}${LOGIN_POLICY_NAME}`,
    description: "Lets customers log in to ECR",
    document: loginPolicy(),
  };
  const tagged = taggedPullPolicy(account, repositories);
  if (tagged === undefined) return [login];
  return [
    login,
    {
      logicalName: "tagged-pull",
      name: `${namePrefix}${TAGGED_PULL_POLICY_NAME}`,
      description: "Lets customers pull the repositories they carry a tag for",
      document: tagged,
    },
  ];
}
