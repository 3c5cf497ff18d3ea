/** Shows that a repository's policy names the stack that writes it, and how others are recognised. */
import { expect } from "chai";
import { ownershipOf, policyId } from "../../src/access/policyId";
import { OWNER } from "./support";

const HASH = "0123456789ab";

describe("the owner of a repository's policy", () => {
  it("is in its Id, and is read back from there", () => {
    const Id = policyId(OWNER, HASH);
    expect(Id).to.equal(`ecr-customers/ecr-customers/prod/${HASH}`);
    expect(ownershipOf({ Id }, OWNER)).to.deep.equal({ kind: "own", hash: HASH });
  });

  it("is this stack, too, for an Id from before it named the stack", () => {
    const found = ownershipOf({ Id: `ecr-customers-${HASH}` }, OWNER);
    expect(found).to.deep.equal({ kind: "unnamed", hash: HASH });
  });

  for (const other of [
    { project: "ecr-customers", stack: "stg" },
    { project: "another", stack: "prod" },
  ]) {
    it(`is another stack for ${other.project}/${other.stack}`, () => {
      const found = ownershipOf({ Id: policyId(other, HASH) }, OWNER);
      expect(found).to.deep.equal({ kind: "other-stack", owner: other });
    });
  }

  for (const document of [
    undefined,
    null,
    [],
    {},
    { Id: 1 },
    { Id: "ECRPolicyId1" },
    { Id: "ecr-customers/prod/0123456789ab" },
    { Id: "ecr-customers/a/b/c/0123456789ab" },
    { Id: "ecr-customers/a/b/0123456789" },
  ]) {
    it(`is not ecr-customers for ${JSON.stringify(document)}`, () => {
      expect(ownershipOf(document, OWNER)).to.deep.equal({ kind: "foreign" });
    });
  }
});
