import { GROUP_NAME, repositoryArn, userArn } from "../../../src/access/arns";
import { LOGIN_POLICY_NAME } from "../../../src/access/loginPolicy";
import { TAGGED_PULL_POLICY_NAME } from "../../../src/access/taggedPull";
import { ACCOUNT, REGION, setupDocument, type Document } from "./documents";
import { decision, type Request } from "./simulation";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

export const ROLES = {
  preview: setupDocument("preview-role"),
  deploy: withOidc(setupDocument("deploy-role")),
  revoke: setupDocument("revoke-role"),
};
/** The policies that are attached, each of which has to fit. */
export const POLICY_FILES = ["preview-role", "deploy-role", "oidc-role", "revoke-role"];

/** The deploy role with the policy that customers with OIDC tokens need beside its own. */
function withOidc(deploy: Document): Document {
  return { ...deploy, Statement: [...deploy.Statement, ...setupDocument("oidc-role").Statement] };
}

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

export const arn = (what: string) => `arn:aws:iam::${ACCOUNT}:${what}`;
export const USER = userArn(HOME, "acme");
export const CUSTOMER_ROLE = arn("role/customers/acme");
export const GROUP = arn(`group/${GROUP_NAME}`);
export const POLICIES = [LOGIN_POLICY_NAME, TAGGED_PULL_POLICY_NAME].map((name) =>
  arn(`policy/${name}`),
);
export const REPOSITORY = repositoryArn(ACCOUNT, REGION, "dashboard");
export const BUCKET = "arn:aws:s3:::my-pulumi-state";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** What a key has by default: identities' policies decide (KMS developer guide, "Default key policy"). */
export const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: arn("root") }, Action: "kms:*", Resource: "*" }],
};

/** Ours, by the resource types of AWS's own lists. */
export const OURS: Readonly<Record<string, string>> = {
  user: USER,
  group: GROUP,
  policy: POLICIES[0] ?? "",
  role: CUSTOMER_ROLE,
  "oidc-provider": arn("oidc-provider/oidc.acme.example/id/1"),
  repository: REPOSITORY,
};

/** Of the same types, and not ours. */
export const OTHERS: Readonly<Record<string, readonly string[]>> = {
  user: [
    arn("user/admin"),
    arn("user/customersevil/acme"),
    arn("user/team/customers/acme"),
    USER.replace(ACCOUNT, "210987654321"),
  ],
  group: [arn("group/admins"), arn("group/ecr-customers-admins"), arn("group/x/ecr-customers")],
  policy: [
    arn("policy/deploy"),
    arn(`policy/x/${LOGIN_POLICY_NAME}`),
    "arn:aws:iam::aws:policy/AdministratorAccess",
  ],
  role: [
    arn("role/deploy"),
    arn("role/customersevil/acme"),
    arn("role/team/customers/acme"),
    CUSTOMER_ROLE.replace(ACCOUNT, "210987654321"),
  ],
  "oidc-provider": [arn("oidc-provider/oidc.acme.example").replace(ACCOUNT, "210987654321")],
  repository: [
    repositoryArn(ACCOUNT, REGION, "internal"),
    repositoryArn(ACCOUNT, REGION, "dashboard-internal"),
    repositoryArn(ACCOUNT, "us-east-1", "dashboard"),
    repositoryArn("210987654321", REGION, "dashboard"),
  ],
};

/** What IAM would answer the role. */
export function ask(role: Role, request: Request): Promise<string> {
  return decision(request, {
    identity: [ROLES[role]],
    resource: request.action.startsWith("kms:") ? KEY_POLICY : undefined,
  });
}
