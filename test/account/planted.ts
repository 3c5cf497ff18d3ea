/** Changes that others make in AWS by hand, each with the check that has to name it. */
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { sourceStatement } from "../../src/access/source";
import type { DeclaredAccount } from "../../src/account/declared";
import { ACCOUNT, customer, OWNER, TODAY } from "../access/support";
import {
  cleanState,
  keyIdOf,
  written,
  type ChangeableAccount,
  type ChangeableRole,
  type ChangeableUser,
} from "./cleanAccount";

const REGION = "eu-central-1";
const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const LAMBDA = {
  Sid: "Lambda",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: PULL,
};

const TOKENS = {
  issuer: "https://oidc.vandelay.example/id/1",
  audience: "sts.amazonaws.com",
  subjects: ["system:serviceaccount:edge:robots"],
};

/** What the planted changes differ from. */
export function plantedFiles(): DeclaredAccount {
  const customers = [
    customer("acme"),
    customer("globex", { repositories: ["edge-agent", "sdk"] }),
    customer("hooli", { awsAccount: "210987654321" }),
    customer("initech", { status: "suspended", keys: [{ generation: 1, status: "inactive" }] }),
    customer("soylent", {
      keys: [],
      oidc: { ...TOKENS, subjects: ["soylent"] },
      status: "suspended",
    }),
    customer("umbrella", { expires: "2027-01-31" }),
    customer("vandelay", { keys: [], oidc: TOKENS, repositories: ["firmware", "sdk"] }),
    customer("wayne", {
      keys: [
        { generation: 1, status: "inactive" },
        { generation: 2, status: "active" },
      ],
    }),
  ];
  const settings = {
    ...OWNER,
    account: ACCOUNT,
    region: "eu-central-1",
    namePrefix: "",
    repositories: new Map([
      [
        "edge-agent",
        { create: false, grants: "named" as const, regions: [REGION], statements: [LAMBDA] },
      ],
      ["firmware", { create: false, grants: "named" as const, regions: [REGION, "us-east-1"] }],
      ["sdk", { create: false, grants: "tagged" as const, regions: [REGION] }],
    ]),
  };
  return { settings, customers, today: TODAY, state: cleanState({ customers }) };
}

/** One change by hand. */
export interface Planted {
  name: string;
  /** The check that names it. */
  check: string;
  /** Text that the finding must have. */
  says: RegExp;
  plant(account: ChangeableAccount): void;
}

function user(account: ChangeableAccount, name = "acme"): ChangeableUser {
  const found = account.users.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no user ${name}`);
  return found;
}

function group(account: ChangeableAccount) {
  const [found] = account.groups;
  if (found === undefined) throw new Error("no group");
  return found;
}

interface Document {
  Id?: string;
  Statement: Record<string, unknown>[];
}

/** Rewrites the policy of a repository. */
function policy(
  account: ChangeableAccount,
  change: (document: Document, own: Record<string, unknown>) => void,
  repository = "edge-agent",
): void {
  const key = `${repository}@${REGION}`;
  const found = account.repositories.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  const document = structuredClone(
    found.policy?.document ?? { Version: "2012-10-17", Statement: [] },
  ) as Document;
  change(document, document.Statement[0] ?? {});
  account.repositories.set(key, { ...found, policy: written(document) });
}

function principals(own: Record<string, unknown>): string[] {
  return (own["Principal"] as { AWS: string[] }).AWS;
}

function attach(account: ChangeableAccount, name: string, document: unknown) {
  const arn = `arn:aws:iam::aws:policy/${name}`;
  account.managedPolicies.set(arn, {
    arn,
    name,
    defaultVersion: "v1",
    document: written(document),
  });
  return { name, arn };
}

function roleOf(account: ChangeableAccount, name = "vandelay"): ChangeableRole {
  const found = account.roles.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no role ${name}`);
  return found;
}

/** Rewrites the statement of the trust policy of vandelay's role. */
function trusting(change: (statement: TrustStatement) => void) {
  return (account: ChangeableAccount): void => {
    const found = roleOf(account);
    const document = structuredClone(found.trustPolicy.document) as { Statement: TrustStatement[] };
    const [statement] = document.Statement;
    if (statement === undefined) throw new Error("no statement");
    change(statement);
    found.trustPolicy = written(document);
  };
}

interface TrustStatement {
  Principal: unknown;
  Action: unknown;
  Condition?: { StringEquals: Record<string, unknown>; StringLike?: Record<string, unknown> };
}

const TRUST_KEY = "oidc.vandelay.example/id/1";

function role(name: string, trust: unknown): ChangeableRole {
  return {
    name,
    path: "/",
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    uniqueId: `AROA${name.toUpperCase()}`,
    trustPolicy: written(trust),
    inlinePolicies: new Map(),
    attachedPolicies: [],
  };
}

const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:user/customers/${name}`;

export const PLANTED: readonly Planted[] = [
  // Roles
  {
    name: "a role is deleted",
    check: "role-missing",
    says: /AWS has no role vandelay: customer vandelay cannot log in to the registry; customer vandelay cannot pull/,
    plant: (account) => (account.roles = account.roles.filter(({ name }) => name !== "vandelay")),
  },
  {
    name: "the trust of a role loses its conditions",
    check: "role-trust",
    says: /the trust policy of role vandelay .*: every token of https:\/\/oidc\.vandelay\.example\/id\/1 and tokens for any audience can assume the role vandelay, and pull as customer vandelay/,
    plant: trusting((statement) => delete statement.Condition),
  },
  {
    name: "the trust of a role accepts another subject",
    check: "role-trust",
    says: /: tokens for evil can assume the role vandelay/,
    plant: trusting(({ Condition }) => {
      const equals = Condition?.StringEquals ?? {};
      equals[`${TRUST_KEY}:sub`] = [...TOKENS.subjects, "evil"];
    }),
  },
  {
    name: "the trust of a role names another subject instead",
    check: "role-trust",
    says: /tokens for system:serviceaccount:edge:robots cannot assume the role vandelay/,
    plant: trusting(({ Condition }) => {
      (Condition?.StringEquals ?? {})[`${TRUST_KEY}:sub`] = "other";
    }),
  },
  {
    name: "the trust of a role is narrowed by a further condition",
    check: "role-trust",
    says: /: tokens for system:serviceaccount:edge:\S+( and \S+)* .*cannot assume the role vandelay/,
    plant: trusting(({ Condition }) => {
      Object.assign(Condition ?? {}, { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } });
    }),
  },
  {
    name: "the trust of a role gets a Deny",
    check: "role-trust",
    says: /: tokens for system:serviceaccount:edge:\S+( and \S+)* .*cannot assume the role vandelay/,
    plant(account) {
      const found = roleOf(account);
      const document = found.trustPolicy.document as { Statement: object[] };
      const deny = { Effect: "Deny", Principal: "*", Action: "*" };
      found.trustPolicy = written({ ...document, Statement: [...document.Statement, deny] });
    },
  },
  {
    name: "a customer without a user is revoked",
    check: "revoked-in-aws",
    says: /vandelay was revoked at 2026-11-22T07:24:00Z, and its file does not say so: customer vandelay cannot/,
    plant(account) {
      const deny = denyPolicy({ status: "suspended", revoked: "2026-11-22T07:24:00Z" });
      roleOf(account).inlinePolicies.set(DENY_POLICY_NAME, written(deny));
    },
  },
  {
    name: "the trust of a role accepts another audience",
    check: "role-trust",
    says: /: tokens for the audience evil can assume the role vandelay/,
    plant: trusting(({ Condition }) => {
      (Condition?.StringEquals ?? {})[`${TRUST_KEY}:aud`] = ["sts.amazonaws.com", "evil"];
    }),
  },
  {
    name: "the trust of a role accepts a pattern of subjects",
    check: "role-trust",
    says: /whoever a statement of another form names .*"StringLike".* can assume the role vandelay/,
    plant: trusting((statement) => {
      statement.Condition = {
        StringEquals: { [`${TRUST_KEY}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${TRUST_KEY}:sub`]: "system:serviceaccount:*" },
      };
    }),
  },
  {
    name: "the trust of a role lets another account in",
    check: "role-trust",
    says: /whoever a statement of another form names .*999988887777/,
    plant: trusting((statement) => {
      statement.Principal = { AWS: "arn:aws:iam::999988887777:root" };
      statement.Action = "sts:AssumeRole";
    }),
  },
  {
    name: "the deny is removed from a role",
    check: "role-deny",
    says: /role soylent is not denied everything in ECR, as its file asks: customer soylent can log in/,
    plant: (account) => roleOf(account, "soylent").inlinePolicies.clear(),
  },
  {
    name: "an active role is denied",
    check: "role-deny",
    says: /the policy ecr-customers-end denies role vandelay everything in ECR, but according to its file vandelay is active: customer vandelay cannot/,
    plant(account) {
      const deny = roleOf(account, "soylent").inlinePolicies.get("ecr-customers-end");
      if (deny !== undefined) roleOf(account).inlinePolicies.set("ecr-customers-end", deny);
    },
  },
  {
    name: "an active role is limited to networks",
    check: "role-deny",
    says: /the policy ecr-customers-end limits from where role vandelay may pull, but its file does not$/,
    plant(account) {
      const limits = sourceStatement({ networks: ["203.0.113.0/24"], vpcEndpoints: [] });
      const policy = written({ Version: "2012-10-17", Statement: [limits] });
      roleOf(account).inlinePolicies.set("ecr-customers-end", policy);
    },
  },
  {
    name: "a role is deleted and created again",
    check: "role-recreated",
    says: /role vandelay was deleted and created again by hand: its id is AROANEW, not AROAVANDELAY/,
    plant(account) {
      roleOf(account).uniqueId = "AROANEW";
    },
  },
  {
    name: "the policy for pulls by tag is detached from a role",
    check: "role-policy-missing",
    says: /role vandelay does not have the policy ecr-customers-tagged-pull attached: customer vandelay cannot pull sdk$/,
    plant: (account) => void roleOf(account).attachedPolicies.pop(),
  },
  {
    name: "the login policy is detached from a role",
    check: "role-policy-missing",
    says: /role vandelay does not have the policy AmazonEC2ContainerRegistryLogin attached: customer vandelay cannot log in/,
    plant: (account) => void roleOf(account).attachedPolicies.shift(),
  },
  {
    name: "a role gets an inline policy",
    check: "role-inline-policy",
    says: /role vandelay has the inline policy extra, which no file declares: customer vandelay can .*edge-agent/,
    plant: (account) => void roleOf(account).inlinePolicies.set("extra", written(EVERYTHING)),
  },
  {
    name: "a role gets a managed policy",
    check: "role-attached-policy",
    says: /role vandelay has the managed policy PowerUser attached, which no file declares: customer vandelay can /,
    plant: (account) =>
      void roleOf(account).attachedPolicies.push(attach(account, "PowerUser", EVERYTHING)),
  },
  {
    name: "a role gets a permissions boundary",
    check: "role-boundary",
    says: /role vandelay has the permissions boundary Nothing, which no file declares: customer vandelay cannot log in/,
    plant(account) {
      roleOf(account).permissionsBoundary = attach(account, "Nothing", {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      });
    },
  },
  {
    name: "the pull tag of a role is removed",
    check: "role-tags",
    says: /role vandelay: the tag pull:sdk .* is missing: customer vandelay cannot pull sdk/,
    plant(account) {
      const { ["pull:sdk"]: _, ...tags } = roleOf(account).tags ?? {};
      roleOf(account).tags = tags;
    },
  },
  {
    name: "a role is created under /customers/",
    check: "role-undeclared",
    says: /the role evil is under \/customers\/, and no file declares it: whoever assumes the role evil can log in to the registry/,
    plant(account) {
      const [policy] = roleOf(account).attachedPolicies;
      account.roles.push({
        ...role("evil", { Version: "2012-10-17", Statement: [] }),
        path: "/customers/",
        attachedPolicies: policy === undefined ? [] : [policy],
      });
    },
  },
  // Users
  {
    name: "a user is deleted",
    check: "user-missing",
    says: /AWS has no user acme: customer acme cannot log in to the registry; customer acme cannot pull edge-agent/,
    plant: (account) => {
      account.users = account.users.filter(({ name }) => name !== "acme");
    },
  },
  {
    name: "a user is deleted and created again",
    check: "user-recreated",
    says: /its id is AIDANEW, not AIDAACME/,
    plant: (account) => {
      user(account).uniqueId = "AIDANEW";
    },
  },
  {
    name: "a user is moved to another path",
    check: "user-path",
    says: /under \/staff\//,
    plant: (account) => {
      user(account).path = "/staff/";
      user(account).arn = `arn:aws:iam::${ACCOUNT}:user/staff/acme`;
      policy(account, (_, own) => {
        principals(own).splice(principals(own).indexOf(arnOf("acme")), 1, user(account).arn);
      });
    },
  },
  {
    name: "a user without a file has a key",
    check: "user-undeclared",
    says: /user mallory has the active key AKIAMALLORY, but no file declares it: user mallory can log in to the registry/,
    plant: (account) => {
      account.users.push({
        ...user(account, "initech"),
        name: "mallory",
        arn: arnOf("mallory"),
        uniqueId: "AIDAMALLORY",
        inlinePolicies: new Map(),
        keys: [{ id: "AKIAMALLORY", status: "Active" }],
      });
    },
  },
  {
    name: "a user without a file has no key",
    check: "user-undeclared",
    says: /user mallory has no active key/,
    plant: (account) => {
      account.users.push({
        ...user(account),
        name: "mallory",
        arn: arnOf("mallory"),
        uniqueId: "AIDAMALLORY",
        groups: [],
        keys: [],
      });
    },
  },
  {
    name: "a user gets an inline Allow of everything",
    check: "user-inline-policy",
    says: /customer acme can pull firmware and sdk; customer acme can use .* on every repository and use .* in the account/,
    plant: (account) => {
      user(account).inlinePolicies.set("all", written(EVERYTHING));
    },
  },
  {
    name: "a user gets an inline Deny",
    check: "user-inline-policy",
    says: /customer acme cannot pull edge-agent/,
    plant: (account) => {
      user(account).inlinePolicies.set(
        "stop",
        written({
          Version: "2012-10-17",
          Statement: { Effect: "Deny", Action: "ecr:BatchGet*", Resource: "*" },
        }),
      );
    },
  },
  {
    name: "a user gets an inline policy with an address",
    check: "user-inline-policy",
    says: /cannot be judged: the condition key aws:SourceIp/,
    plant: (account) => {
      user(account).inlinePolicies.set(
        "office",
        written({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Action: "ecr:*",
              Resource: "*",
              Condition: { StringNotLike: { "aws:SourceIp": "192.0.2.*" } },
            },
          ],
        }),
      );
    },
  },
  {
    name: "a user gets a managed policy",
    check: "user-attached-policy",
    says: /managed policy ReadOnly attached, which no file declares: customer acme can pull firmware/,
    plant: (account) => {
      user(account).attachedPolicies.push(
        attach(account, "ReadOnly", {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["ecr:Get*", "ecr:BatchGetImage"], Resource: "*" },
          ],
        }),
      );
    },
  },
  {
    name: "AWS finds a leaked key",
    check: "key-leaked",
    says: /A KEY HAS LEAKED/,
    plant: (account) => {
      user(account).attachedPolicies.push(
        attach(account, "AWSCompromisedKeyQuarantineV3", {
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "iam:*", Resource: "*" }],
        }),
      );
    },
  },
  {
    name: "a user joins another group",
    check: "user-other-group",
    says: /is in the group admins, which no file declares: customer acme can pull firmware/,
    plant: (account) => {
      account.groups.push({
        name: "admins",
        path: "/",
        arn: "",
        inlinePolicies: new Map([["all", written(EVERYTHING)]]),
        attachedPolicies: [],
      });
      user(account).groups.push("admins");
    },
  },
  {
    name: "a user leaves its group",
    check: "user-not-in-group",
    says: /customer globex cannot log in to the registry; customer globex cannot pull sdk/,
    plant: (account) => {
      user(account, "globex").groups = [];
    },
  },
  {
    name: "a user gets a password",
    check: "user-login-profile",
    says: /customer acme can sign in to the AWS console/,
    plant: (account) => {
      user(account).hasLoginProfile = true;
    },
  },
  {
    name: "a user gets an MFA device",
    check: "user-other-credential",
    says: /an MFA device/,
    plant: (account) => {
      user(account).otherCredentials = [{ kind: "mfa-device" }];
    },
  },
  {
    name: "a user gets a service-specific credential",
    check: "user-other-credential",
    says: /a service-specific credential for codecommit.amazonaws.com \(ACCA1, Active\)/,
    plant: (account) => {
      user(account).otherCredentials = [
        {
          kind: "service-specific",
          id: "ACCA1",
          service: "codecommit.amazonaws.com",
          status: "Active",
        },
      ];
    },
  },
  {
    name: "a user gets an SSH key",
    check: "user-other-credential",
    says: /an SSH public key \(APKA1/,
    plant: (account) => {
      user(account).otherCredentials = [{ kind: "ssh-key", id: "APKA1" }];
    },
  },
  {
    name: "a user gets a signing certificate",
    check: "user-other-credential",
    says: /a signing certificate/,
    plant: (account) => {
      user(account).otherCredentials = [{ kind: "signing-certificate" }];
    },
  },
  {
    name: "a user gets a permissions boundary",
    check: "user-boundary",
    says: /boundary Fence, which no file declares: customer globex cannot log in to the registry; customer globex cannot pull sdk/,
    plant: (account) => {
      user(account, "globex").permissionsBoundary = attach(account, "Fence", {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      });
    },
  },
  {
    name: "a tag that lets pull is added",
    check: "user-tags",
    says: /the tag pull:sdk is not in its file: customer acme can pull sdk/,
    plant: (account) => {
      user(account).tags["pull:sdk"] = "allow";
    },
  },
  {
    name: "a tag that lets pull is removed",
    check: "user-tags",
    says: /customer globex cannot pull sdk/,
    plant: (account) => {
      delete user(account, "globex").tags["pull:sdk"];
    },
  },
  {
    name: "a tag is changed",
    check: "user-tags",
    says: /the tag ecr-customers:customer is other instead of acme/,
    plant: (account) => {
      user(account).tags["ecr-customers:customer"] = "other";
    },
  },
  {
    name: "the deny of a suspended customer is removed",
    check: "user-deny",
    says: /user initech is not denied everything in ECR, as its file asks: customer initech can log in to the registry/,
    plant: (account) => {
      user(account, "initech").inlinePolicies.clear();
    },
  },
  {
    name: "the end date in AWS is moved",
    check: "user-deny",
    says: /does not deny everything in ECR after 2027-01-31/,
    plant: (account) => {
      const { inlinePolicies } = user(account, "umbrella");
      const [[name, { text }] = ["", { text: "" }]] = inlinePolicies;
      inlinePolicies.set(name, written(JSON.parse(text.replace("2027-02-01", "2037-02-01"))));
    },
  },
  {
    name: "an active customer is denied without a mark",
    check: "user-deny",
    says: /according to its file acme is active: customer acme cannot log in to the registry; customer acme cannot pull edge-agent/,
    plant: (account) => {
      user(account).inlinePolicies.set(
        "ecr-customers-end",
        written({
          Version: "2012-10-17",
          Statement: [{ Sid: "End", Effect: "Deny", Action: "ecr:*", Resource: "*" }],
        }),
      );
    },
  },
  {
    name: "a customer is revoked in an emergency",
    check: "revoked-in-aws",
    says: /acme was revoked at 2026-11-22T07:24:00Z, and its file does not say so: customer acme cannot log in to the registry; customer acme cannot pull edge-agent/,
    plant: (account) => {
      user(account).inlinePolicies.set(
        "ecr-customers-end",
        written({
          Version: "2012-10-17",
          Statement: [
            { Sid: "Revoked20261122T072400Z", Effect: "Deny", Action: "ecr:*", Resource: "*" },
          ],
        }),
      );
    },
  },
  // Keys
  {
    name: "a key is deleted",
    check: "key-missing",
    says: /key 1 of acme is in its file, but not in AWS: customer acme cannot use key 1 \(it was AKIAACME1, which was deleted by hand\)/,
    plant: (account) => {
      user(account).keys = [];
    },
  },
  {
    name: "a key is deleted and another made",
    check: "key-undeclared",
    says: /key AKIAOTHER of user acme is Active in AWS, but no file declares it: customer acme can use key AKIAOTHER/,
    plant: (account) => {
      user(account).keys = [{ id: "AKIAOTHER", status: "Active" }];
    },
  },
  {
    name: "a key is made beside key 1",
    check: "key-undeclared",
    says: /AKIAOTHER .*created at 2020-01-01T00:00:00Z/,
    plant: (account) => {
      user(account).keys.unshift({
        id: "AKIAOTHER",
        status: "Active",
        createdAt: "2020-01-01T00:00:00Z",
      });
    },
  },
  {
    name: "a key is set inactive",
    check: "key-status",
    says: /key 1 of acme is Inactive in AWS, but Active according to its file: customer acme cannot use key 1/,
    plant: (account) => {
      user(account).keys[0]!.status = "Inactive";
    },
  },
  {
    name: "a key of a suspended customer is set active",
    check: "key-status",
    says: /customer initech can use key 1/,
    plant: (account) => {
      user(account, "initech").keys[0]!.status = "Active";
    },
  },
  {
    name: "two keys change their status",
    check: "key-status",
    says: new RegExp(`key 1 of wayne is Active .* \\(${keyIdOf("wayne", 1)}\\)`),
    plant: (account) => {
      const { keys } = user(account, "wayne");
      keys[0]!.status = "Active";
      keys[1]!.status = "Inactive";
    },
  },
  // Group
  {
    name: "the group is deleted",
    check: "group-missing",
    says: /AWS has no group ecr-customers: every customer cannot log in/,
    plant: (account) => {
      account.groups = [];
      for (const one of account.users) one.groups = [];
    },
  },
  {
    name: "a policy is detached from the group",
    check: "group-policy-missing",
    says: /lacks the policy AmazonEC2ContainerRegistryLogin: customers acme, globex, umbrella and wayne cannot log in/,
    plant: (account) => {
      group(account).attachedPolicies.shift();
    },
  },
  {
    name: "a policy is attached to the group",
    check: "group-attached-policy",
    says: /has the managed policy PowerUser attached.*every customer can use/,
    plant: (account) => {
      group(account).attachedPolicies.push(
        attach(account, "PowerUser", {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "iam:*", Resource: "*" }],
        }),
      );
    },
  },
  {
    name: "the group gets an inline policy",
    check: "group-inline-policy",
    says: /has the inline policy more/,
    plant: (account) => {
      group(account).inlinePolicies.set("more", written(EVERYTHING));
    },
  },
  {
    name: "a user outside /customers/ joins the group",
    check: "group-member",
    says: /user bob is in the group ecr-customers, but does not belong to a customer: user bob can log in/,
    plant: (account) => {
      account.users.push({
        ...user(account),
        name: "bob",
        path: "/",
        arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
        uniqueId: "AIDABOB",
      });
    },
  },
  {
    name: "the login policy gets another version",
    check: "group-policy-changed",
    says: /the policy AmazonEC2ContainerRegistryLogin .* has another text.*can pull.*version v2 is its default/,
    plant: (account) => {
      const arn = `arn:aws:iam::${ACCOUNT}:policy/AmazonEC2ContainerRegistryLogin`;
      account.managedPolicies.set(arn, {
        arn,
        name: "AmazonEC2ContainerRegistryLogin",
        defaultVersion: "v2",
        document: written({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "ecr:*", Resource: "*" }],
        }),
      });
    },
  },
  {
    name: "the policy of tags names a repository less",
    check: "group-policy-changed",
    says: /customers globex and vandelay cannot pull sdk/,
    plant: (account) => {
      const arn = `arn:aws:iam::${ACCOUNT}:policy/ecr-customers-tagged-pull`;
      account.managedPolicies.set(arn, {
        arn,
        name: "ecr-customers-tagged-pull",
        defaultVersion: "v2",
        document: written({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }],
        }),
      });
    },
  },
  // Repositories
  {
    name: "a repository is deleted",
    check: "repository-missing",
    says: /AWS has no repository firmware in us-east-1/,
    plant: (account) => {
      account.repositories.set("firmware@us-east-1", {
        repository: "firmware",
        region: "us-east-1",
        exists: false,
      });
    },
  },
  {
    name: "a repository's policy is deleted",
    check: "repository-policy-missing",
    says: /the policy of edge-agent in eu-central-1 is missing: customers acme, globex, hooli, umbrella and wayne cannot pull edge-agent; AWS service lambda.amazonaws.com cannot pull/,
    plant: (account) => {
      const found = account.repositories.get("edge-agent@eu-central-1")!;
      account.repositories.set("edge-agent@eu-central-1", {
        repository: found.repository,
        region: found.region,
        exists: true,
      });
    },
  },
  {
    name: "a repository's policy belongs to another stack",
    check: "repository-owner",
    says: /written by stack staging of project ecr-customers/,
    plant: (account) => {
      policy(account, (document) => {
        document.Id = "ecr-customers/ecr-customers/staging/0123456789ab";
      });
    },
  },
  {
    name: "a repository's policy loses its Id",
    check: "repository-owner",
    says: /does not name this stack in its Id/,
    plant: (account) => {
      policy(account, (document) => {
        delete document.Id;
      });
    },
  },
  {
    name: "a customer is removed from a policy",
    check: "repository-principal-missing",
    says: /does not name customer acme: customer acme cannot pull edge-agent/,
    plant: (account) => {
      policy(account, (_, own) => {
        principals(own).splice(principals(own).indexOf(arnOf("acme")), 1);
      });
    },
  },
  {
    name: "a customer's user in a policy was created again",
    check: "repository-principal-missing",
    says: /does not name customer acme: .* \(the policy names a deleted user \(AIDAOLD\)/,
    plant: (account) => {
      policy(account, (_, own) => {
        principals(own).splice(principals(own).indexOf(arnOf("acme")), 1, "AIDAOLD");
      });
      user(account).uniqueId = "AIDANEW";
    },
  },
  {
    name: "our statement is removed from a policy",
    check: "repository-principal-missing",
    says: /has no statement of ecr-customers/,
    plant: (account) => {
      policy(account, (document) => {
        document.Statement = [LAMBDA];
      });
    },
  },
  {
    name: "a user that no file declares is left in a policy by its id",
    check: "repository-deleted-principal",
    says: /names a deleted user \(AIDAGONE\)/,
    plant: (account) => {
      policy(account, (_, own) => {
        principals(own).push("AIDAGONE");
      });
    },
  },
  {
    name: "an account is added to our statement",
    check: "repository-principal-added",
    says: /AWS account 999988887777 without a file that grants it: AWS account 999988887777 can pull edge-agent/,
    plant: (account) => {
      policy(account, (_, own) => {
        principals(own).push("arn:aws:iam::999988887777:root");
      });
    },
  },
  {
    name: "a suspended customer is added to our statement",
    check: "repository-principal-added",
    says: /customer initech can pull edge-agent/,
    plant: (account) => {
      policy(account, (_, own) => {
        principals(own).push(arnOf("initech"));
      });
    },
  },
  {
    name: "our statement is opened to everyone",
    check: "repository-principal-added",
    says: /names everyone without a file that grants it: everyone can pull/,
    plant: (account) => {
      policy(account, (_, own) => {
        own["Principal"] = "*";
      });
    },
  },
  {
    name: "our statement gets an action",
    check: "repository-actions",
    says: /also allows ecr:PutImage: customer acme can use ecr:PutImage on edge-agent/,
    plant: (account) => {
      policy(account, (_, own) => {
        own["Action"] = [...PULL, "ecr:PutImage"];
      });
    },
  },
  {
    name: "our statement loses an action",
    check: "repository-actions",
    says: /does not allow ecr:GetDownloadUrlForLayer: customers acme, globex, hooli, umbrella and wayne cannot pull/,
    plant: (account) => {
      policy(account, (_, own) => {
        own["Action"] = "ecr:BatchGetImage";
      });
    },
  },
  {
    name: "our statement gets a condition",
    check: "repository-statement-changed",
    says: /has a Condition, which no file declares: cannot be judged/,
    plant: (account) => {
      policy(account, (_, own) => {
        own["Condition"] = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
      });
    },
  },
  {
    name: "our statement becomes a Deny",
    check: "repository-statement-changed",
    says: /the effect Deny.*cannot pull edge-agent/,
    plant: (account) => {
      policy(account, (_, own) => {
        own["Effect"] = "Deny";
      });
    },
  },
  {
    name: "a statement for another account is added",
    check: "repository-statement-added",
    says: /allows AWS account 999988887777 pull, .*AWS account 999988887777 can pull edge-agent/,
    plant: (account) => {
      policy(account, ({ Statement }) => {
        Statement.push({ Effect: "Allow", Principal: { AWS: "999988887777" }, Action: PULL });
      });
    },
  },
  {
    name: "a statement for a service is added",
    check: "repository-statement-added",
    says: /AWS service codebuild.amazonaws.com can pull/,
    plant: (account) => {
      policy(account, ({ Statement }) => {
        Statement.push({
          Effect: "Allow",
          Principal: { Service: "codebuild.amazonaws.com" },
          Action: PULL,
        });
      });
    },
  },
  {
    name: "a statement for everyone is added",
    check: "repository-statement-added",
    says: /everyone can pull edge-agent/,
    plant: (account) => {
      policy(account, ({ Statement }) => {
        Statement.push({ Effect: "Allow", Principal: "*", Action: PULL });
      });
    },
  },
  {
    name: "a statement that lets a role push is added",
    check: "repository-statement-added",
    says: /role ci can use ecr:PutImage on firmware/,
    plant: (account) => {
      policy(
        account,
        ({ Statement }) => {
          Statement.push({
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/ci` },
            Action: "ecr:PutImage",
          });
        },
        "firmware",
      );
    },
  },
  {
    name: "a statement that denies a customer is added",
    check: "repository-statement-added",
    says: /statement Stop that denies customer acme .*: customer acme cannot pull edge-agent/,
    plant: (account) => {
      policy(account, ({ Statement }) => {
        Statement.push({
          Sid: "Stop",
          Effect: "Deny",
          Principal: { AWS: arnOf("acme") },
          Action: "ecr:*",
        });
      });
    },
  },
  {
    name: "a statement with an address is added",
    check: "repository-statement-added",
    says: /cannot be judged: the condition key aws:SourceIp/,
    plant: (account) => {
      policy(account, ({ Statement }) => {
        Statement.push({
          Effect: "Deny",
          Principal: "*",
          Action: "ecr:*",
          Condition: { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
        });
      });
    },
  },
  {
    name: "a declared statement is removed",
    check: "repository-statement-missing",
    says: /lacks a statement of its settings for AWS service lambda.amazonaws.com: AWS service lambda.amazonaws.com cannot pull/,
    plant: (account) => {
      policy(account, (document) => {
        document.Statement = document.Statement.filter(({ Sid }) => Sid !== "Lambda");
      });
    },
  },
  {
    name: "a policy was saved for an earlier user",
    check: "repository-binding",
    says: /saved before customer acme was deleted and created again.*: customer acme cannot pull edge-agent/,
    plant: (account) => {
      user(account).uniqueId = "AIDANEW";
    },
  },
  {
    name: "a policy is not JSON",
    check: "repository-policy-unreadable",
    says: /is not JSON: cannot be judged/,
    plant: (account) => {
      const found = account.repositories.get("edge-agent@eu-central-1")!;
      account.repositories.set("edge-agent@eu-central-1", { ...found, policy: { text: "{" } });
    },
  },
  // Registry and others
  {
    name: "a role may pull and push by its own policy",
    check: "other-principal",
    says: /role ci has rights on repositories .* by its own policies, and the settings do not declare it: role ci can pull edge-agent; role ci can push to edge-agent/,
    plant: (account) => {
      const ci = role("ci", { Version: "2012-10-17", Statement: [] });
      const Resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/edge-agent`;
      const Action = [...PULL, "ecr:InitiateLayerUpload", "ecr:PutImage"];
      const Statement = [{ Effect: "Allow", Action, Resource }];
      const inlinePolicies = new Map([["push", written({ Version: "2012-10-17", Statement })]]);
      account.roles.push({ ...ci, inlinePolicies });
    },
  },
  {
    name: "a user outside /customers/ may do everything in ECR by its group",
    check: "other-principal",
    says: /user bob can pull every repository; user bob can push to every repository; user bob can delete images of every repository; user bob can write the policy of every repository/,
    plant: (account) => {
      const inlinePolicies = new Map([["all", written(EVERYTHING)]]);
      const staff = { name: "staff", path: "/", arn: "", inlinePolicies, attachedPolicies: [] };
      account.groups.push(staff);
      account.users.push({
        ...user(account),
        ...{ name: "bob", path: "/", uniqueId: "AIDABOB", groups: ["staff"], keys: [] },
        arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
      });
    },
  },
  {
    name: "the registry's policy lets another account in",
    check: "registry-policy",
    says: /registry in eu-central-1 allows AWS account 999988887777 pull/,
    plant: (account) => {
      account.registries.set(REGION, {
        region: REGION,
        policy: written({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::999988887777:root" },
              Action: PULL,
              Resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/*`,
            },
          ],
        }),
      });
    },
  },
  {
    name: "the registry's policy denies everyone",
    check: "registry-policy",
    says: /denies everyone everything in ECR/,
    plant: (account) => {
      account.registries.set(REGION, {
        region: REGION,
        policy: written({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Principal: "*", Action: "ecr:*", Resource: "*" }],
        }),
      });
    },
  },
  {
    name: "a role trusts a customer",
    check: "role-trusts-customer",
    says: /customer acme can assume the role deploy/,
    plant: (account) => {
      account.roles.push(
        role("deploy", {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { AWS: arnOf("acme") }, Action: "sts:AssumeRole" },
          ],
        }),
      );
    },
  },
  {
    name: "the users could not be read",
    check: "not-read",
    says: /the roles of the account could not be read: cannot be judged: AccessDenied/,
    plant: (account) => {
      account.unread.push({ part: "roles", reason: "AccessDenied: not authorized" });
    },
  },
];
