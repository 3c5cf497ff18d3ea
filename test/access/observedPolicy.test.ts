/**
 * Proves how policies of others are read: every element that AWS knows decides, and what is not known
 * is an error only where the decision depends on it, naming the element or the condition key.
 */
import { expect } from "chai";
import { callerContext } from "../../src/access/callerContext";
import { callerOf, evaluate, type Decision } from "../../src/access/evaluate";
import { EvaluationError } from "../../src/access/evaluationError";
import { observedPolicy } from "../../src/access/observedPolicy";

const OURS = "123456789012";
const ACME = `arn:aws:iam::${OURS}:user/customers/acme`;
const REPOSITORY = `arn:aws:ecr:eu-central-1:${OURS}:repository/edge-agent`;
const PULL = "ecr:BatchGetImage";

function decide(
  documents: { identity?: unknown[]; resource?: unknown },
  question: { caller?: string; action?: string; resource?: string } = {},
): Decision {
  const { caller = ACME, action = PULL, resource = REPOSITORY } = question;
  const who = callerOf(caller);
  const user = { name: "acme", uniqueId: "AIDAACME", tags: { team: "a" } };
  const facts = { arn: caller, account: OURS, ...(who.kind === "user" ? { user } : {}) };
  return evaluate(
    { caller: who, action, resource, context: callerContext(facts, "2026-11-28T00:00:00Z") },
    {
      identity: (documents.identity ?? []).map((one) => observedPolicy("identity", one)),
      ...(documents.resource === undefined
        ? {}
        : { resource: observedPolicy("resource", documents.resource) }),
    },
  );
}

const one = (statement: object) => ({ Statement: statement });
const allow = (changes: object) =>
  one({ Effect: "Allow", Action: "ecr:*", Resource: "*", ...changes });
const named = (changes: object) =>
  one({ Effect: "Allow", Principal: { AWS: ACME }, Action: PULL, ...changes });

const DECIDED: [string, Parameters<typeof decide>[0], Decision][] = [
  ["has one statement and no version", { identity: [allow({})] }, "Allowed"],
  [
    "allows all but the action",
    { identity: [one({ Effect: "Allow", NotAction: PULL, Resource: "*" })] },
    "ImplicitlyDenied",
  ],
  [
    "allows all but another action",
    { identity: [one({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })] },
    "Allowed",
  ],
  [
    "allows all but the repository",
    { identity: [one({ Effect: "Allow", Action: "*", NotResource: REPOSITORY })] },
    "ImplicitlyDenied",
  ],
  [
    "has a wildcard for the account",
    { identity: [allow({ Resource: "arn:aws:ecr:*:*:repository/*" })] },
    "Allowed",
  ],
  [
    "names a service beside the user",
    { resource: named({ Principal: { AWS: ACME, Service: "lambda.amazonaws.com" } }) },
    "Allowed",
  ],
  [
    "names only a service",
    { resource: named({ Principal: { Service: "lambda.amazonaws.com" } }) },
    "ImplicitlyDenied",
  ],
  [
    "names a deleted user's id",
    { resource: named({ Principal: { AWS: "AIDAOLD" } }) },
    "ImplicitlyDenied",
  ],
  [
    "denies the account by its number",
    { identity: [allow({})], resource: named({ Effect: "Deny", Principal: { AWS: OURS } }) },
    "ExplicitlyDenied",
  ],
  [
    "denies everyone but the user and its account",
    {
      identity: [allow({})],
      resource: one({ Effect: "Deny", NotPrincipal: { AWS: [ACME, OURS] }, Action: "*" }),
    },
    "Allowed",
  ],
  [
    "denies everyone but a service",
    {
      identity: [allow({})],
      resource: one({ Effect: "Deny", NotPrincipal: { Service: "x.amazonaws.com" }, Action: "*" }),
    },
    "ExplicitlyDenied",
  ],
  [
    "asks for a tag that the user lacks",
    { identity: [allow({ Condition: { StringEquals: { "aws:PrincipalTag/team": "b" } } })] },
    "ImplicitlyDenied",
  ],
  [
    "denies without multi-factor authentication, if there is any",
    {
      identity: [
        allow({}),
        allow({
          Effect: "Deny",
          Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
        }),
      ],
    },
    "ExplicitlyDenied",
  ],
  [
    "writes a condition's value as JSON's true",
    { identity: [allow({ Condition: { Bool: { "aws:SecureTransport": true } } })] },
    "Allowed",
  ],
  [
    "depends on an address, and another one denies",
    {
      identity: [
        allow({ Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
        allow({ Effect: "Deny" }),
      ],
    },
    "ExplicitlyDenied",
  ],
  [
    "depends on an address, and another one allows",
    {
      identity: [
        allow({ Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
        allow({}),
      ],
    },
    "Allowed",
  ],
  [
    "depends on an address and on a tag that the user lacks",
    {
      identity: [
        allow({
          Condition: {
            IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
            StringEquals: { "aws:PrincipalTag/team": "b" },
          },
        }),
      ],
    },
    "ImplicitlyDenied",
  ],
  [
    "is unknown about another action",
    {
      identity: [
        allow({}),
        one({
          Effect: "Deny",
          Action: "iam:*",
          Resource: "*",
          Condition: { Odd: { "aws:SourceIp": "x" } },
        }),
      ],
    },
    "Allowed",
  ],
];

const UNKNOWN: [string, Parameters<typeof decide>[0], string][] = [
  [
    "a condition key that only AWS sees",
    { identity: [allow({ Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } })] },
    "the condition key aws:SourceIp",
  ],
  [
    "a condition key of a Deny",
    {
      identity: [
        allow({}),
        allow({ Effect: "Deny", Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } }),
      ],
    },
    "the condition key aws:SourceVpce",
  ],
  [
    "an operator",
    { identity: [allow({ Condition: { NumericLessThan: { "aws:PrincipalTag/team": "1" } } })] },
    "the condition operator NumericLessThan",
  ],
  [
    "a set operator",
    {
      identity: [
        allow({ Condition: { "ForAnyValue:StringEquals": { "aws:PrincipalTag/team": "a" } } }),
      ],
    },
    "ForAnyValue:StringEquals",
  ],
  [
    "a policy variable",
    {
      identity: [
        allow({ Condition: { StringEquals: { "aws:PrincipalTag/team": "${aws:username}" } } }),
      ],
    },
    "the policy variable ${aws:username}",
  ],
  [
    "a variable in a resource",
    { identity: [allow({ Resource: "arn:aws:ecr:*:*:repository/${aws:username}" })] },
    "the resource",
  ],
  [
    "a resource of fewer parts",
    { identity: [allow({ Resource: "arn:aws:ecr:*" })] },
    "the resource arn:aws:ecr:*",
  ],
  ["an action of no service", { identity: [allow({ Action: "Get*" })] }, "the action get*"],
  ["a new element", { identity: [allow({ Sometimes: true })] }, "Sometimes in a statement"],
  ["another effect", { identity: [allow({ Effect: "Maybe" })] }, 'Effect "Maybe"'],
  ["no resource", { identity: [one({ Effect: "Allow", Action: "*" })] }, "no Resource"],
  ["no principal", { resource: one({ Effect: "Allow", Action: "*" }) }, "Principal undefined"],
  [
    "a user without its account in NotPrincipal",
    {
      identity: [allow({})],
      resource: one({ Effect: "Deny", NotPrincipal: { AWS: ACME }, Action: "*" }),
    },
    "NotPrincipal",
  ],
  [
    "a date of another form",
    { identity: [allow({ Condition: { DateLessThan: { "aws:CurrentTime": "2027-01-01" } } })] },
    "the date 2027-01-01",
  ],
  ["an empty condition", { identity: [allow({ Condition: {} })] }, "Condition {}"],
];

describe("a policy of others", () => {
  for (const [words, documents, decision] of DECIDED) {
    it(`that ${words} leads to ${decision}`, () => {
      expect(decide(documents)).to.equal(decision);
    });
  }

  for (const [words, documents, unknown] of UNKNOWN) {
    it(`with ${words} cannot be judged, and the error says so`, () => {
      expect(() => decide(documents)).to.throw(EvaluationError, unknown);
    });
  }

  for (const document of [
    undefined,
    null,
    "text",
    [],
    {},
    { Statement: ["x"] },
    { Version: "1" },
  ]) {
    it(`is not ${JSON.stringify(document)}`, () => {
      expect(() => observedPolicy("identity", document)).to.throw(EvaluationError);
    });
  }
});
