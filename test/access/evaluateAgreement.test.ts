/**
 * Proves that the evaluator decides as `@cloud-copilot/iam-simulate`, an independent implementation,
 * on 20,000 random cases of the elements that our policies use, the same ones in each run. Does not
 * prove that the simulator is right: AWS itself has the last word, and the sandbox's emulator is a
 * third opinion.
 */
import { anonymousPrincipal, type SimulationRequestPrincipal } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import fc from "fast-check";
import { identityPolicy, resourcePolicy } from "../../src/access/compiledPolicy";
import { requestContext } from "../../src/access/conditions";
import { callerOf, evaluate, type Caller, type Decision } from "../../src/access/evaluate";
import { expectAgreement, simulated } from "./agreement";

const CASES = 20_000;
const SEED = 20_261_124;

// Short names: the simulator's time grows with the square of an ARN's length.
const [OURS, THEIRS] = ["123456789012", "210987654321"];
const REPOSITORIES = ["a", "ab"].map((name) => `arn:aws:ecr:eu-west-1:${OURS}:repository/${name}`);
const USERS = [
  `arn:aws:iam::${OURS}:user/customers/a`,
  `arn:aws:iam::${OURS}:user/customers/A`,
  `arn:aws:iam::${OURS}:user/a`,
  `arn:aws:iam::${THEIRS}:user/customers/a`,
];
const ROLES = [
  `arn:aws:iam::${OURS}:role/customers/a`,
  `arn:aws:iam::${OURS}:role/a`,
  `arn:aws:iam::${THEIRS}:role/a`,
];
const ROOTS = [OURS, THEIRS].map((account) => `arn:aws:iam::${account}:root`);
const ACTIONS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"];
const DAYS = ["2027-01-31T23:59:59Z", "2027-02-01T00:00:00Z", "2027-02-01T00:00:01Z"];
const TAG = "aws:PrincipalTag/pull:a";

/** One text or a list of them, as a policy may hold. */
function oneOrMore(values: readonly string[]): fc.Arbitrary<string | string[]> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  );
}

const actions = oneOrMore([...ACTIONS, ...ACTIONS, "ecr:*", "ecr:batch*", "ecr:?utImage", "*"]);
const resources = oneOrMore([
  ...REPOSITORIES,
  "*",
  `arn:aws:ecr:*:${OURS}:repository/a`,
  `arn:aws:ecr:eu-west-1:${OURS}:repository/a*`,
  `arn:aws:ecr:eu-west-1:${OURS}:repository/?`,
]);
const principals = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("*", { AWS: "*" }) },
  { weight: 4, arbitrary: fc.record({ AWS: oneOrMore([...USERS, ...ROLES, ...ROOTS]) }) },
);
const date = fc.record({
  DateGreaterThanEquals: fc.record({ "aws:CurrentTime": fc.constantFrom(...DAYS) }),
});
const tag = fc.record({ StringEquals: fc.record({ [TAG]: oneOrMore(["allow", "Allow", "no"]) }) });
/** From where, in every form of ours: also IPv6, one address, several networks, and an endpoint beside them. */
const NETWORKS = ["203.0.113.0/24", "203.0.113.7/32", "2001:db8::/32", "198.51.100.0/25"];
const ENDPOINTS = ["vpce-0a1b2c3d", "vpce-0a1b2c3e"];
const SOURCES = [
  ...["203.0.113.7", "203.0.113.255", "203.0.114.0", "198.51.100.128"],
  ...["2001:db8::1", "2001:db9::"],
].map((address): Record<string, string> => ({ "aws:SourceIp": address }));
const sources = fc.constantFrom(
  ...SOURCES,
  ...[...ENDPOINTS, "vpce-0a1b2c3f"].map((one): Record<string, string> => ({
    "aws:SourceVpce": one,
  })),
);
const address = fc
  .tuple(fc.constantFrom("IpAddress", "NotIpAddress"), oneOrMore(NETWORKS))
  .map(([operator, values]) => ({ [operator]: { "aws:SourceIp": values } }));
const endpoint = fc
  .tuple(fc.constantFrom("StringEquals", "StringNotEquals"), oneOrMore(ENDPOINTS))
  .map(([operator, values]) => ({ [operator]: { "aws:SourceVpce": values } }));
const place = fc.oneof(
  address,
  endpoint,
  fc.tuple(address, endpoint).map(([one, other]) => ({ ...one, ...other })),
);
const dateAndPlace = fc.tuple(date, place).map(([one, other]) => ({ ...one, ...other }));
const both = fc.tuple(date, tag).map(([one, other]) => ({ ...one, ...other }));

/** A Deny asks for no tag that the context may lack: that is an error of ours, not a decision. */
function statements(parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object[]> {
  const statement = (effect: string, conditions: fc.Arbitrary<unknown>) =>
    fc
      .record({ Effect: fc.constant(effect), Action: actions, ...parts })
      .chain((fields) =>
        fc
          .option(conditions, { nil: undefined })
          .map((Condition) => (Condition === undefined ? fields : { ...fields, Condition })),
      );
  const one = fc.oneof(
    { weight: 3, arbitrary: statement("Allow", fc.oneof(date, tag, both, place)) },
    { weight: 1, arbitrary: statement("Deny", fc.oneof(date, place, dateAndPlace)) },
  );
  return fc.array(one, { minLength: 1, maxLength: 2 });
}

const version = (Statement: object[]) => ({ Version: "2012-10-17", Statement });
const identity = fc.array(statements({ Resource: resources }).map(version), { maxLength: 2 });
const resource = fc.option(statements({ Principal: principals }).map(version), { nil: undefined });

const cases = fc.record({
  caller: fc.constantFrom("anonymous", ...ROOTS, ...USERS, ...USERS, ...ROLES),
  action: fc.constantFrom(...ACTIONS),
  asked: fc.constantFrom(...REPOSITORIES),
  identity,
  resource,
  time: fc.constantFrom(...DAYS),
  source: sources,
  tags: fc.constantFrom({}, { [TAG]: "allow" }, { [TAG]: "no" }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** A root user and anonymous have no policies; the simulator knows of the root user's power by one. */
function identityOf({ caller, identity: own }: Case): object[] {
  return ["user", "role"].includes(callerFrom(caller).kind) ? own : [];
}

const ROOT_POWER = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

function callerFrom(caller: string): Caller {
  return caller === "anonymous" ? { kind: "anonymous" } : callerOf(caller);
}

function ours(one: Case): Decision {
  return evaluate(
    {
      caller: callerFrom(one.caller),
      action: one.action,
      resource: one.asked,
      context: requestContext({ "aws:CurrentTime": one.time, ...one.source, ...one.tags }),
    },
    {
      identity: identityOf(one).map(identityPolicy),
      ...(one.resource === undefined ? {} : { resource: resourcePolicy(one.resource) }),
    },
  );
}

async function theirs(one: Case): Promise<string> {
  const principal: SimulationRequestPrincipal =
    one.caller === "anonymous" ? anonymousPrincipal : one.caller;
  const policies = ROOTS.includes(one.caller) ? [ROOT_POWER] : identityOf(one);
  return simulated({
    request: {
      principal,
      action: one.action,
      resource: { resource: one.asked, accountId: OURS },
      contextVariables: { "aws:CurrentTime": one.time, ...one.source, ...one.tags },
    },
    identityPolicies: policies.map((policy, at) => ({ name: `policy${at}`, policy })),
    resourcePolicy: one.resource,
  });
}

describe("the evaluator and iam-simulate", function () {
  this.timeout(300_000);

  it(`agree on ${CASES} random cases, in which every decision occurs`, async () => {
    await expectAgreement({ cases, ours, theirs, seed: SEED, count: CASES });
  });

  it("are compared by a test that notices a disagreement", async () => {
    const [one] = fc.sample(
      cases.filter((some) => ours(some) === "Allowed"),
      { numRuns: 1, seed: SEED },
    );
    expect(one).not.to.equal(undefined);
    if (one === undefined) return;
    expect(await theirs(one)).to.equal("Allowed");
    const unlike = { ...one, resource: undefined, identity: [] as Case["identity"] };
    expect(await theirs({ ...unlike, caller: USERS[0] ?? "" })).to.equal("ImplicitlyDenied");
  });
});
