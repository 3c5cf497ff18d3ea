/**
 * Proves whom an update leaves out of a policy that it writes: only those whom the last update named there and someone took
 * out since, never those whom an interrupted update has only recorded. End to end: test/e2e/restrictedByHand.test.ts and
 * test/e2e/failedRuns.test.ts.
 */
import { expect } from "chai";
import { withheldIn } from "../../../automation/plan/held";
import { readBaseline } from "../../../automation/plan/baseline";
import { userArn } from "../../../src/access/arns";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import type { Withheld } from "../../../src/project";
import { stackOutputs } from "../../../src/stack/outputs";
import { ACCOUNT, customer } from "../../access/support";
import { REPOSITORY_POLICY, resourceChange, stackInput } from "./support";

const HOME = { account: ACCOUNT, region: "eu-central-1" };
const PLACE = "edge-agent@eu-central-1";
const both = ["acme", "globex"].map((id) => customer(id));
const policyOf = (...ids: string[]) =>
  repositoryPolicy(
    ids.map((id) => ({ arn: userArn(HOME, id) })),
    stackInput(both).config,
  );

interface Case {
  /** Whom the policy in the state names; undefined when the engine would create it. */
  state: string[] | undefined;
  aws: string[];
  /** Whom the last update left out. */
  leftOut?: Withheld;
  /** Whether the policy differs from AWS alone: the engine, without reading it, would leave it. */
  isDeclared?: boolean;
}

/** Who is left out by an update of two customers whose last update recorded both. */
function leftOut({ state, aws, leftOut: withheld, isDeclared }: Case): string[] {
  const input = stackInput(both);
  const outputs = stackOutputs({ ...input, ...(withheld && { withheld }) });
  const change = resourceChange(
    state === undefined ? "create" : "update",
    REPOSITORY_POLICY,
    PLACE,
  );
  const policyBefore = state && { policyBefore: JSON.stringify(policyOf(...state)) };
  const found = withheldIn(
    [{ ...change, ...policyBefore }],
    [{ repository: "edge-agent", region: HOME.region, document: policyOf(...aws) }],
    input,
    readBaseline(JSON.parse(JSON.stringify(outputs)) as Record<string, unknown>),
    ...(isDeclared === true ? [[]] : []),
  );
  return [...(found.get(PLACE) ?? [])];
}

describe("a policy that an update writes", () => {
  it("leaves out whom the last update named and someone took out", () => {
    expect(leftOut({ state: ["acme", "globex"], aws: ["acme"] })).to.deep.equal(["globex"]);
  });

  it("names whom an interrupted update has recorded and not written", () => {
    expect(leftOut({ state: ["acme"], aws: ["acme"] })).to.deep.equal([]);
    expect(leftOut({ state: undefined, aws: ["acme"] })).to.deep.equal([]);
  });

  it("leaves out whom the last update left out, although the state does not name it", () => {
    const withheld = new Map([[PLACE, new Set(["globex"])]]);
    const one = { state: ["acme"], aws: ["acme"], leftOut: withheld };
    expect(leftOut(one)).to.deep.equal(["globex"]);
    const elsewhere = new Map([["sdk@eu-central-1", new Set(["globex"])]]);
    expect(leftOut({ ...one, leftOut: elsewhere })).to.deep.equal([]);
  });

  it("leaves out whom a policy in the state names as declared, which the engine reads from AWS first", () => {
    const one = { state: ["acme"], aws: ["acme"], isDeclared: true };
    expect(leftOut(one)).to.deep.equal(["globex"]);
  });

  it("leaves out no one when AWS names both", () => {
    const all = ["acme", "globex"];
    expect(leftOut({ state: all, aws: all })).to.deep.equal([]);
  });
});
