/**
 * Proves that the evaluator decides about trust policies as `@cloud-copilot/iam-simulate` does, on 20,000 random cases of
 * federated principals and of conditions about a token's audience and subject, the same ones in each run. The
 * simulator knows the context keys of two issuers only, which stand for all here; that an issuer's path is part of its
 * keys is shown by the mutations (mutations/roles.ts) and end to end.
 */
import fc from "fast-check";
import { trustedTokens } from "../../src/access/compiledPolicy";
import { requestContext } from "../../src/access/conditions";
import { callerOf, evaluate, type Decision } from "../../src/access/evaluate";
import { expectAgreement, simulated } from "./agreement";

const CASES = 20_000;
const SEED = 20_261_128;

const [OURS, THEIRS] = ["123456789012", "210987654321"];
const HOSTS = ["accounts.google.com", "cognito-identity.amazonaws.com"];
const PROVIDERS = [OURS, THEIRS].flatMap((account) =>
  HOSTS.map((host) => `arn:aws:iam::${account}:oidc-provider/${host}`),
);
const USERS = [`arn:aws:iam::${OURS}:user/customers/a`, `arn:aws:iam::${THEIRS}:role/a`];
const ROLE = `arn:aws:iam::${OURS}:role/customers/a`;
/** The only one asked for: the simulator knows a token's keys for no other. */
const ASSUME = "sts:AssumeRoleWithWebIdentity";
const TIME = "2027-02-01T00:00:00Z";
const AUDIENCES = ["sts", "*"];
const SUBJECTS = ["s", "S", "s*"];

function oneOrMore(values: readonly string[]): fc.Arbitrary<string | string[]> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  );
}

const actions = oneOrMore([
  ...[ASSUME, ASSUME, ASSUME, "sts:AssumeRole*", "sts:*", "*"],
  ...["sts:AssumeRole", "sts:TagSession", "ecr:*"],
]);
const principals = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<unknown>("*", { AWS: "*" }) },
  { weight: 6, arbitrary: fc.record({ Federated: oneOrMore(PROVIDERS) }) },
  {
    weight: 1,
    arbitrary: fc.record({ Federated: oneOrMore(PROVIDERS), AWS: oneOrMore(USERS) }),
  },
  { weight: 1, arbitrary: fc.record({ AWS: oneOrMore(USERS) }) },
);
/** Audience, subject or both, of the token's issuer or of the other one, in one operator. */
const conditions = fc
  .tuple(
    fc.constantFrom(...HOSTS),
    fc.option(oneOrMore(AUDIENCES), { nil: undefined }),
    fc.option(oneOrMore(SUBJECTS), { nil: undefined }),
  )
  .filter(([, aud, sub]) => aud !== undefined || sub !== undefined)
  .map(([host, aud, sub]) => ({
    StringEquals: {
      ...(aud === undefined ? {} : { [`${host}:aud`]: aud }),
      ...(sub === undefined ? {} : { [`${host}:sub`]: sub }),
    },
  }));

const statement = fc
  .record({
    Effect: fc.constantFrom("Allow", "Allow", "Deny"),
    Principal: principals,
    Action: actions,
    Condition: fc.option(conditions, { nil: undefined }),
  })
  .map(({ Condition, ...rest }) => (Condition === undefined ? rest : { ...rest, Condition }));

const cases = fc.record({
  account: fc.constantFrom(OURS, OURS, OURS, THEIRS),
  host: fc.constantFrom(...HOSTS),
  audience: fc.constantFrom(...AUDIENCES),
  subject: fc.constantFrom(...SUBJECTS),
  trust: fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((Statement) => ({ Version: "2012-10-17", Statement })),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function requestOf({ account, host, audience, subject }: Case) {
  const provider = `arn:aws:iam::${account}:oidc-provider/${host}`;
  const token = { [`${host}:aud`]: audience, [`${host}:sub`]: subject };
  return { provider, context: { "aws:CurrentTime": TIME, ...token } };
}

function ours(one: Case): Decision {
  const { provider, context } = requestOf(one);
  return evaluate(
    {
      caller: callerOf(provider),
      action: ASSUME,
      resource: ROLE,
      context: requestContext(context),
    },
    { identity: [], resource: trustedTokens(one.trust) },
  );
}

async function theirs(one: Case): Promise<string> {
  const { provider, context } = requestOf(one);
  return simulated({
    request: {
      principal: provider,
      action: ASSUME,
      resource: { resource: ROLE, accountId: OURS },
      contextVariables: context,
    },
    identityPolicies: [],
    resourcePolicy: one.trust,
  });
}

describe("the evaluator of trust policies and iam-simulate", function () {
  this.timeout(300_000);

  it(`agree on ${CASES} random cases, in which every decision occurs`, async () => {
    await expectAgreement({ cases, ours, theirs, seed: SEED, count: CASES });
  });
});
