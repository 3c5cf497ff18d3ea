/**
 * Proves when what others have in a repository's policy stops an update, and that each option lets pass what it
 * names and nothing else. ownership.test.ts shows it with AWS.
 */
import { expect } from "chai";
import type { ForeignFinding } from "../../../automation/plan/foreign";
import { refusals, type Allowances } from "../../../automation/plan/limits";

function finding(
  kind: ForeignFinding["kind"],
  repository: string,
  principals = ["role ci"],
): ForeignFinding {
  const owner = kind === "other-stack" ? { owner: { project: "registry", stack: "stg" } } : {};
  const losses = principals.map((who) => ({
    ...{ who, principal: who, what: "push" },
    effect: "allows" as const,
  }));
  return { repository, region: "eu-central-1", kind, statements: [], losses, ...owner };
}

/** The refusals' limits and options. */
function stopped(foreign: ForeignFinding[], allowed: Allowances = {}) {
  const facts = { entitled: 50, losers: [], renamed: [], replacements: [], unknown: [] };
  return refusals({ ...facts, foreign }, allowed).map(({ limit, flag }) => [limit, flag]);
}

describe("a policy of another stack", () => {
  const owned = [finding("other-stack", "edge-agent"), finding("other-stack", "sdk")];

  it("stops an update, each repository by its name", () => {
    expect(stopped(owned)).to.deep.equal([
      ["other-stack", "--take-over edge-agent"],
      ["other-stack", "--take-over sdk"],
    ]);
  });

  it("is taken over by its own name only", () => {
    expect(stopped(owned, { takeOver: ["sdk"] })).to.deep.equal([
      ["other-stack", "--take-over edge-agent"],
    ]);
    expect(stopped(owned, { takeOver: ["sdk", "edge-agent"] })).to.deep.equal([]);
    expect(stopped(owned, { foreignRevocations: 9 })).to.have.length(2);
  });
});

describe("statements of others that would go", () => {
  const two = [
    finding("first-contact", "edge-agent"),
    finding("first-contact", "sdk", ["AWS account 999988887777"]),
  ];

  it("stop a first contact until as many principals are allowed to lose what they have", () => {
    const refused = [["foreign-revocations", "--allow-foreign-revocations 2"]];
    expect(stopped(two)).to.deep.equal(refused);
    expect(stopped(two, { foreignRevocations: 1 })).to.deep.equal(refused);
    expect(stopped(two, { foreignRevocations: 2 })).to.deep.equal([]);
    expect(stopped(two, { takeOver: ["edge-agent", "sdk"] })).to.deep.equal(refused);
  });

  it("stop no update when they were added later, because they are kept", () => {
    expect(stopped([finding("drift", "edge-agent", ["role a", "role b"])])).to.deep.equal([]);
  });

  it("count when the option asks to remove what was added later", () => {
    const added = [finding("drift", "edge-agent", ["role a", "role b"])];
    expect(stopped(added, { foreignRevocations: 1 })).to.deep.equal([
      ["foreign-revocations", "--allow-foreign-revocations 2"],
    ]);
    expect(stopped(added, { foreignRevocations: 2 })).to.deep.equal([]);
  });
});
