import { add, ARN, FOREIGN, FOREIGN_ROOT, policy, table, USER, type Mutation } from "./model";

/* eslint-disable @typescript-eslint/no-explicit-any -- see model.ts */

const grant = (all: any, repository?: string) => policy(all, repository).Statement[0];
const named = (all: any, repository?: string): string[] => grant(all, repository).Principal.AWS;
function swap(principal: string, other: string) {
  return (all: any) => void named(all).splice(named(all).indexOf(principal), 1, other);
}

export const REPOSITORY_POLICIES: readonly Mutation[] = [
  ...table("decision", [
    [
      "a customer of one region is named in another one too",
      (all) => void policy(all).Statement[0].Principal.AWS.push(USER("tyrell")),
    ],
    [
      "a customer of one region is named in no region",
      (all) => {
        const { AWS } = all.repositories.find(
          (one: any) => one.repository === "edge-agent" && one.region === "us-east-1",
        ).document.Statement[0].Principal;
        AWS.splice(AWS.indexOf(USER("tyrell")), 1);
      },
    ],
    [
      "a condition uses an address",
      (all) => (grant(all).Condition = { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } }),
    ],
    ["everyone is the principal", (all) => (grant(all).Principal = "*")],
    ["everyone is among the principals", add("*")],
    ["another account's user is named", add(FOREIGN)],
    ["another account is named", add(FOREIGN_ROOT)],
    ["a customer without the repository is named", add(USER("vandelay"))],
    ["a user without a file is named", add(USER("unknown0"))],
    ["a customer's user outside its path is named", add(ARN("user/eu-acme"))],
    ["a customer is left out", (all) => named(all).splice(named(all).indexOf(USER("acme")), 1)],
    ["a customer is named without its path", swap(USER("acme"), ARN("user/eu-acme"))],
    ["a customer is named without the prefix", swap(USER("acme"), ARN("user/customers/acme"))],
    ["a customer is named in another case", swap(USER("acme"), USER("ACME"))],
    ["a customer's account is left out", (all) => named(all).shift()],
    [
      "the account of a customer's role is named instead of the role",
      (all) =>
        (grant(all, "orchestrator").Principal.AWS = named(all, "orchestrator").map((arn) =>
          arn.replace("role/ci/puller", "root"),
        )),
    ],
    [
      "another role of the customer's account is named",
      (all) => named(all, "orchestrator").push("arn:aws:iam::210987654322:role/another0"),
    ],
    [
      "a customer's role is left out while its user is named",
      (all) => named(all, "orchestrator").shift(),
    ],
    ["all actions are allowed", (all) => (grant(all).Action = "ecr:*")],
    ["every action there is is allowed", (all) => (grant(all).Action = "*")],
    [
      "pushing is allowed too",
      (all) => (grant(all).Action = [...grant(all).Action, "ecr:PutImage"]),
    ],
    [
      "reading the policy is allowed too",
      (all) => (grant(all).Action = [...grant(all).Action, "ecr:GetRepositoryPolicy"]),
    ],
    ["an action is left out", (all) => (grant(all).Action = [grant(all).Action[0]])],
    [
      "an action has a typo",
      (all) => (grant(all).Action = ["ecr:BatchGetImages", grant(all).Action[1]]),
    ],
    ["it denies instead of allowing", (all) => (grant(all).Effect = "Deny")],
    [
      "a condition never holds",
      (all) =>
        (grant(all).Condition = {
          DateGreaterThanEquals: { "aws:CurrentTime": "2999-01-01T00:00:00Z" },
        }),
    ],
    [
      "a condition requires a tag that no one has",
      (all) => (grant(all).Condition = { StringEquals: { "aws:PrincipalTag/pull:x": "allow" } }),
    ],
    [
      "a second statement allows another account",
      (all) => policy(all).Statement.push({ ...grant(all), Principal: { AWS: FOREIGN_ROOT } }),
    ],
    [
      "a second statement allows deleting",
      (all) => policy(all).Statement.push({ ...grant(all), Action: "ecr:BatchDeleteImage" }),
    ],
    [
      "a region has no policy",
      (all) =>
        (all.repositories = all.repositories.filter((one: any) => one.region !== "us-east-1")),
    ],
    [
      "another repository's policy is in its place",
      (all) => Object.assign(policy(all), structuredClone(policy(all, "orchestrator"))),
    ],
    [
      "a repository outside the catalogue has a policy",
      (all) => all.repositories.push({ ...all.repositories[0], repository: "dashboard" }),
    ],
  ]),
  ...table("form", [
    ["a role of ours is named", add(ARN("role/admin"))],
    ["our own account is named", add(ARN("root"))],
    ["a suspended customer is named while its deny stays", add(USER("umbrella"))],
    ["an ended customer is named while its deny stays", add(USER("initech"))],
    ["a customer is named twice", add(USER("acme"))],
    ["the principals are not sorted", (all) => named(all).reverse()],
    [
      "the one action is written in another case",
      (all) => grant(all).Action.splice(0, 1, "ecr:batchGetImage"),
    ],
    [
      "the actions are in another order",
      (all) => (grant(all).Action = [...grant(all).Action].reverse()),
    ],
    ["the statement is there twice", (all) => policy(all).Statement.push(grant(all))],
    ["Sid is missing", (all) => delete grant(all).Sid],
    ["Id is missing", (all) => delete policy(all).Id],
    ["Id is not a hash", (all) => (policy(all).Id = "ecr-customers-")],
    [
      "a condition always holds",
      (all) =>
        (grant(all).Condition = {
          DateGreaterThanEquals: { "aws:CurrentTime": "2000-01-01T00:00:00Z" },
        }),
    ],
    [
      "a statement denies what no one is allowed",
      (all) =>
        policy(all).Statement.push({ Effect: "Deny", Principal: "*", Action: "ecr:PutImage" }),
    ],
    [
      "a policy is there twice",
      (all) => all.repositories.push(structuredClone(all.repositories[0])),
    ],
    [
      "a region that is not the repository's has a policy",
      (all) => all.repositories.push({ ...all.repositories[0], region: "ap-south-1" }),
    ],
  ]),
  ...table("unknown", [
    [
      "everyone except one is meant",
      (all) => {
        delete grant(all).Principal;
        grant(all).NotPrincipal = { AWS: USER("acme") };
      },
    ],
    [
      "all actions but one are allowed",
      (all) => {
        delete grant(all).Action;
        grant(all).NotAction = "ecr:PutImage";
      },
    ],
    ["Principal has a typo", (all) => (grant(all).Principals = { AWS: FOREIGN })],
    ["a wildcard is in a principal", add(ARN("user/customers/*"))],
    ["a role's session is named", add("arn:aws:sts::123456789012:assumed-role/admin/session")],
    ["a unique id is named", add("AIDAEXAMPLEEXAMPLE")],
    ["a bare account is named", add("999999999990")],
    ["a service is named", (all) => (grant(all).Principal.Service = "ecs.amazonaws.com")],
    ["no one is named", (all) => (grant(all).Principal.AWS = [])],
    ["it has a Resource, which ECR refuses", (all) => (grant(all).Resource = "*")],
    ["Version is the old one", (all) => (policy(all).Version = "2008-10-17")],
    ["Effect is in lower case", (all) => (grant(all).Effect = "allow")],
    [
      "a condition uses another operator",
      (all) => (grant(all).Condition = { NumericEquals: { "aws:EpochTime": "1" } }),
    ],
    ["the policy has an unknown key", (all) => (policy(all).Statements = [])],
  ]),
];
