import { ACCOUNT } from "../support";
import { add, table, USER, type Mutation } from "./model";

/* eslint-disable @typescript-eslint/no-explicit-any -- see model.ts */

const user = (all: any, id: string) => all.users.find((one: any) => one.id === id);
/** Of the customer that may pull from some places only. */
const only = (all: any) => user(all, "stark").deny.Statement[1];
const networks = (all: any): string[] => only(all).Condition.NotIpAddress["aws:SourceIp"];
const end = (all: any, id: string) => user(all, id).deny.Statement[0];

export const USERS: readonly Mutation[] = [
  ...table("decision", [
    ["a user is missing", (all) => all.users.splice(1, 1)],
    ["a pull tag is missing", (all) => delete user(all, "acme").tags["pull:telemetry-sdk"]],
    [
      "a pull tag has another value",
      (all) => (user(all, "acme").tags["pull:telemetry-sdk"] = "Allow"),
    ],
    [
      "a pull tag of another repository",
      (all) => (user(all, "acme").tags["pull:dashboard"] = "allow"),
    ],
    [
      "a pull tag of another repository,its key in another case",
      (all) => (user(all, "acme").tags["Pull:Dashboard"] = "allow"),
    ],
    ["the deny of a suspended customer is missing", (all) => delete user(all, "umbrella").deny],
    ["the deny of an ended customer is missing", (all) => delete user(all, "initech").deny],
    ["the deny of a customer that ends is missing", (all) => delete user(all, "globex").deny],
    [
      "suspended and yet named, without its deny",
      (all) => {
        add(USER("umbrella"))(all);
        delete user(all, "umbrella").deny;
      },
    ],
    [
      "a customer in good standing is denied",
      (all) => (user(all, "acme").deny = structuredClone(user(all, "umbrella").deny)),
    ],
    ["the limit to networks is missing", (all) => user(all, "stark").deny.Statement.pop()],
    ["the limit to networks allows", (all) => (only(all).Effect = "Allow")],
    ["the limit is for the login only", (all) => (only(all).Action = "ecr:GetAuthorizationToken")],
    [
      "the limit is for pulls only",
      (all) => (only(all).Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
    ],
    [
      "the limit is for one repository",
      (all) => (only(all).Resource = `arn:aws:ecr:*:${ACCOUNT}:repository/edge-agent`),
    ],
    ["the limit denies from everywhere", (all) => delete only(all).Condition],
    [
      "the limit denies the customer's networks",
      (all) => {
        only(all).Condition.IpAddress = only(all).Condition.NotIpAddress;
        delete only(all).Condition.NotIpAddress;
      },
    ],
    ["the limit knows no network", (all) => delete only(all).Condition.NotIpAddress],
    ["the limit knows no endpoint", (all) => delete only(all).Condition.StringNotEquals],
    ["a network is left out", (all) => networks(all).shift()],
    ["an IPv6 network is left out", (all) => networks(all).splice(1, 1)],
    ["a network is twice as large", (all) => (networks(all)[2] = "203.0.112.0/23")],
    ["a network is half as large", (all) => (networks(all)[2] = "203.0.113.0/25")],
    ["one address is a network", (all) => (networks(all)[0] = "198.51.100.8/31")],
    ["an IPv6 network is larger", (all) => (networks(all)[1] = "2001:db8:6::/47")],
    ["every address is a network", (all) => networks(all).push("0.0.0.0/0")],
    ["every IPv6 address is a network", (all) => networks(all).push("::/0")],
    [
      "another endpoint",
      (all) => (only(all).Condition.StringNotEquals["aws:SourceVpce"] = ["vpce-0a1b2c3d"]),
    ],
    [
      "the limit is another customer's too",
      (all) => (user(all, "acme").deny = structuredClone(user(all, "stark").deny)),
    ],
    ["the deny allows", (all) => (end(all, "umbrella").Effect = "Allow")],
    ["the deny is for one action", (all) => (end(all, "umbrella").Action = "ecr:BatchGetImage")],
    [
      "the deny is for one repository",
      (all) => (end(all, "umbrella").Resource = `arn:aws:ecr:*:${ACCOUNT}:repository/edge-agent`),
    ],
    [
      "the deny begins a day late",
      (all) =>
        (end(all, "globex").Condition.DateGreaterThanEquals["aws:CurrentTime"] =
          "2027-02-02T00:00:00Z"),
    ],
    [
      "the deny begins a second late",
      (all) =>
        (end(all, "globex").Condition.DateGreaterThanEquals["aws:CurrentTime"] =
          "2027-02-01T00:00:01Z"),
    ],
    [
      "the deny begins a day early",
      (all) =>
        (end(all, "globex").Condition.DateGreaterThanEquals["aws:CurrentTime"] =
          "2027-01-31T00:00:00Z"),
    ],
    [
      "the deny of a suspended customer waits for a date",
      (all) => (end(all, "umbrella").Condition = structuredClone(end(all, "globex").Condition)),
    ],
    [
      "the deny of a customer that ends does not wait",
      (all) => delete end(all, "globex").Condition,
    ],
  ]),
  ...table("form", [
    [
      "one endpoint more, which is no one's yet",
      (all) => only(all).Condition.StringNotEquals["aws:SourceVpce"].push("vpce-ffffffff"),
    ],
    ["the limit has another Sid", (all) => (only(all).Sid = "End")],
    [
      "the deny of a customer without an end date waits for one",
      (all) => (user(all, "acme").deny = structuredClone(user(all, "globex").deny)),
    ],
    [
      "a suspended customer keeps its pull tag",
      (all) => (user(all, "umbrella").tags["pull:telemetry-sdk"] = "allow"),
    ],
    [
      "a tag of a repository that works by name",
      (all) => (user(all, "acme").tags["pull:edge-agent"] = "allow"),
    ],
    [
      "the key of a suspended customer is active",
      (all) => (user(all, "umbrella").keys[0].status = "Active"),
    ],
    [
      "the key of an ended customer is active",
      (all) => (user(all, "initech").keys[0].status = "Active"),
    ],
    ["the replaced key is active", (all) => (user(all, "vandelay").keys[0].status = "Active")],
    [
      "the key of a customer in good standing is inactive",
      (all) => (user(all, "acme").keys[0].status = "Inactive"),
    ],
    ["a third key", (all) => user(all, "vandelay").keys.push({ generation: 3, status: "Active" })],
    ["the deny denies more than ECR", (all) => (end(all, "umbrella").Action = ["ecr:*", "sts:*"])],
    ["a user has another name", (all) => (user(all, "acme").userName = "acme")],
    ["a user is there twice", (all) => all.users.push(structuredClone(all.users[0]))],
    [
      "a user without a file",
      (all) =>
        all.users.push({ ...structuredClone(all.users[0]), id: "mallory", userName: "eu-mallory" }),
    ],
    [
      "a user for a customer with an AWS account",
      (all) =>
        all.users.push({ ...structuredClone(all.users[0]), id: "hooli", userName: "eu-hooli" }),
    ],
  ]),
  ...table("unknown", [
    [
      "the deny depends on a tag",
      (all) =>
        (end(all, "umbrella").Condition = {
          StringLike: { "aws:PrincipalTag/status": "suspended" },
        }),
    ],
    [
      "the deny ends instead of beginning",
      (all) =>
        (end(all, "globex").Condition = {
          DateLessThan: end(all, "globex").Condition.DateGreaterThanEquals,
        }),
    ],
    [
      "the deny's date is not a date",
      (all) =>
        (end(all, "globex").Condition.DateGreaterThanEquals["aws:CurrentTime"] =
          "2027-02-30T00:00:00Z"),
    ],
    ["the deny names a principal", (all) => (end(all, "umbrella").Principal = "*")],
    [
      "the deny is for all actions but one",
      (all) => {
        end(all, "umbrella").NotAction = "ecr:BatchGetImage";
        delete end(all, "umbrella").Action;
      },
    ],
  ]),
];
