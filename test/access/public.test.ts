/**
 * Proves that nothing that we render is public in the eyes of the scanners that auditors run:
 * checkov's CKV_AWS_32 and prowler's `ecr_repositories_not_publicly_accessible` ask one question of a
 * repository's policy, re-made here as far as their rules are known, and a stricter one where they
 * are known to be blind. Then who gets in by tag, and the rules on identity policies that the pull by
 * tag could break (CKV_AWS_1/62, 49/63, 355/356; cfn-nag F4/F5). It runs no scanner.
 */
import { expect } from "chai";
import fc from "fast-check";
import { identityPolicy, type CompiledPolicy } from "../../src/access/compiledPolicy";
import { requestContext } from "../../src/access/conditions";
import { denyPolicy } from "../../src/access/denyPolicy";
import { callerOf, evaluate, type Caller } from "../../src/access/evaluate";
import { groupPolicies } from "../../src/access/groupPolicies";
import { stackPolicies } from "../../src/access/stackPolicies";
import { CUSTOMERS, SETTINGS } from "./proofSupport";
import { ACCOUNT, TODAY, customer } from "./support";

interface Statement {
  Effect: string;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Condition keys that the scanners take for a limit, whatever the value (cloudsplaining's list). */
const RECOGNISED =
  /^aws:(principal(account|arn|orgid|orgpaths)|source(arn|account|owner|ip|vpce?)|userid)$/i;

/** As checkov and prowler see it. */
function publicToScanners({ Effect, Principal, Condition }: Statement): boolean {
  return (
    Effect === "Allow" &&
    principals(Principal).includes("*") &&
    !keysOf(Condition).some(([key]) => RECOGNISED.test(key))
  );
}

/** As it is: only our account's number in the condition limits everyone to our own. */
function isPublic({ Effect, Principal, NotPrincipal, Condition }: Statement): boolean {
  if (Effect !== "Allow") return false;
  if (NotPrincipal !== undefined) return true;
  const ours = keysOf(Condition).some(
    ([key, value]) => /^aws:principal(account|arn)$/i.test(key) && value.includes(ACCOUNT),
  );
  return principals(Principal).some((one) => one.includes("*")) && !ours;
}

function principals(principal: unknown): string[] {
  const listed = (principal as { AWS?: string | string[] } | undefined)?.AWS ?? principal ?? [];
  return [listed].flat() as string[];
}

function keysOf(condition: Statement["Condition"] = {}): [string, string][] {
  return Object.values(condition).flatMap((keys) =>
    Object.entries(keys).map(([key, value]): [string, string] => [key, String(value)]),
  );
}

const USER = `arn:aws:iam::${ACCOUNT}:user/customers/acme`;
const account = (value: string) => ({ StringEquals: { "aws:PrincipalAccount": value } });
const tag = { StringEquals: { "aws:PrincipalTag/pull:edge-agent": "allow" } };

/** A statement, whether the scanners call it public, and whether it is. */
const FORMS: [string, Omit<Statement, "Effect">, boolean, boolean][] = [
  ["a user of ours", { Principal: { AWS: [USER] } }, false, false],
  ["everyone", { Principal: "*" }, true, true],
  ["everyone in a list", { Principal: { AWS: [USER, "*"] } }, true, true],
  ["everyone with a tag", { Principal: "*", Condition: tag }, true, true],
  ["everyone of our account", { Principal: "*", Condition: account(ACCOUNT) }, false, false],
  [
    "everyone of our account with a tag",
    {
      Principal: "*",
      Condition: { StringEquals: { ...account(ACCOUNT).StringEquals, ...tag.StringEquals } },
    },
    false,
    false,
  ],
  // What prowler was seen to overlook.
  ["everyone but one", { NotPrincipal: { AWS: USER } }, false, true],
  [
    "everyone of another account",
    { Principal: "*", Condition: account("210987654321") },
    false,
    true,
  ],
  [
    "everyone whose ARN has any account",
    {
      Principal: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/customers/*" } },
    },
    false,
    true,
  ],
];

describe("openness of policies", () => {
  for (const [words, statement, scanners, indeed] of FORMS) {
    it(`is judged for ${words}: ${indeed ? "public" : "not public"}`, () => {
      expect(publicToScanners({ Effect: "Allow", ...statement })).to.equal(scanners);
      expect(isPublic({ Effect: "Allow", ...statement })).to.equal(indeed);
      expect(isPublic({ Effect: "Deny", ...statement })).to.equal(false);
    });
  }

  it("is not found in any policy of a repository, named or tagged", () => {
    const modes = fc.record({
      "edge-agent": fc.constantFrom("named" as const, "tagged" as const),
      orchestrator: fc.constantFrom("named" as const, "tagged" as const),
    });
    let looked = 0;
    fc.assert(
      fc.property(modes, fc.subarray([...CUSTOMERS]), (grants, customers) => {
        const repositories = new Map(
          Object.entries(grants).map(([name, mode]) => [
            name,
            { create: false, grants: mode, regions: ["eu-central-1"] },
          ]),
        );
        const { repositories: policies } = stackPolicies(
          customers,
          { ...SETTINGS, repositories },
          TODAY,
        );
        for (const statement of policies.flatMap(
          ({ document }) => document.Statement as readonly Statement[],
        )) {
          looked++;
          expect([publicToScanners(statement), isPublic(statement)]).to.deep.equal([false, false]);
        }
      }),
    );
    expect(looked).to.be.greaterThan(50);
  });

  it("does not concern the pull by tag: it names no principal, only its purpose", () => {
    const [login, tagged] = groupPolicies(SETTINGS).map(({ document }) => document.Statement);
    expect(tagged).to.have.length(2);
    for (const statement of tagged ?? []) {
      expect(Object.keys(statement)).to.have.members(["Effect", "Action", "Resource", "Condition"]);
      const texts = [statement.Action, statement.Resource ?? "*"].flat();
      expect(texts.filter((text) => /[*?]/.test(text))).to.deep.equal([]);
    }
    // The one `*`, for the one action that knows no resource (docs/exceptions.yaml).
    expect(login?.map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
      ["ecr:GetAuthorizationToken", "*"],
    ]);
  });
});

describe("the pull by tag", () => {
  const group = groupPolicies(SETTINGS).map(({ document }) => identityPolicy(document));
  const suspended = identityPolicy(denyPolicy(customer("acme", { status: "suspended" })));
  const everything = identityPolicy({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  const pull = { "aws:PrincipalTag/pull:telemetry-sdk": "allow" };
  const other = { "aws:PrincipalTag/pull:dashboard": "allow" };
  const foreign = callerOf("arn:aws:iam::210987654321:user/customers/acme");

  const cases: [string, Caller, Record<string, string>, CompiledPolicy[], string][] = [
    ["lets in a member with the tag", callerOf(USER), pull, group, "Allowed"],
    ["leaves out a member without it", callerOf(USER), {}, group, "ImplicitlyDenied"],
    ["leaves out a member with another's", callerOf(USER), other, group, "ImplicitlyDenied"],
    ["leaves out a tagged user that is not a member", callerOf(USER), pull, [], "ImplicitlyDenied"],
    [
      "leaves out a suspended one that kept it",
      callerOf(USER),
      pull,
      [...group, suspended],
      "ExplicitlyDenied",
    ],
    ["leaves out another account's user with it", foreign, pull, [everything], "ImplicitlyDenied"],
    ["leaves out anonymous", { kind: "anonymous" }, {}, [], "ImplicitlyDenied"],
    // A re-created user is unknown by its unique id, and by tag because it has none.
    ["leaves out a re-created user as AWS creates it", callerOf(USER), {}, [], "ImplicitlyDenied"],
    [
      "lets in a re-created user that an operator tags and adds to the group",
      callerOf(USER),
      pull,
      group,
      "Allowed",
    ],
  ];
  for (const [words, caller, tags, identity, decision] of cases) {
    it(words, () => {
      const request = {
        caller,
        action: "ecr:BatchGetImage",
        resource: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/telemetry-sdk`,
        context: requestContext(tags),
      };
      expect(evaluate(request, { identity })).to.equal(decision);
    });
  }
});
