/**
 * Proves with a policy simulator that the roles of docs/aws-setup refuse what an attacker would do who
 * had got hold of one, and that the guardrail holds customers' users to the pull, whatever the deploy
 * role gave them. That AWS decides as the simulator does is not proved here.
 */
import { expect } from "chai";
import { repositoryArn } from "../../src/access/arns";
import { ACCOUNT, listed, REGION, setupDocument } from "./support/documents";
import {
  arn,
  ask,
  BUCKET,
  CUSTOMER_ROLE,
  GROUP,
  KEY,
  POLICIES,
  REPOSITORY,
  ROLE_NAMES,
  ROLES,
  USER,
  type Role,
} from "./support/roles";
import { decision, type Request } from "./support/simulation";

const OWN_ISSUER = arn("oidc-provider/token.actions.githubusercontent.com");

/** What an attacker with the role would want, in the order of docs/threat-model.md. */
const CANNOT: readonly (readonly [what: string, request: Request, roles?: readonly Role[]])[] = [
  ["make a user outside the path", { action: "iam:CreateUser", resource: arn("user/admin") }],
  ["give an administrator a key", { action: "iam:CreateAccessKey", resource: arn("user/admin") }],
  ["write into an administrator", { action: "iam:PutUserPolicy", resource: arn("user/admin") }],
  ["attach a policy to a user", { action: "iam:AttachUserPolicy", resource: USER }],
  [
    "attach AdministratorAccess to the group",
    {
      action: "iam:AttachGroupPolicy",
      resource: GROUP,
      context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
    },
  ],
  [
    "attach our policy to another group",
    {
      action: "iam:AttachGroupPolicy",
      resource: arn("group/admins"),
      context: { "iam:PolicyARN": POLICIES[0] ?? "" },
    },
  ],
  ["attach a policy unnamed", { action: "iam:AttachGroupPolicy", resource: GROUP }],
  ["write into the group", { action: "iam:PutGroupPolicy", resource: GROUP }],
  ["add to another group", { action: "iam:AddUserToGroup", resource: arn("group/admins") }],
  ["open the console", { action: "iam:CreateLoginProfile", resource: USER }],
  ["make a role", { action: "iam:CreateRole", resource: arn("role/evil") }],
  ["write into a role", { action: "iam:PutRolePolicy", resource: arn("role/deploy") }],
  ["change who is trusted", { action: "iam:UpdateAssumeRolePolicy", resource: arn("role/deploy") }],
  ["pass a role", { action: "iam:PassRole", resource: arn("role/admin") }],
  ["take on a role", { action: "sts:AssumeRole", resource: arn("role/admin") }],
  [
    "attach another policy to a customer's role",
    {
      action: "iam:AttachRolePolicy",
      resource: CUSTOMER_ROLE,
      context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
    },
  ],
  [
    "attach our policy to another role",
    {
      action: "iam:AttachRolePolicy",
      resource: arn("role/deploy"),
      context: { "iam:PolicyARN": POLICIES[0] ?? "" },
    },
  ],
  ["take on a customer's role", { action: "sts:AssumeRole", resource: CUSTOMER_ROLE }],
  [
    "trust another identity provider",
    {
      action: "iam:CreateOpenIDConnectProvider",
      resource: arn("oidc-provider/evil.example"),
    },
    ["preview", "revoke"],
  ],
  [
    "delete the identity provider that the workflows use",
    { action: "iam:DeleteOpenIDConnectProvider", resource: OWN_ISSUER },
  ],
  [
    "remove the workflows' audience",
    { action: "iam:RemoveClientIDFromOpenIDConnectProvider", resource: OWN_ISSUER },
  ],
  [
    "change who is trusted by a customer's role",
    { action: "iam:UpdateAssumeRolePolicy", resource: CUSTOMER_ROLE },
    ["preview", "revoke"],
  ],
  [
    "write into a customer's role",
    { action: "iam:PutRolePolicy", resource: CUSTOMER_ROLE },
    ["preview"],
  ],
  [
    "go back to an old policy",
    { action: "iam:SetDefaultPolicyVersion", resource: POLICIES[0] ?? "" },
  ],
  ["push an image", { action: "ecr:PutImage", resource: REPOSITORY }],
  ["upload a layer", { action: "ecr:InitiateLayerUpload", resource: REPOSITORY }],
  ["delete an image", { action: "ecr:BatchDeleteImage", resource: REPOSITORY }],
  ["delete a repository", { action: "ecr:DeleteRepository", resource: REPOSITORY }],
  ["read an image", { action: "ecr:BatchGetImage", resource: REPOSITORY }],
  [
    "open another repository",
    {
      action: "ecr:SetRepositoryPolicy",
      resource: repositoryArn(ACCOUNT, REGION, "internal"),
    },
  ],
  ["write the registry's policy", { action: "ecr:PutRegistryPolicy", resource: "*" }],
  ["read other objects", { action: "s3:GetObject", resource: "arn:aws:s3:::payroll/2026.csv" }],
  [
    "decrypt with another key",
    { action: "kms:Decrypt", resource: KEY.replace("1234abcd", "0000") },
  ],
  ["change who may use the key", { action: "kms:PutKeyPolicy", resource: KEY }],
  ["write the state", { action: "s3:PutObject", resource: `${BUCKET}/x` }, ["preview", "revoke"]],
  ["read the state", { action: "s3:GetObject", resource: `${BUCKET}/x` }, ["revoke"]],
  ["decrypt the state", { action: "kms:Decrypt", resource: KEY }, ["revoke"]],
  ["make a key", { action: "iam:CreateAccessKey", resource: USER }, ["preview", "revoke"]],
  ["turn a key on", { action: "iam:UpdateAccessKey", resource: USER }, ["preview"]],
  [
    "lift the end of access",
    { action: "iam:DeleteUserPolicy", resource: USER },
    ["preview", "revoke"],
  ],
  [
    "let another user pull",
    {
      action: "ecr:SetRepositoryPolicy",
      resource: REPOSITORY,
    },
    ["preview", "revoke"],
  ],
];

describe("the roles of docs/aws-setup cannot", () => {
  for (const [what, request, roles = ROLE_NAMES] of CANNOT) {
    it(`${what} (${roles.join(", ")})`, async () => {
      for (const role of roles) expect(await ask(role, request), role).to.match(/Denied$/);
    });
  }

  it("use what is only for repositories that the stack makes, on others", async () => {
    const created = ROLES.deploy.Statement.find(({ Sid }) => Sid === "CreatedRepositories");
    expect(listed(created?.Action)).not.to.have.length(0);
    for (const action of listed(created?.Action)) {
      const resource = repositoryArn(ACCOUNT, REGION, "edge-agent");
      expect(await ask("deploy", { action, resource }), action).to.equal("ImplicitlyDenied");
    }
  });
});

describe("the guardrail for customers' users and roles", () => {
  const guardrail = setupDocument("customers-guardrail");
  const everything = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }],
  };

  /** A customer's user or role that was given everything, which the deploy role could do. */
  function asked(action: string, resource: string, principal: string) {
    return decision(
      { action, resource, principal },
      { identity: [everything], organization: [guardrail] },
    );
  }

  for (const [kind, principal] of [
    ["user", USER],
    ["role", CUSTOMER_ROLE],
  ] as const)
    it(`leaves a ${kind} the pull, and nothing of what an inline policy may give it`, async () => {
      const its = (action: string, resource: string) => asked(action, resource, principal);
      expect(await its("ecr:BatchGetImage", REPOSITORY)).to.equal("Allowed");
      expect(await its("ecr:GetDownloadUrlForLayer", REPOSITORY)).to.equal("Allowed");
      expect(await its("ecr:GetAuthorizationToken", "*")).to.equal("Allowed");
      for (const [action, resource] of [
        ["iam:CreateUser", arn("user/evil")],
        ["iam:CreateAccessKey", arn("user/admin")],
        ["sts:AssumeRole", arn("role/admin")],
        ["ecr:PutImage", REPOSITORY],
        ["ecr:GetRepositoryPolicy", REPOSITORY],
        ["s3:GetObject", `${BUCKET}/x`],
        ["kms:Decrypt", KEY],
      ] as const) {
        expect(await its(action, resource), action).to.equal("ExplicitlyDenied");
      }
    });

  it("is for them alone", async () => {
    for (const other of [
      arn("user/admin"),
      arn("role/deploy"),
      arn("user/x/customers/acme"),
      arn("role/x/customers/acme"),
    ]) {
      expect(await asked("iam:CreateUser", arn("user/evil"), other), other).to.equal("Allowed");
    }
  });
});
