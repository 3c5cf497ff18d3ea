import type { Properties } from "../../../../sandbox/provider/values";
import type { Plugin, Recorded } from "./plugin";
import { ACCOUNT } from "./world";

/** What one resource type must do, as data: the suite drives every type the same way. */
export interface Contract {
  type: string;
  /** Creates what the resource needs. @returns the resource's inputs. */
  prepare(plugin: Plugin): Promise<Properties>;
  /** Inputs that change in place, and the paths under which a diff names the change. */
  changed?: { inputs: Properties; paths: string[] };
  /** Inputs of which each alone forces a replacement. */
  replacing: Properties;
  /** Whether the old one must be deleted first. */
  deleteFirst: boolean;
  importId(resource: Recorded): string;
  /** An id under which there is nothing. */
  missingId: string;
  /** State that an import cannot restore. */
  lostByImport?: string[];
  /** Outputs that a preview of a creation cannot know. */
  unknown: string[];
}

const USER = "aws:iam/user:User";
const GROUP = "aws:iam/group:Group";
const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const REPOSITORY = "aws:ecr/repository:Repository";

const LOGIN = document("ecr:GetAuthorizationToken");
const LIFECYCLE = JSON.stringify({
  rules: [
    {
      action: { type: "expire" },
      rulePriority: 1,
      selection: { countNumber: 9, countType: "imageCountMoreThan", tagStatus: "untagged" },
    },
  ],
});

/** As the provider keeps it: keys sorted. */
export function document(action: string): string {
  const Statement = [{ Action: action, Effect: "Allow", Resource: "*" }];
  return JSON.stringify({ Statement, Version: "2012-10-17" });
}

/** A role's trust policy for one subject of an issuer. */
export function trust(subject: string): string {
  const issuer = "oidc.example.com/acme";
  const StringEquals = { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject };
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
  const Statement = [
    {
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals },
      Effect: "Allow",
      Principal: { Federated },
    },
  ];
  return JSON.stringify({ Statement, Version: "2012-10-17" });
}

/** A repository policy that lets users of the account pull. */
export function pullBy(...users: string[]): string {
  const AWS = users.map((user) => `arn:aws:iam::${ACCOUNT}:user/${user}`);
  const Statement = [{ Action: ["ecr:BatchGetImage"], Effect: "Allow", Principal: { AWS } }];
  return JSON.stringify({ Statement, Version: "2012-10-17" });
}

const byId = ({ id }: Recorded) => id;

export const CONTRACTS: Contract[] = [
  {
    type: USER,
    prepare: () =>
      Promise.resolve({ name: "acme", path: "/customers/", tags: { a: "1" }, forceDestroy: true }),
    changed: {
      inputs: { name: "acme-2", path: "/customers/eu/", tags: { a: "2", b: "3" } },
      paths: ["name", "path", 'tags["a"]', 'tags["b"]', 'tagsAll["a"]', 'tagsAll["b"]'],
    },
    replacing: {},
    deleteFirst: false,
    importId: ({ state }) => String(state.name),
    missingId: "missing",
    lostByImport: ["forceDestroy"],
    unknown: ["arn", "uniqueId"],
  },
  {
    type: GROUP,
    prepare: () => Promise.resolve({ name: "customers", path: "/" }),
    changed: {
      inputs: { name: "all-customers", path: "/x/" },
      paths: ["name", "path"],
    },
    replacing: {},
    deleteFirst: false,
    importId: ({ state }) => String(state.name),
    missingId: "missing",
    unknown: ["arn", "uniqueId"],
  },
  {
    type: POLICY,
    prepare: () => Promise.resolve({ name: "login", description: "Log in", policy: LOGIN }),
    changed: { inputs: { policy: document("ecr:DescribeRegistry") }, paths: ["policy"] },
    replacing: { name: "login-2", description: "Log in to ECR", path: "/x/" },
    // With another description the name stays, and AWS has room for one.
    deleteFirst: true,
    importId: byId,
    missingId: `arn:aws:iam::${ACCOUNT}:policy/missing`,
    unknown: ["arn", "policyId", "attachmentCount"],
  },
  {
    type: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    async prepare(plugin) {
      await plugin.create(GROUP, { name: "attached" });
      const { id } = await plugin.create(POLICY, { name: "attached", policy: LOGIN });
      return { group: "attached", policyArn: id };
    },
    replacing: { group: "another", policyArn: `arn:aws:iam::${ACCOUNT}:policy/another` },
    deleteFirst: true,
    importId: ({ state }) => `${String(state.group)}/${String(state.policyArn)}`,
    missingId: "missing/arn:aws:iam::123456789012:policy/missing",
    unknown: [],
  },
  {
    type: "aws:iam/userGroupMembership:UserGroupMembership",
    async prepare(plugin) {
      await plugin.create(USER, { name: "member" });
      for (const name of ["group-1", "group-2", "group-3"]) await plugin.create(GROUP, { name });
      return { user: "member", groups: ["group-1", "group-2"] };
    },
    changed: { inputs: { groups: ["group-3", "group-2"] }, paths: ["groups[0]", "groups[1]"] },
    replacing: { user: "another" },
    deleteFirst: false,
    importId: ({ state }) => [state.user, ...(state.groups as string[])].join("/"),
    missingId: "missing/group-1",
    unknown: [],
  },
  {
    type: "aws:iam/accessKey:AccessKey",
    async prepare(plugin) {
      await plugin.create(USER, { name: "key-holder" });
      return { user: "key-holder" };
    },
    changed: { inputs: { status: "Inactive" }, paths: ["status"] },
    replacing: { user: "another", pgpKey: "bm90IGEga2V5" },
    deleteFirst: false,
    importId: byId,
    missingId: "AKIAMISSING000000000",
    lostByImport: ["secret", "sesSmtpPasswordV4"],
    unknown: ["createDate", "secret", "sesSmtpPasswordV4"],
  },
  {
    type: "aws:iam/userPolicy:UserPolicy",
    async prepare(plugin) {
      await plugin.create(USER, { name: "denied" });
      return { user: "denied", name: "end", policy: document("ecr:BatchGetImage") };
    },
    changed: { inputs: { policy: document("ecr:*") }, paths: ["policy"] },
    replacing: { name: "other", user: "another" },
    deleteFirst: true,
    importId: byId,
    missingId: "denied:missing",
    unknown: [],
  },
  {
    type: ROLE,
    prepare: () =>
      Promise.resolve({
        name: "acme",
        path: "/customers/",
        assumeRolePolicy: trust("system:serviceaccount:acme:puller"),
        maxSessionDuration: 43_200,
        forceDetachPolicies: true,
        tags: { a: "1" },
      }),
    changed: {
      inputs: {
        assumeRolePolicy: trust("system:serviceaccount:acme:other"),
        description: "Pulls",
        maxSessionDuration: 3_600,
        tags: { a: "2" },
      },
      paths: ["assumeRolePolicy", "description", "maxSessionDuration", 'tags["a"]', 'tagsAll["a"]'],
    },
    replacing: { name: "globex", path: "/" },
    deleteFirst: true,
    importId: byId,
    missingId: "missing",
    lostByImport: ["forceDetachPolicies"],
    unknown: ["arn", "uniqueId", "createDate"],
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    async prepare(plugin) {
      await plugin.create(ROLE, { name: "denied", assumeRolePolicy: trust("denied") });
      return { role: "denied", name: "end", policy: document("ecr:BatchGetImage") };
    },
    changed: { inputs: { policy: document("ecr:*") }, paths: ["policy"] },
    replacing: { name: "other", role: "another" },
    deleteFirst: true,
    importId: byId,
    missingId: "denied:missing",
    unknown: [],
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    async prepare(plugin) {
      await plugin.create(ROLE, { name: "attached", assumeRolePolicy: trust("attached") });
      const { id } = await plugin.create(POLICY, { name: "of-role", policy: LOGIN });
      return { role: "attached", policyArn: id };
    },
    replacing: { role: "another", policyArn: `arn:aws:iam::${ACCOUNT}:policy/another` },
    deleteFirst: true,
    importId: ({ state }) => `${String(state.role)}/${String(state.policyArn)}`,
    missingId: "missing/arn:aws:iam::123456789012:policy/missing",
    unknown: [],
  },
  {
    type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    prepare: () =>
      Promise.resolve({
        url: "https://oidc.example.com/acme",
        clientIdLists: ["ecr", "sts.amazonaws.com"],
        thumbprintLists: ["0123456789abcdef0123456789abcdef01234567"],
        tags: { a: "1" },
      }),
    changed: {
      inputs: {
        clientIdLists: ["ecr"],
        thumbprintLists: ["76543210fedcba9876543210fedcba9876543210"],
        tags: { a: "2" },
      },
      paths: ["clientIdLists[1]", "thumbprintLists[0]", 'tags["a"]', 'tagsAll["a"]'],
    },
    replacing: { url: "https://oidc.example.com/globex" },
    deleteFirst: false,
    importId: byId,
    missingId: `arn:aws:iam::${ACCOUNT}:oidc-provider/missing.example.com`,
    unknown: ["arn"],
  },
  {
    type: REPOSITORY,
    prepare: () =>
      Promise.resolve({
        name: "edge-agent",
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        tags: { a: "1" },
      }),
    changed: {
      inputs: {
        imageTagMutability: "MUTABLE",
        imageScanningConfiguration: { scanOnPush: false },
        tags: { b: "2" },
      },
      paths: [
        "imageTagMutability",
        'imageScanningConfiguration["scanOnPush"]',
        'tags["a"]',
        'tags["b"]',
        'tagsAll["a"]',
        'tagsAll["b"]',
      ],
    },
    replacing: {
      encryptionConfigurations: [{ encryptionType: "KMS" }],
      name: "other",
      region: "eu-west-1",
    },
    deleteFirst: true,
    importId: byId,
    missingId: "missing",
    unknown: ["arn", "registryId", "repositoryUrl"],
  },
  {
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    async prepare(plugin) {
      await plugin.create(REPOSITORY, { name: "with-lifecycle" });
      return { repository: "with-lifecycle", policy: LIFECYCLE };
    },
    replacing: {
      repository: "other",
      region: "eu-west-1",
      policy: LIFECYCLE.replace("9", "10"),
    },
    deleteFirst: true,
    importId: byId,
    missingId: "with-lifecycle@eu-west-1",
    unknown: ["registryId"],
  },
  {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    async prepare(plugin) {
      await plugin.create(REPOSITORY, { name: "with-policy" });
      for (const name of ["puller-1", "puller-2"]) await plugin.create(USER, { name });
      return { repository: "with-policy", policy: pullBy("puller-1") };
    },
    changed: { inputs: { policy: pullBy("puller-1", "puller-2") }, paths: ["policy"] },
    replacing: { repository: "other", region: "eu-west-1" },
    deleteFirst: false,
    importId: byId,
    missingId: "with-policy@eu-west-1",
    unknown: ["registryId"],
  },
];
