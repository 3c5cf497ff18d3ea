/**
 * Proves which policies of repositories that have left the catalogue stay with the statements of others, and which
 * places are read for that. test/e2e/lossesByHand.test.ts does the same with AWS.
 */
import { expect } from "chai";
import { keepLeaving, leavingPlaces, type ForeignFinding } from "../../../automation/plan/foreign";
import type { ResourceChange } from "../../../automation/engine/events";
import type { StackInput } from "../../../src/project";

const POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";
const REPOSITORY = "aws:ecr/repository:Repository";
const STATEMENT = { Sid: "Partner" };

const input = { config: { repositories: new Map([["kept", {}]]) } } as unknown as StackInput;

function deleted(type: string, name: string): ResourceChange {
  return {
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    name,
    change: "delete",
    properties: [],
  };
}

function finding(repository: string, region: string, kind: ForeignFinding["kind"] = "leaving") {
  return { repository, region, kind, statements: [STATEMENT], losses: [] };
}

describe("a repository that leaves the catalogue", () => {
  it("keeps the statements of others in each region", () => {
    const { leaving } = keepLeaving(input, [finding("a", "x"), finding("a", "y")], []);
    expect(leaving).to.deep.equal({ a: { x: [STATEMENT], y: [STATEMENT] } });
  });

  it("keeps none when it is deleted itself, or when nothing of others is in its policy", () => {
    const others = [finding("kept", "x", "drift"), { ...finding("b", "x"), statements: [] }];
    const found = [finding("a", "x"), ...others];
    expect(keepLeaving(input, found, [deleted(REPOSITORY, "a@x")])).to.equal(input);
  });

  it("is one that the last update recorded, or whose policy would be deleted", () => {
    const outputs = {
      customers: {},
      repositories: {
        kept: { mode: "named", regions: ["x"], size: 1, customers: 1 },
        a: { mode: "named", regions: ["x", "y"], size: 1, customers: 1 },
      },
    } as const;
    const changes = [
      deleted(POLICY, "a@x"),
      deleted(POLICY, "team/b@x"),
      deleted(POLICY, "kept@x"),
    ];
    expect(leavingPlaces(input, { kind: "recorded", outputs }, changes)).to.deep.equal([
      { repository: "a", region: "x" },
      { repository: "a", region: "y" },
      { repository: "team/b", region: "x" },
    ]);
  });
});
