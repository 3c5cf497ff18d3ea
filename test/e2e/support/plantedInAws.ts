/** The changes by hand of test/account/planted.ts, made in the sandbox's AWS. */
import {
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  EnableMFADeviceCommand,
  ListAccessKeysCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import {
  DeleteRepositoryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
  type ECRClient,
} from "@aws-sdk/client-ecr";
import type { Sandbox } from "../../../sandbox/sandbox";
import type { SandboxProject } from "./sandboxProject";

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const EVERYTHING = allowing("*", "*");
const PARTNER = "arn:aws:iam::999988887777:root";

/** Repositories with one change each; `base` stays as it is. */
const REPOSITORIES = [
  "base",
  "policy-gone",
  "id-gone",
  "customer-gone",
  "statement-gone",
  "account-added",
  "everyone",
  "action-added",
  "action-gone",
  "condition-added",
  "denying",
  "partner",
  "service",
  "everyone-else",
  "pusher",
  "stopped",
  "address",
];

export const PLANTED_SETTINGS = `config:
  aws:region: ${REGION}
  ecr-customers:account: "${ACCOUNT}"
  ecr-customers:repositories:
${REPOSITORIES.map((name) => `    ${name}: {}\n`).join("")}    tagged: { grants: tagged }
`;

/** Customers with one change each. */
const CUSTOMERS: Record<string, string> = {
  reader: `repositories: [${[...REPOSITORIES].sort().join(", ")}, tagged]`,
  ...Object.fromEntries(
    [
      "moved",
      "inline",
      "denied",
      "attached",
      "admin",
      "leaver",
      "password",
      "mfa",
      "codecommit",
      "fenced",
      "tagger",
      "off",
      "marked",
      "keyless",
      "rekeyed",
      "second",
      "inactive",
      "recreated",
    ].map((id) => [id, "repositories: [base]"]),
  ),
  plain: "repositories: [base, customer-gone]",
  untagged: "repositories: [tagged]",
  ended: "repositories: [base]\nstatus: suspended",
  woken: "repositories: [base]\nstatus: suspended",
};

/** Writes the files of the project that the changes are made in. */
export function plantedProject(project: SandboxProject): void {
  for (const [id, text] of Object.entries(CUSTOMERS)) project.write(id, `name: ${id}\n${text}\n`);
}

interface Aws {
  iam: IAMClient;
  ecr: ECRClient;
}

/** One change. */
interface PlantedInAws {
  check: string;
  /** The finding's subject. */
  about: string;
  plant(aws: Aws): Promise<unknown>;
}

function allowing(action: string | string[], resource: string) {
  return policy([{ Effect: "Allow", Action: action, Resource: resource }]);
}

function policy(Statement: object[]) {
  return { Version: "2012-10-17", Statement };
}

const text = (document: object) => JSON.stringify(document);
const arnOf = (user: string) => `arn:aws:iam::${ACCOUNT}:user/customers/${user}`;

function inline(UserName: string, PolicyName: string, document: object) {
  return ({ iam }: Aws) =>
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: text(document) }));
}

async function madePolicy({ iam }: Aws, PolicyName: string, document: object): Promise<string> {
  const made = await iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: text(document) }),
  );
  return made.Policy?.Arn ?? "";
}

async function keyOf({ iam }: Aws, UserName: string): Promise<string> {
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
  return AccessKeyMetadata?.[0]?.AccessKeyId ?? "";
}

interface Document {
  Id?: string;
  Statement: Record<string, unknown>[];
}

/** Rewrites a repository's policy. */
function rewritten(
  repositoryName: string,
  change: (document: Document, own: Record<string, unknown>) => void,
) {
  return async ({ ecr }: Aws) => {
    const { policyText = "" } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
    const document = JSON.parse(policyText) as Document;
    change(document, document.Statement[0] ?? {});
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: text(document) }));
  };
}

function added(repository: string, statement: Record<string, unknown>) {
  return rewritten(repository, ({ Statement }) => Statement.push(statement));
}

const in_ = (repository: string) => `${repository} in ${REGION}`;
const deny = (Sid: string) => policy([{ Sid, Effect: "Deny", Action: "ecr:*", Resource: "*" }]);

export const PLANTED_IN_AWS: readonly PlantedInAws[] = [
  {
    check: "user-undeclared",
    about: "mallory",
    plant: async ({ iam }) => {
      await iam.send(new CreateUserCommand({ UserName: "mallory", Path: "/customers/" }));
      await iam.send(new CreateAccessKeyCommand({ UserName: "mallory" }));
    },
  },
  {
    check: "user-undeclared",
    about: "trent",
    plant: ({ iam }) => iam.send(new CreateUserCommand({ UserName: "trent", Path: "/customers/" })),
  },
  {
    check: "group-member",
    about: "bob",
    plant: async ({ iam }) => {
      await iam.send(new CreateUserCommand({ UserName: "bob" }));
      const member = { UserName: "bob", GroupName: "ecr-customers" };
      await iam.send(new AddUserToGroupCommand(member));
    },
  },
  {
    check: "user-path",
    about: "moved",
    plant: ({ iam }) => iam.send(new UpdateUserCommand({ UserName: "moved", NewPath: "/staff/" })),
  },
  { check: "user-inline-policy", about: "inline", plant: inline("inline", "all", EVERYTHING) },
  { check: "user-inline-policy", about: "denied", plant: inline("denied", "no", deny("No")) },
  {
    check: "user-attached-policy",
    about: "attached",
    plant: async (aws) => {
      const PolicyArn = await madePolicy(aws, "reading", allowing("ecr:*", "*"));
      await aws.iam.send(new AttachUserPolicyCommand({ UserName: "attached", PolicyArn }));
    },
  },
  {
    check: "user-other-group",
    about: "admin",
    plant: async ({ iam }) => {
      await iam.send(new CreateGroupCommand({ GroupName: "admins" }));
      await iam.send(
        new PutGroupPolicyCommand({
          GroupName: "admins",
          PolicyName: "all",
          PolicyDocument: text(EVERYTHING),
        }),
      );
      await iam.send(new AddUserToGroupCommand({ UserName: "admin", GroupName: "admins" }));
    },
  },
  {
    check: "user-not-in-group",
    about: "leaver",
    plant: ({ iam }) =>
      iam.send(new RemoveUserFromGroupCommand({ UserName: "leaver", GroupName: "ecr-customers" })),
  },
  {
    check: "user-login-profile",
    about: "password",
    plant: ({ iam }) =>
      iam.send(
        new CreateLoginProfileCommand({ UserName: "password", Password: "Correct-horse-1" }),
      ),
  },
  {
    check: "user-other-credential",
    about: "mfa",
    plant: async ({ iam }) => {
      const { VirtualMFADevice } = await iam.send(
        new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "mfa" }),
      );
      await iam.send(
        new EnableMFADeviceCommand({
          UserName: "mfa",
          SerialNumber: VirtualMFADevice?.SerialNumber ?? "",
          AuthenticationCode1: "123456",
          AuthenticationCode2: "654321",
        }),
      );
    },
  },
  {
    check: "user-other-credential",
    about: "codecommit",
    plant: ({ iam }) =>
      iam.send(
        new CreateServiceSpecificCredentialCommand({
          UserName: "codecommit",
          ServiceName: "codecommit.amazonaws.com",
        }),
      ),
  },
  {
    check: "user-boundary",
    about: "fenced",
    plant: async (aws) => {
      const PermissionsBoundary = await madePolicy(aws, "fence", allowing("s3:*", "*"));
      await aws.iam.send(
        new PutUserPermissionsBoundaryCommand({ UserName: "fenced", PermissionsBoundary }),
      );
    },
  },
  {
    check: "user-tags",
    about: "tagger",
    plant: ({ iam }) =>
      iam.send(
        new TagUserCommand({ UserName: "tagger", Tags: [{ Key: "pull:tagged", Value: "allow" }] }),
      ),
  },
  {
    check: "user-tags",
    about: "untagged",
    plant: ({ iam }) =>
      iam.send(new UntagUserCommand({ UserName: "untagged", TagKeys: ["pull:tagged"] })),
  },
  {
    check: "user-deny",
    about: "ended",
    plant: ({ iam }) =>
      iam.send(new DeleteUserPolicyCommand({ UserName: "ended", PolicyName: "ecr-customers-end" })),
  },
  { check: "user-deny", about: "off", plant: inline("off", "ecr-customers-end", deny("End")) },
  {
    check: "revoked-in-aws",
    about: "marked",
    plant: inline("marked", "ecr-customers-end", deny("Revoked20261122T072400Z")),
  },
  {
    check: "key-missing",
    about: "keyless",
    plant: async (aws) => {
      const AccessKeyId = await keyOf(aws, "keyless");
      await aws.iam.send(new DeleteAccessKeyCommand({ UserName: "keyless", AccessKeyId }));
    },
  },
  {
    // The same number of keys, with the same status: only the id differs.
    check: "key-undeclared",
    about: "rekeyed",
    plant: async (aws) => {
      const AccessKeyId = await keyOf(aws, "rekeyed");
      await aws.iam.send(new DeleteAccessKeyCommand({ UserName: "rekeyed", AccessKeyId }));
      await aws.iam.send(new CreateAccessKeyCommand({ UserName: "rekeyed" }));
    },
  },
  {
    check: "key-undeclared",
    about: "second",
    plant: ({ iam }) => iam.send(new CreateAccessKeyCommand({ UserName: "second" })),
  },
  ...(["inactive", "woken"] as const).map((UserName) => ({
    check: "key-status",
    about: UserName,
    plant: async (aws: Aws) => {
      const AccessKeyId = await keyOf(aws, UserName);
      const Status = UserName === "woken" ? ("Active" as const) : ("Inactive" as const);
      await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
    },
  })),
  {
    check: "group-attached-policy",
    about: "ecr-customers",
    plant: async (aws) => {
      const PolicyArn = await madePolicy(aws, "listing", allowing("ecr:ListImages", "*"));
      const attachment = { GroupName: "ecr-customers", PolicyArn };
      await aws.iam.send(new AttachGroupPolicyCommand(attachment));
    },
  },
  {
    check: "group-inline-policy",
    about: "ecr-customers",
    plant: ({ iam }) =>
      iam.send(
        new PutGroupPolicyCommand({
          GroupName: "ecr-customers",
          PolicyName: "more",
          PolicyDocument: text(allowing("ecr:DescribeImages", "*")),
        }),
      ),
  },
  {
    check: "group-policy-changed",
    about: "AmazonEC2ContainerRegistryLogin",
    plant: ({ iam }) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/AmazonEC2ContainerRegistryLogin`,
          PolicyDocument: text(
            allowing(["ecr:GetAuthorizationToken", "ecr:DescribeRegistry"], "*"),
          ),
          SetAsDefault: true,
        }),
      ),
  },
  {
    check: "repository-policy-missing",
    about: in_("policy-gone"),
    plant: ({ ecr }) =>
      ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: "policy-gone" })),
  },
  {
    check: "repository-owner",
    about: in_("id-gone"),
    plant: rewritten("id-gone", (document) => {
      delete document.Id;
    }),
  },
  {
    check: "repository-principal-missing",
    about: in_("customer-gone"),
    plant: rewritten("customer-gone", (_, own) => {
      own["Principal"] = { AWS: arnOf("plain") };
    }),
  },
  {
    check: "repository-principal-missing",
    about: in_("statement-gone"),
    plant: rewritten("statement-gone", (document) => {
      document.Statement = [
        { Sid: "Other", Effect: "Allow", Principal: { AWS: PARTNER }, Action: PULL },
      ];
    }),
  },
  {
    check: "repository-principal-added",
    about: in_("account-added"),
    plant: rewritten("account-added", (_, own) => {
      own["Principal"] = { AWS: [arnOf("reader"), PARTNER] };
    }),
  },
  {
    check: "repository-principal-added",
    about: in_("everyone"),
    plant: rewritten("everyone", (_, own) => {
      own["Principal"] = "*";
    }),
  },
  {
    check: "repository-actions",
    about: in_("action-added"),
    plant: rewritten("action-added", (_, own) => {
      own["Action"] = [...PULL, "ecr:PutImage"];
    }),
  },
  {
    check: "repository-actions",
    about: in_("action-gone"),
    plant: rewritten("action-gone", (_, own) => {
      own["Action"] = ["ecr:BatchGetImage"];
    }),
  },
  {
    check: "repository-statement-changed",
    about: in_("condition-added"),
    plant: rewritten("condition-added", (_, own) => {
      own["Condition"] = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    }),
  },
  {
    check: "repository-statement-changed",
    about: in_("denying"),
    plant: rewritten("denying", (_, own) => {
      own["Effect"] = "Deny";
    }),
  },
  {
    check: "repository-statement-added",
    about: in_("partner"),
    plant: added("partner", { Effect: "Allow", Principal: { AWS: PARTNER }, Action: PULL }),
  },
  {
    check: "repository-statement-added",
    about: in_("service"),
    plant: added("service", {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: PULL,
    }),
  },
  {
    check: "repository-statement-added",
    about: in_("everyone-else"),
    plant: added("everyone-else", { Effect: "Allow", Principal: "*", Action: PULL }),
  },
  {
    check: "repository-statement-added",
    about: in_("pusher"),
    plant: added("pusher", {
      Effect: "Allow",
      Principal: { AWS: PARTNER },
      Action: "ecr:PutImage",
    }),
  },
  {
    check: "repository-statement-added",
    about: in_("stopped"),
    plant: added("stopped", {
      Effect: "Deny",
      Principal: { AWS: arnOf("reader") },
      Action: "ecr:*",
    }),
  },
  {
    check: "repository-statement-added",
    about: in_("address"),
    plant: added("address", {
      Effect: "Deny",
      Principal: "*",
      Action: "ecr:*",
      Condition: { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
    }),
  },
  {
    check: "registry-policy",
    about: REGION,
    plant: ({ ecr }) =>
      ecr.send(
        new PutRegistryPolicyCommand({
          policyText: text(
            policy([
              {
                Effect: "Allow",
                Principal: { AWS: PARTNER },
                Action: ["ecr:ReplicateImage"],
                Resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/*`,
              },
            ]),
          ),
        }),
      ),
  },
  {
    check: "other-principal",
    about: "builder",
    plant: async ({ iam }) => {
      const RoleName = "builder";
      const trust = { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = text(policy([trust]));
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const PolicyDocument = text(allowing(PULL, "*"));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "pull", PolicyDocument }));
    },
  },
  {
    check: "role-trusts-customer",
    about: "trusting",
    plant: ({ iam }) =>
      iam.send(
        new CreateRoleCommand({
          RoleName: "trusting",
          AssumeRolePolicyDocument: text(
            policy([
              { Effect: "Allow", Principal: { AWS: arnOf("reader") }, Action: "sts:AssumeRole" },
            ]),
          ),
        }),
      ),
  },
];

/** Deletes a customer's user and creates it again, with the same name, group and tag, and another id. */
export async function recreate({ view }: Sandbox, UserName: string): Promise<void> {
  const { iam } = view;
  const AccessKeyId = await keyOf(view, UserName);
  const member = { UserName, GroupName: "ecr-customers" };
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  await iam.send(new RemoveUserFromGroupCommand(member));
  await iam.send(new DeleteUserCommand({ UserName }));
  const Tags = [{ Key: "ecr-customers:customer", Value: UserName }];
  await iam.send(new CreateUserCommand({ UserName, Path: "/customers/", Tags }));
  await iam.send(new AddUserToGroupCommand(member));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
}

/** Makes all changes. The credential report that AWS may still hold is as if it had expired. */
export async function plantAll({ view, front }: Sandbox): Promise<void> {
  for (const { plant } of PLANTED_IN_AWS) await plant(view);
  front.credentialReports.expire();
}
