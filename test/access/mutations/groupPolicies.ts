import { ACCOUNT } from "../support";
import { ARN, table, type Mutation } from "./model";

/* eslint-disable @typescript-eslint/no-explicit-any -- see model.ts */

const login = (all: any) => all.group[0].document.Statement[0];
const tagged = (all: any, repository = "telemetry-sdk") =>
  all.group[1].document.Statement.find((one: any) => JSON.stringify(one).includes(repository));

export const GROUP_POLICIES: readonly Mutation[] = [
  ...table("decision", [
    ["login: all of ECR is allowed", (all) => (login(all).Action = "ecr:*")],
    ["login: everything is allowed", (all) => (login(all).Action = "*")],
    [
      "login: pulling is allowed too",
      (all) => (login(all).Action = [login(all).Action, "ecr:BatchGetImage"]),
    ],
    ["login: it denies", (all) => (login(all).Effect = "Deny")],
    ["login: the action has a typo", (all) => (login(all).Action = "ecr:GetAuthorisationToken")],
    [
      "login: limited to a repository, which AWS ignores",
      (all) => (login(all).Resource = `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/edge-agent`),
    ],
    ["login: not attached", (all) => all.group.shift()],
    [
      "login: users may create keys",
      (all) =>
        all.group[0].document.Statement.push({
          Effect: "Allow",
          Action: "iam:CreateAccessKey",
          Resource: "*",
        }),
    ],
    [
      "login: users may tag themselves",
      (all) =>
        all.group[0].document.Statement.push({
          Effect: "Allow",
          Action: "iam:TagUser",
          Resource: ARN("user/customers/*"),
        }),
    ],
    [
      "login: users may assume a role",
      (all) =>
        all.group[0].document.Statement.push({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Resource: "*",
        }),
    ],
    [
      "login: users may create tokens for others",
      (all) =>
        all.group[0].document.Statement.push({ Effect: "Allow", Action: "sts:*", Resource: "*" }),
    ],
    [
      "a read-only policy is attached too",
      (all) =>
        all.group.push({
          name: "AmazonEC2ContainerRegistryReadOnly",
          document: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["ecr:BatchGetImage", "ecr:GetRepositoryPolicy"],
                Resource: "*",
              },
            ],
          },
        }),
    ],
    ["tagged: not attached", (all) => all.group.pop()],
    ["tagged: the condition is missing", (all) => delete tagged(all).Condition],
    [
      "tagged: another repository's tag opens it",
      (all) => (tagged(all).Condition = structuredClone(tagged(all, "dashboard").Condition)),
    ],
    [
      "tagged: another value opens it",
      (all) => (tagged(all).Condition.StringEquals["aws:PrincipalTag/pull:telemetry-sdk"] = "yes"),
    ],
    [
      "tagged: a resource has a wildcard that includes another repository",
      (all) => (tagged(all).Resource = `arn:aws:ecr:*:${ACCOUNT}:repository/*`),
    ],
    ["tagged: everything is the resource", (all) => (tagged(all).Resource = "*")],
    [
      "tagged: any region is the resource",
      (all) =>
        (tagged(all, "dashboard").Resource = `arn:aws:ecr:*:${ACCOUNT}:repository/dashboard`),
    ],
    ["tagged: a region is left out", (all) => tagged(all).Resource.pop()],
    [
      "tagged: pushing is allowed too",
      (all) => (tagged(all).Action = [...tagged(all).Action, "ecr:PutImage"]),
    ],
    ["tagged: an action is left out", (all) => (tagged(all).Action = [tagged(all).Action[0]])],
    [
      "tagged: a named repository is opened by another's tag",
      (all) =>
        tagged(all).Resource.push(`arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/orchestrator`),
    ],
    ["tagged: it denies", (all) => (tagged(all).Effect = "Deny")],
    ["tagged: a statement is left out", (all) => all.group[1].document.Statement.pop()],
  ]),
  ...table("form", [
    ["login: Sid is missing", (all) => delete login(all).Sid],
    ["login: the policy has another name", (all) => (all.group[0].name = "eu-Login")],
    [
      "tagged: a repository that no catalogue has is opened",
      (all) =>
        all.group[1].document.Statement.push({
          ...tagged(all),
          Resource: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/next`,
        }),
    ],
    [
      "tagged: a second value opens it",
      (all) =>
        (tagged(all).Condition.StringEquals["aws:PrincipalTag/pull:telemetry-sdk"] = [
          "allow",
          "yes",
        ]),
    ],
  ]),
  ...table("unknown", [
    [
      "tagged: the operator takes wildcards",
      (all) => (tagged(all).Condition = { StringLike: tagged(all).Condition.StringEquals }),
    ],
    [
      "tagged: the operator holds without the tag",
      (all) =>
        (tagged(all).Condition = {
          "ForAllValues:StringEquals": tagged(all).Condition.StringEquals,
        }),
    ],
    [
      "tagged: the operator is the opposite",
      (all) => (tagged(all).Condition = { StringNotEquals: tagged(all).Condition.StringEquals }),
    ],
    [
      "tagged: all resources but one",
      (all) => {
        tagged(all).NotResource = tagged(all).Resource;
        delete tagged(all).Resource;
      },
    ],
    [
      "tagged: a variable is in the resource",
      (all) =>
        (tagged(all, "dashboard").Resource =
          `arn:aws:ecr:*:${ACCOUNT}:repository/\${aws:username}`),
    ],
    [
      "tagged: any account is the resource",
      (all) => (tagged(all, "dashboard").Resource = "arn:aws:ecr:*:*:repository/dashboard"),
    ],
  ]),
];
