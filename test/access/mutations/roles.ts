import { ACCOUNT } from "../support";
import { ARN, FOREIGN_ROOT, policy, table, USER, type Mutation } from "./model";

/* eslint-disable @typescript-eslint/no-explicit-any -- see model.ts */

const role = (all: any, id = "oscorp") => all.roles.find((one: any) => one.id === id);
const trust = (all: any, id?: string) => role(all, id).trust.Statement[0];
const values = (all: any, id?: string) => trust(all, id).Condition.StringEquals;
const EKS = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const GITHUB = "token.actions.githubusercontent.com";
const [AUD, SUB] = [`${EKS}:aud`, `${EKS}:sub`];
const PROVIDER = (host: string, account = ACCOUNT) =>
  `arn:aws:iam::${account}:oidc-provider/${host}`;
const named = (all: any): string[] => policy(all).Statement[0].Principal.AWS;
const ROLE = ARN("role/customers/eu-oscorp");

export const ROLES: readonly Mutation[] = [
  ...table("decision", [
    ["trust: the condition is missing", (all) => delete trust(all).Condition],
    ["trust: the audience is missing", (all) => delete values(all)[AUD]],
    ["trust: the subject is missing", (all) => delete values(all)[SUB]],
    ["trust: another audience", (all) => (values(all)[AUD] = "another")],
    ["trust: a second audience", (all) => (values(all)[AUD] = ["sts.amazonaws.com", "another"])],
    ["trust: another subject instead of one", (all) => (values(all)[SUB][0] = "another")],
    ["trust: one more subject", (all) => values(all)[SUB].push("another")],
    ["trust: a subject is left out", (all) => values(all)[SUB].pop()],
    [
      "trust: a subject with a letter more",
      (all) => values(all)[SUB].push("system:serviceaccount:prod:pullerx"),
    ],
    [
      "trust: a subject in capitals",
      (all) => values(all)[SUB].push("SYSTEM:SERVICEACCOUNT:PROD:PULLER"),
    ],
    [
      "trust: the subject is compared as the audience",
      (all) => {
        values(all)[AUD] = values(all)[SUB];
        delete values(all)[SUB];
      },
    ],
    [
      "trust: another issuer's claims are compared",
      (all) =>
        (trust(all).Condition.StringEquals = {
          [`${GITHUB}:aud`]: values(all)[AUD],
          [`${GITHUB}:sub`]: values(all)[SUB],
        }),
    ],
    [
      "trust: another customer's tokens",
      (all) => (role(all).trust = structuredClone(role(all, "prodigy").trust)),
    ],
    [
      "trust: another customer's tokens too",
      (all) => role(all).trust.Statement.push(structuredClone(trust(all, "prodigy"))),
    ],
    [
      "trust: another issuer is trusted",
      (all) => (trust(all).Principal = { Federated: PROVIDER(GITHUB) }),
    ],
    [
      "trust: the issuer of another account is trusted",
      (all) => (trust(all).Principal = { Federated: PROVIDER(EKS, "999999999980") }),
    ],
    [
      "trust: an AWS account may assume it instead",
      (all) => (trust(all).Principal = { AWS: FOREIGN_ROOT }),
    ],
    [
      "trust: everyone may assume it",
      (all) =>
        role(all).trust.Statement.push({
          Effect: "Allow",
          Principal: "*",
          Action: "sts:AssumeRole",
        }),
    ],
    [
      "trust: everyone may assume it with any token",
      (all) => {
        trust(all).Principal = "*";
        delete trust(all).Condition;
      },
    ],
    [
      "trust: a user of ours may assume it",
      (all) =>
        role(all).trust.Statement.push({
          Effect: "Allow",
          Principal: { AWS: ARN("user/customers/oscorp") },
          Action: "sts:AssumeRole",
        }),
    ],
    ["trust: any action of STS", (all) => (trust(all).Action = "sts:*")],
    ["trust: any action", (all) => (trust(all).Action = "*")],
    [
      "trust: sessions may be tagged",
      (all) => (trust(all).Action = [trust(all).Action, "sts:TagSession"]),
    ],
    ["trust: another action", (all) => (trust(all).Action = "sts:AssumeRole")],
    ["trust: it denies", (all) => (trust(all).Effect = "Deny")],
    [
      "trust: a second statement denies",
      (all) => role(all).trust.Statement.push({ ...trust(all), Effect: "Deny" }),
    ],
    ["a role is missing", (all) => all.roles.shift()],
    ["a role's deny is missing", (all) => delete role(all).deny],
    ["the deny of a suspended role is missing", (all) => delete role(all, "quietus").deny],
    [
      "a role's deny begins a day late",
      (all) =>
        (role(all).deny.Statement[0].Condition.DateGreaterThanEquals["aws:CurrentTime"] =
          "2027-02-02T00:00:00Z"),
    ],
    [
      "a role's networks are wider",
      (all) =>
        (role(all).deny.Statement[1].Condition.NotIpAddress["aws:SourceIp"] = ["203.0.112.0/23"]),
    ],
    ["a role's pull tag is missing", (all) => delete role(all).tags["pull:telemetry-sdk"]],
    [
      "a role's pull tag of another repository",
      (all) => (role(all).tags["pull:dashboard"] = "allow"),
    ],
    ["a role is left out of a policy", (all) => named(all).splice(named(all).indexOf(ROLE), 1)],
    [
      "a user of the role's name is named instead",
      (all) => named(all).splice(named(all).indexOf(ROLE), 1, USER("oscorp")),
    ],
    [
      "a role outside its path is named instead",
      (all) => named(all).splice(named(all).indexOf(ROLE), 1, ARN("role/eu-oscorp")),
    ],
    [
      "a role without a file is named",
      (all) => void named(all).push(ARN("role/customers/unknown0")),
    ],
    [
      "the session of a role may tag the role",
      (all) =>
        all.group[0].document.Statement.push({
          Effect: "Allow",
          Action: "iam:TagRole",
          Resource: ARN("role/customers/*"),
        }),
    ],
  ]),
  ...table("form", [
    [
      "trust: the issuer of another account is trusted too",
      (all) =>
        (trust(all).Principal = { Federated: [PROVIDER(EKS), PROVIDER(EKS, "999999999980")] }),
    ],
    ["trust: Sid is missing", (all) => delete trust(all).Sid],
    [
      "trust: one more subject, which is no one's yet",
      (all) => values(all)[SUB].push("system:serviceaccount:next:puller"),
    ],
    ["trust: the statement is there twice", (all) => role(all).trust.Statement.push(trust(all))],
    [
      "trust: our own account may assume it",
      (all) =>
        role(all).trust.Statement.push({
          Effect: "Allow",
          Principal: { AWS: ARN("root") },
          Action: "sts:AssumeRole",
        }),
    ],
    [
      "trust: a role of ours may assume it",
      (all) =>
        role(all).trust.Statement.push({
          Effect: "Allow",
          Principal: { AWS: ARN("role/admin") },
          Action: "sts:AssumeRole",
        }),
    ],
    ["a role has another name", (all) => (role(all).roleName = "oscorp")],
    ["an issuer is missing", (all) => all.issuers.shift()],
    [
      "an issuer that no file asks for",
      (all) => all.issuers.push({ issuer: "https://another.example", audiences: ["sts"] }),
    ],
    ["an issuer's audience is missing", (all) => all.issuers[1].audiences.pop()],
    ["an audience that no file asks for", (all) => all.issuers[0].audiences.push("another")],
  ]),
  ...table("unknown", [
    [
      "trust: the operator takes wildcards",
      (all) => (trust(all).Condition = { StringLike: values(all) }),
    ],
    [
      "trust: the operator ignores case",
      (all) => (trust(all).Condition = { StringEqualsIgnoreCase: values(all) }),
    ],
    [
      "trust: the operator holds without the claim",
      (all) => (trust(all).Condition = { StringEqualsIfExists: values(all) }),
    ],
    [
      "trust: the operator holds for an empty list",
      (all) => (trust(all).Condition = { "ForAllValues:StringEquals": values(all) }),
    ],
    [
      "trust: the operator is the opposite",
      (all) => (trust(all).Condition = { StringNotEquals: values(all) }),
    ],
    [
      "trust: another claim is compared",
      (all) => (values(all)[`${EKS}:email`] = "ci@oscorp.example"),
    ],
    ["trust: a variable is a subject", (all) => values(all)[SUB].push("${aws:username}")],
    [
      "trust: a wildcard is in the issuer",
      (all) => (trust(all).Principal = { Federated: PROVIDER("*") }),
    ],
    ["trust: any issuer", (all) => (trust(all).Principal = { Federated: "*" })],
    [
      "trust: all issuers but one",
      (all) => {
        trust(all).NotPrincipal = trust(all).Principal;
        delete trust(all).Principal;
      },
    ],
    [
      "trust: all actions but one",
      (all) => {
        trust(all).NotAction = "sts:AssumeRole";
        delete trust(all).Action;
      },
    ],
    ["trust: a service is named", (all) => (trust(all).Principal.Service = "ec2.amazonaws.com")],
    ["trust: no one is named", (all) => delete trust(all).Principal],
    ["trust: Version is the old one", (all) => (role(all).trust.Version = "2008-10-17")],
    ["trust: it has no statement", (all) => (role(all).trust.Statement = [])],
  ]),
];
