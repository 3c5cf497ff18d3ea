/**
 * Proves the evaluator's rules one by one, and that it refuses to guess: everything that it does not
 * know is an EvaluationError. That the rules are AWS's is the matter of evaluateAgreement.test.ts
 * (a policy simulator) and of the pulls in the sandbox (the emulator's own engine).
 */
import { expect } from "chai";
import { identityPolicy, resourcePolicy } from "../../src/access/compiledPolicy";
import { requestContext } from "../../src/access/conditions";
import { callerOf, evaluate, type Caller, type Decision } from "../../src/access/evaluate";
import { EvaluationError } from "../../src/access/evaluationError";

const OURS = "123456789012";
const THEIRS = "210987654321";
const REPOSITORY = `arn:aws:ecr:eu-central-1:${OURS}:repository/edge-agent`;
const ACME = `arn:aws:iam::${OURS}:user/customers/acme`;
const FOREIGN = `arn:aws:iam::${THEIRS}:user/puller`;
const ROOT = (account: string) => `arn:aws:iam::${account}:root`;

const PULL = "ecr:BatchGetImage";
const allowAll = { Effect: "Allow", Action: "ecr:*", Resource: "*" };
const denyAll = { Effect: "Deny", Action: "ecr:*", Resource: "*" };
const document = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const names = (principal: unknown, effect = "Allow") =>
  document({ Effect: effect, Principal: principal, Action: PULL });

interface Question {
  caller?: string | "anonymous";
  action?: string;
  resource?: string;
  context?: Record<string, string>;
  identity?: object[];
  policy?: object;
}

function decide({
  caller = ACME,
  action = PULL,
  resource = REPOSITORY,
  context = {},
  identity = [],
  policy,
}: Question): Decision {
  const who: Caller = caller === "anonymous" ? { kind: "anonymous" } : callerOf(caller);
  return evaluate(
    { caller: who, action, resource, context: requestContext(context) },
    {
      identity: identity.map(identityPolicy),
      ...(policy === undefined ? {} : { resource: resourcePolicy(policy) }),
    },
  );
}

/** What is asked, in words, and the answer. */
const DECISIONS: [string, Question, Decision][] = [
  ["nothing allows", {}, "ImplicitlyDenied"],
  ["the user's own policy allows", { identity: [document(allowAll)] }, "Allowed"],
  ["the repository names the user", { policy: names({ AWS: [ACME] }) }, "Allowed"],
  ["the repository names everyone", { policy: names("*") }, "Allowed"],
  [
    "the repository names another action",
    { policy: names({ AWS: ACME }), action: "ecr:PutImage" },
    "ImplicitlyDenied",
  ],
  [
    "the repository names a user whose name starts with the user's",
    { policy: names({ AWS: `${ACME}-evil` }) },
    "ImplicitlyDenied",
  ],
  [
    "the repository names the user in another case",
    { policy: names({ AWS: ACME.replace("acme", "ACME") }) },
    "ImplicitlyDenied",
  ],
  [
    "the repository names only our account",
    { policy: names({ AWS: ROOT(OURS) }) },
    "ImplicitlyDenied",
  ],
  [
    "a Deny of the user's own stands against the repository's Allow",
    { identity: [document(denyAll)], policy: names({ AWS: ACME }) },
    "ExplicitlyDenied",
  ],
  [
    "a Deny of the repository means the user's account",
    { identity: [document(allowAll)], policy: names({ AWS: ROOT(OURS) }, "Deny") },
    "ExplicitlyDenied",
  ],
  [
    "only the repository allows a user of another account",
    { caller: FOREIGN, policy: names({ AWS: FOREIGN }) },
    "ImplicitlyDenied",
  ],
  [
    "only its own policy allows a user of another account",
    { caller: FOREIGN, identity: [document(allowAll)] },
    "ImplicitlyDenied",
  ],
  [
    "both sides allow a user of another account, ours by its account",
    { caller: FOREIGN, identity: [document(allowAll)], policy: names({ AWS: ROOT(THEIRS) }) },
    "Allowed",
  ],
  ["our own root user asks", { caller: ROOT(OURS) }, "Allowed"],
  [
    "our own root user asks, and the repository denies",
    { caller: ROOT(OURS), policy: names("*", "Deny") },
    "ExplicitlyDenied",
  ],
  [
    "another account's root user asks, whom the repository does not name",
    { caller: ROOT(THEIRS), policy: names({ AWS: ACME }) },
    "ImplicitlyDenied",
  ],
  [
    "another account's root user asks, whom the repository names",
    { caller: ROOT(THEIRS), policy: names({ AWS: ROOT(THEIRS) }) },
    "Allowed",
  ],
  ["anonymous asks", { caller: "anonymous", policy: names({ AWS: ACME }) }, "ImplicitlyDenied"],
  [
    "anonymous asks, and the repository names everyone",
    { caller: "anonymous", policy: names("*") },
    "Allowed",
  ],
  [
    "an action without a resource is asked for",
    {
      action: "ecr:GetAuthorizationToken",
      resource: "*",
      identity: [document({ Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" })],
    },
    "Allowed",
  ],
  [
    "wildcards stand for the region and a part of the name",
    {
      identity: [
        document({
          Effect: "Allow",
          Action: "ECR:batch*Image",
          Resource: `arn:aws:ecr:*:${OURS}:repository/edge-?gent`,
        }),
      ],
    },
    "Allowed",
  ],
];

const tagged = (value: string | string[]) =>
  document({
    ...allowAll,
    Condition: { StringEquals: { "aws:PrincipalTag/pull:edge-agent": value } },
  });
const ending = document({
  ...denyAll,
  Condition: { DateGreaterThanEquals: { "aws:CurrentTime": "2027-02-01T00:00:00Z" } },
});

const CONDITIONS: [string, Question, Decision][] = [
  [
    "the user carries the tag",
    { identity: [tagged("allow")], context: { "aws:PrincipalTag/pull:edge-agent": "allow" } },
    "Allowed",
  ],
  [
    "the user carries the tag,its key in another case",
    { identity: [tagged("allow")], context: { "aws:PrincipalTag/Pull:Edge-Agent": "allow" } },
    "Allowed",
  ],
  [
    "one of two values is the tag's",
    {
      identity: [tagged(["no", "allow"])],
      context: { "aws:PrincipalTag/pull:edge-agent": "allow" },
    },
    "Allowed",
  ],
  [
    "the tag's value differs in a letter's case",
    { identity: [tagged("allow")], context: { "aws:PrincipalTag/pull:edge-agent": "Allow" } },
    "ImplicitlyDenied",
  ],
  ["the user carries no tag", { identity: [tagged("allow")] }, "ImplicitlyDenied"],
  [
    "the last second before the end",
    {
      identity: [document(allowAll), ending],
      context: { "aws:CurrentTime": "2027-01-31T23:59:59Z" },
    },
    "Allowed",
  ],
  [
    "the first second of the end",
    {
      identity: [document(allowAll), ending],
      context: { "aws:CurrentTime": "2027-02-01T00:00:00Z" },
    },
    "ExplicitlyDenied",
  ],
];

const conditioned = (condition: unknown) => ({
  identity: [document({ ...denyAll, Condition: condition })],
  context: { "aws:CurrentTime": "2027-02-01T00:00:00Z" },
});
const statement = (changes: object) => ({ identity: [document({ ...allowAll, ...changes })] });

/** What the evaluator does not know, and what its error says about it. */
const REFUSED: [string, Question, string][] = [
  ["a role's session", { caller: `arn:aws:sts::${OURS}:assumed-role/x/y` }, "the caller"],
  ["a caller by unique id", { caller: "AIDAEXAMPLE" }, "the caller AIDAEXAMPLE"],
  ["another partition", { resource: REPOSITORY.replace("aws", "aws-cn") }, "the resource"],
  ["a wildcard in the question", { resource: `${REPOSITORY}*` }, "the resource"],
  ["a wildcard in the asked action", { action: "ecr:*" }, "the action ecr:*"],
  ["another context key", { context: { "aws:SourceVpc": "vpc-1" } }, "aws:SourceVpc"],
  [
    "a Deny by an address, of a request that comes from no one knows where",
    conditioned({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } }),
    "a request without aws:sourceip",
  ],
  [
    "a request from what is not an address",
    {
      ...conditioned({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } }),
      context: { "aws:SourceIp": "home" },
    },
    "the address home",
  ],
  [
    "what is not a network",
    conditioned({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/33" } }),
    "the network 192.0.2.0/33",
  ],
  [
    "an endpoint compared as an address",
    conditioned({ NotIpAddress: { "aws:SourceVpce": "192.0.2.0/24" } }),
    "the condition key aws:SourceVpce",
  ],
  [
    "a tag given twice",
    { context: { "aws:PrincipalTag/a": "1", "aws:PrincipalTag/A": "2" } },
    "two context keys",
  ],
  ["a time without a zone", { context: { "aws:CurrentTime": "2027-02-01T00:00:00" } }, "the date"],
  [
    "a day that does not exist",
    { context: { "aws:CurrentTime": "2027-02-30T00:00:00Z" } },
    "the date",
  ],
  ["policies of a root user", { caller: ROOT(OURS), identity: [document(allowAll)] }, "root"],
  ["policies of anonymous", { caller: "anonymous", identity: [document(allowAll)] }, "anonymous"],
  [
    "a policy of the resource *",
    { action: "ecr:GetAuthorizationToken", resource: "*", policy: names("*") },
    "the resource *",
  ],
  ["a policy that is not an object", { identity: [[] as object] }, "a policy []"],
  ["no Version", { identity: [{ Statement: [allowAll] }] }, "Version"],
  ["an old Version", { identity: [{ ...document(allowAll), Version: "2008-10-17" }] }, "Version"],
  ["no statement", { identity: [document()] }, "Statement []"],
  [
    "a policy's unknown key",
    { identity: [{ ...document(allowAll), Statements: [] }] },
    "Statements",
  ],
  ["a statement's unknown key", statement({ Principals: "*" }), "Principals in a statement"],
  ["NotAction", statement({ NotAction: "ecr:*" }), "NotAction"],
  ["NotResource", statement({ NotResource: "*" }), "NotResource"],
  [
    "NotPrincipal",
    { policy: document({ Effect: "Allow", NotPrincipal: "*", Action: PULL }) },
    "NotPrincipal",
  ],
  ["another Effect", statement({ Effect: "allow" }), "Effect"],
  ["no action", statement({ Action: [] }), "Action []"],
  [
    "an action without a service",
    statement({ Action: "BatchGetImage" }),
    "the action BatchGetImage",
  ],
  ["no resource", statement({ Resource: undefined }), "Resource"],
  [
    "a wildcard for the account",
    statement({ Resource: "arn:aws:ecr:eu-central-1:*:repository/x" }),
    "the resource",
  ],
  [
    "a variable in a resource",
    statement({ Resource: `arn:aws:ecr:*:${OURS}:repository/\${aws:username}` }),
    "the resource",
  ],
  ["a principal in a user's policy", statement({ Principal: "*" }), "Principal"],
  [
    "a resource in a repository's policy",
    { policy: document({ ...allowAll, Principal: "*" }) },
    "Resource",
  ],
  ["a repository's policy that names no one", { policy: names({ AWS: [] }) }, "Principal []"],
  [
    "a service as principal",
    { policy: names({ Service: "ecs.amazonaws.com" }) },
    "Service in Principal",
  ],
  [
    "a role's session as principal",
    { policy: names({ AWS: `arn:aws:sts::${OURS}:assumed-role/x/y` }) },
    "the principal",
  ],
  [
    "a unique id as principal",
    { policy: names({ AWS: "AIDAEXAMPLE" }) },
    "the principal AIDAEXAMPLE",
  ],
  [
    "a wildcard in a principal",
    { policy: names({ AWS: `arn:aws:iam::${OURS}:user/*` }) },
    "the principal",
  ],
  ["a bare account as principal", { policy: names({ AWS: THEIRS }) }, "the principal"],
  ["an empty condition", conditioned({}), "Condition {}"],
  ["another operator", conditioned({ NumericEquals: { "aws:SourceIp": "1" } }), "NumericEquals"],
  [
    "an operator of the prototype",
    conditioned({ constructor: { "aws:CurrentTime": "x" } }),
    "constructor",
  ],
  ["IfExists", conditioned({ StringEqualsIfExists: { "aws:PrincipalTag/a": "1" } }), "IfExists"],
  ["another key", conditioned({ StringEquals: { "aws:username": "acme" } }), "aws:username"],
  [
    "a date's key with text",
    conditioned({ StringEquals: { "aws:CurrentTime": "x" } }),
    "aws:CurrentTime",
  ],
  [
    "a variable in a value",
    conditioned({ StringEquals: { "aws:PrincipalTag/a": "${aws:username}" } }),
    "policy variable",
  ],
  ["no value", conditioned({ StringEquals: { "aws:PrincipalTag/a": [] } }), "[]"],
  [
    "a date of another form",
    conditioned({ DateGreaterThanEquals: { "aws:CurrentTime": "2027-02-01" } }),
    "the date 2027-02-01",
  ],
  [
    "a Deny by a tag that the context lacks",
    conditioned({ StringEquals: { "aws:PrincipalTag/status": "suspended" } }),
    "a request without",
  ],
  [
    "a Deny by a time that the context lacks",
    { identity: [ending] },
    "a request without aws:currenttime",
  ],
];

describe("the evaluator", () => {
  for (const [words, question, answer] of [...DECISIONS, ...CONDITIONS]) {
    it(`says ${answer} when ${words}`, () => expect(decide(question)).to.equal(answer));
  }

  for (const [words, question, reported] of REFUSED) {
    it(`refuses to guess about ${words}`, () => {
      expect(() => decide(question)).to.throw(EvaluationError, reported);
    });
  }

  it("refuses a policy of the other kind", () => {
    const request = {
      caller: callerOf(ACME),
      action: PULL,
      resource: REPOSITORY,
      context: requestContext({}),
    };
    const own = identityPolicy(document(allowAll));
    const its = resourcePolicy(names("*"));
    expect(() => evaluate(request, { identity: [its] })).to.throw(EvaluationError);
    expect(() => evaluate(request, { identity: [], resource: own })).to.throw(EvaluationError);
  });
});
