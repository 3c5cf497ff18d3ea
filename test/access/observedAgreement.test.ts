/**
 * Proves that the evaluator judges policies of others as `@cloud-copilot/iam-simulate` does, on random
 * cases of the elements that AWS knows beyond ours: NotAction, NotResource, NotPrincipal, older versions,
 * one statement instead of a list, services and roles as principals, operators and condition keys. Where
 * a condition depends on what only AWS sees (`aws:SourceIp`), the evaluator may decide only if the
 * simulator decides the same whatever the address is. Does not prove that it decides often enough,
 * beyond the share that is asserted; evaluate.test.ts has the rules one by one.
 */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import fc from "fast-check";
import { callerContext } from "../../src/access/callerContext";
import { callerOf, evaluate, type Decision } from "../../src/access/evaluate";
import { EvaluationError } from "../../src/access/evaluationError";
import { observedPolicy } from "../../src/access/observedPolicy";

const CASES = 2_000;
const SEED = 20_261_128;

// Short names: the simulator's time grows with the square of an ARN's length.
const [OURS, THEIRS] = ["123456789012", "210987654321"];
const REPOSITORIES = ["a", "ab"].map((name) => `arn:aws:ecr:eu-west-1:${OURS}:repository/${name}`);
const USERS = [
  `arn:aws:iam::${OURS}:user/customers/a`,
  `arn:aws:iam::${OURS}:user/b`,
  `arn:aws:iam::${THEIRS}:user/customers/a`,
];
const ROOTS = [OURS, THEIRS].map((account) => `arn:aws:iam::${account}:root`);
const ACTIONS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"];
const TIME = "2027-02-01T00:00:00Z";
const TAG = "aws:PrincipalTag/pull:a";
const ADDRESSES = ["192.0.2.1", "198.51.100.1"];

function oneOrMore(values: readonly string[]): fc.Arbitrary<string | string[]> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  );
}

const actions = oneOrMore([...ACTIONS, "ecr:*", "ecr:batch*", "ecr:?utImage", "*", "s3:GetObject"]);
const resources = oneOrMore([
  ...REPOSITORIES,
  "*",
  `arn:aws:ecr:*:*:repository/a`,
  `arn:aws:ecr:eu-*:${OURS}:repository/a*`,
  `arn:aws:s3:::bucket/*`,
]);
const aws = oneOrMore([
  ...USERS,
  ...ROOTS,
  OURS,
  THEIRS,
  `arn:aws:iam::${OURS}:role/a`,
  "*",
  ...USERS,
]);
const principals = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<unknown>("*", { Service: "lambda.amazonaws.com" }) },
  { weight: 4, arbitrary: fc.record({ AWS: aws }) },
  { weight: 1, arbitrary: fc.record({ AWS: aws, Service: fc.constant("lambda.amazonaws.com") }) },
);
/** A user with its account, or an account: what `NotPrincipal` is plain for. */
const exceptions = fc.constantFrom<unknown>(
  { AWS: [USERS[0], ROOTS[0]] },
  { AWS: [ROOTS[1], USERS[2]] },
  { Service: "lambda.amazonaws.com" },
);

const operator = (names: readonly string[], key: string, values: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom("", "IfExists"), oneOrMore(values))
    .map(([name, ifExists, value]) => ({ [`${name}${ifExists}`]: { [key]: value } }));
const STRINGS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"];
const CASELESS = ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"];
const condition = fc.oneof(
  operator([...STRINGS, ...CASELESS], TAG, ["allow", "Allow", "al*", "?llow", "no"]),
  operator(STRINGS, "aws:PrincipalAccount", [OURS, THEIRS, "1*"]),
  operator(STRINGS, "aws:PrincipalType", ["User", "AssumedRole"]),
  operator(STRINGS, "aws:username", ["a", "b", "*"]),
  operator(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], "aws:PrincipalArn", [
    ...USERS,
    `arn:aws:iam::${OURS}:user/customers/*`,
    `arn:aws:iam::*:user/*`,
  ]),
  operator(
    ["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateEquals", "DateNotEquals"],
    "aws:CurrentTime",
    [TIME, "2027-01-31T23:59:59Z", "2027-02-01T00:00:01Z"],
  ),
  operator(["Bool"], "aws:SecureTransport", ["true", "false"]),
  operator(["Bool"], "aws:MultiFactorAuthPresent", ["true", "false"]),
  fc
    .tuple(fc.constantFrom(TAG, "aws:MultiFactorAuthPresent"), fc.constantFrom("true", "false"))
    .map(([key, value]) => ({ Null: { [key]: value } })),
  operator(["IpAddress", "NotIpAddress"], "aws:SourceIp", ["192.0.2.0/24"]),
  operator(["StringEquals"], TAG, ["${aws:username}"]),
);

function statement(kind: "identity" | "resource"): fc.Arbitrary<object> {
  const either = (name: string, values: fc.Arbitrary<unknown>) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ [name]: values }) },
      { weight: 1, arbitrary: fc.record({ [`Not${name}`]: values }) },
    );
  const whom =
    kind === "identity"
      ? either("Resource", resources)
      : fc.oneof(
          { weight: 5, arbitrary: fc.record({ Principal: principals }) },
          { weight: 1, arbitrary: fc.record({ NotPrincipal: exceptions }) },
        );
  return fc
    .tuple(
      fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
      either("Action", actions),
      whom,
      fc.option(fc.uniqueArray(condition, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    )
    .map(([Effect, action, target, conditions]) => ({
      Effect,
      ...action,
      ...target,
      ...(conditions === undefined ? {} : { Condition: merged(conditions) }),
    }));
}

function merged(blocks: readonly Record<string, object>[]): object {
  const all: Record<string, object> = {};
  for (const [name, keys] of blocks.flatMap((block) => Object.entries(block))) {
    all[name] = { ...all[name], ...keys };
  }
  return all;
}

function policy(kind: "identity" | "resource"): fc.Arbitrary<object> {
  const one = statement(kind);
  return fc
    .tuple(
      fc.constantFrom<object>({ Version: "2012-10-17" }, { Version: "2008-10-17" }, {}),
      fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 })),
    )
    .map(([version, Statement]) => ({ ...version, Statement }));
}

const cases = fc.record({
  caller: fc.constantFrom(...ROOTS, ...USERS, ...USERS, ...USERS),
  action: fc.constantFrom(...ACTIONS),
  asked: fc.constantFrom(...REPOSITORIES),
  identity: fc.array(policy("identity"), { maxLength: 2 }),
  resource: fc.option(policy("resource"), { nil: undefined }),
  tags: fc.constantFrom<Record<string, string>>({}, { "pull:a": "allow" }, { "pull:a": "no" }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function identityOf({ caller, identity }: Case): object[] {
  return callerOf(caller).kind === "user" ? identity : [];
}

/** Its decision, or that it does not know. */
function ours(one: Case): Decision | "unknown" {
  const caller = callerOf(one.caller);
  const account = caller.kind === "anonymous" ? "" : caller.account;
  const name = one.caller.slice(one.caller.lastIndexOf("/") + 1);
  const user = caller.kind === "user" ? { user: { name, uniqueId: "AIDAA", tags: one.tags } } : {};
  try {
    return evaluate(
      {
        caller,
        action: one.action,
        resource: one.asked,
        context: callerContext({ arn: one.caller, account, ...user }, TIME),
      },
      {
        identity: identityOf(one).map((document) => observedPolicy("identity", document)),
        ...(one.resource === undefined
          ? {}
          : { resource: observedPolicy("resource", one.resource) }),
      },
    );
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return "unknown";
  }
}

const ROOT_POWER = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

async function theirs(one: Case, address: string): Promise<string> {
  const isUser = callerOf(one.caller).kind === "user";
  const policies = ROOTS.includes(one.caller) ? [ROOT_POWER] : identityOf(one);
  const name = one.caller.slice(one.caller.lastIndexOf("/") + 1);
  const tags = Object.entries(one.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  const result = await runSimulation(
    {
      request: {
        principal: one.caller,
        action: one.action,
        resource: { resource: one.asked, accountId: OURS },
        contextVariables: {
          "aws:CurrentTime": TIME,
          "aws:SecureTransport": "true",
          "aws:SourceIp": address,
          "aws:PrincipalAccount": one.caller.slice("arn:aws:iam::".length).slice(0, 12),
          ...(isUser
            ? {
                "aws:username": name,
                "aws:PrincipalArn": one.caller,
                "aws:PrincipalType": "User",
                ...Object.fromEntries(tags),
              }
            : {}),
        },
      },
      identityPolicies: policies.map((document, at) => ({ name: `policy${at}`, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: one.resource,
    },
    {},
  );
  expect(result.resultType, JSON.stringify(result)).to.equal("single");
  return result.resultType === "single" ? result.overallResult : "";
}

describe("the evaluator of others' policies and iam-simulate", function () {
  this.timeout(600_000);

  it(`agree on ${CASES} random cases wherever the evaluator decides`, async () => {
    const count = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const decision = ours(one);
        count[decision]++;
        if (decision === "unknown") return;
        for (const address of ADDRESSES) expect(await theirs(one, address)).to.equal(decision);
      }),
      { numRuns: CASES, seed: SEED },
    );
    console.log(`      ${JSON.stringify(count)}`);
    const decided = count.Allowed + count.ExplicitlyDenied + count.ImplicitlyDenied;
    expect(decided).to.be.greaterThan(CASES * 0.7);
    expect(count.unknown).to.be.greaterThan(CASES / 50);
    expect(Math.min(count.Allowed, count.ExplicitlyDenied)).to.be.greaterThan(CASES / 20);
  });
});
