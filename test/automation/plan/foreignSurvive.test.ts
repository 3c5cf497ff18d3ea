/**
 * Proves that what others have in a repository's policy survives updates to the byte: random statements,
 * declared or added by hand at any time, through 100 random edits of the customers, from what AWS holds
 * over the plan to the document that is written. The engine and AWS are tested in test/e2e/ownership.test.ts.
 */
import { expect } from "chai";
import fc from "fast-check";
import { foreignFindings, keepFound } from "../../../automation/plan/foreign";
import { userArn } from "../../../src/access/arns";
import { entitledGrants } from "../../../src/access/entitlements";
import type { ForeignStatement } from "../../../src/access/model";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import { serialize } from "../../../src/access/serialize";
import type { StackInput } from "../../../src/project";
import { ACCOUNT, customer } from "../../access/support";
import { recordedBy, stackInput } from "./support";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

const REGION = "eu-central-1";
const EDITS = 100;

/** Statements as AWS returns them, in any form that it accepts. */
const principal = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: fc.stringMatching(/^arn:aws:iam::9[0-9]{11}:(root|role\/[a-z]{1,8})$/) }),
  fc.record({ Service: fc.constantFrom("lambda.amazonaws.com", "ecs.amazonaws.com") }),
  fc.record({
    AWS: fc.array(fc.stringMatching(/^arn:aws:iam::9[0-9]{11}:user\/[a-z]{1,8}$/), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);
const action = fc.constantFrom("ecr:PutImage", "ecr:ListImages", "ecr:*", "ecr:BatchGetImage");
const statement: fc.Arbitrary<ForeignStatement> = fc.record(
  {
    Sid: fc.stringMatching(/^[A-Za-z0-9]{1,12}$/).filter((sid) => !/^(Pull|EcrCus)/.test(sid)),
    Effect: fc.constantFrom("Allow", "Deny"),
    Principal: principal,
    Action: fc.oneof(action, fc.uniqueArray(action, { minLength: 1 })),
    Condition: fc.constantFrom(
      { StringEquals: { "aws:PrincipalOrgID": "o-1a2b3c" } },
      { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"] } },
    ),
  },
  { requiredKeys: ["Sid", "Effect", "Principal", "Action"] },
);
const statements = fc.uniqueArray(statement, {
  maxLength: 4,
  selector: (one) => String(one["Sid"]),
});
/** Who may pull after an edit. */
const edit = fc.subarray(["acme", "globex", "hooli", "initech"], { minLength: 1 });

function inputOf(ids: readonly string[], declared: readonly ForeignStatement[]): StackInput {
  const input = stackInput(ids.map((id) => customer(id)));
  const settings = input.config.repositories.get("edge-agent");
  if (settings === undefined) throw new Error("no edge-agent");
  const repositories = new Map(input.config.repositories);
  repositories.set(
    "edge-agent",
    declared.length > 0 ? { ...settings, statements: declared } : settings,
  );
  return { ...input, config: { ...input.config, repositories } };
}

/** The document that an update writes, as `src/stack` renders it. */
function written({ config, customers, today }: StackInput): unknown {
  const principals = entitledGrants(customers, config, today)
    .filter(({ repository }) => repository === "edge-agent")
    .map((grant) => ({ arn: userArn(HOME, grant.customer) }));
  const { statements: declared = [], found = {} } = config.repositories.get("edge-agent") ?? {};
  const document = repositoryPolicy(principals, config, [...declared, ...(found[REGION] ?? [])]);
  return document === undefined ? undefined : JSON.parse(serialize(document));
}

function othersIn(document: unknown): string[] {
  const { Statement } = document as { Statement: ForeignStatement[] };
  return Statement.filter(({ Sid }) => Sid !== "Pull").map((one) => JSON.stringify(one));
}

describe("statements of others", () => {
  it("survive although they give nothing that another one does not give", () => {
    const allow = (Sid: string, Action: string) => ({
      Sid,
      Effect: "Allow",
      Principal: "*",
      Action,
    });
    const [declared, byHand] = [[allow("All", "ecr:*")], [allow("List", "ecr:ListImages")]];
    const input = inputOf(["acme"], declared);
    const { Statement, ...rest } = written(input) as { Statement: ForeignStatement[] };
    const document = { ...rest, Statement: [...Statement, ...byHand] };
    const present = [{ repository: "edge-agent", region: REGION, document }];
    const findings = foreignFindings(present, input, recordedBy(input));
    expect(findings.map(({ kind, losses }) => [kind, losses])).to.deep.equal([["drift", []]]);
    expect(othersIn(written(keepFound(input, findings)))).to.deep.equal(othersIn(document));
  });

  it("survive 100 random edits of the customers to the byte", () => {
    const edits = fc.array(edit, { minLength: EDITS, maxLength: EDITS });
    fc.assert(
      fc.property(statements, fc.nat(4), fc.nat(EDITS - 1), edits, (all, split, at, rounds) => {
        const [declared, byHand] = [all.slice(0, split), all.slice(split)];
        let before = inputOf(["acme"], declared);
        let aws = written(before);
        rounds.forEach((ids, round) => {
          if (round === at) {
            const { Statement, ...rest } = aws as { Statement: ForeignStatement[] };
            aws = { ...rest, Statement: [...Statement, ...byHand] };
          }
          const held = othersIn(aws);
          const input = inputOf(ids, declared);
          const present = [{ repository: "edge-agent", region: REGION, document: aws }];
          const findings = foreignFindings(present, input, recordedBy(before));
          expect(findings.filter(({ kind }) => kind !== "drift")).to.deep.equal([]);
          aws = written(keepFound(input, findings));
          expect(othersIn(aws)).to.have.members(held);
          before = input;
        });
        expect(othersIn(aws)).to.have.length(all.length);
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);
});
