/** Shows that the mark of an emergency revocation is read back from the document that carries it. */
import { expect } from "chai";
import { readRevocationSid, revocationSid, revocationTime } from "../../src/access/revocationMark";

describe("the mark of an emergency revocation", () => {
  it("is a Sid of letters and digits, and gives the time back", () => {
    const sid = revocationSid("2026-11-28T07:24:05.123Z");
    expect(sid).to.equal("Revoked20261128T072405Z");
    expect(readRevocationSid(sid)).to.equal("2026-11-28T07:24:05Z");
  });

  it("is found in one statement as in a list of them", () => {
    const statement = { Sid: "Revoked20261128T072405Z", Effect: "Deny" };
    expect(revocationTime({ Statement: statement })).to.equal("2026-11-28T07:24:05Z");
    expect(revocationTime({ Statement: [{ Sid: "End" }, statement] })).to.equal(
      "2026-11-28T07:24:05Z",
    );
  });

  for (const other of [undefined, null, "text", {}, { Statement: null }, { Statement: [null] }]) {
    it(`is not in ${JSON.stringify(other)}`, () => {
      expect(revocationTime(other)).to.equal(undefined);
    });
  }

  for (const sid of ["End", "Revoked", "Revoked2026", "XRevoked20261128T072405Z"]) {
    it(`is not the Sid ${sid}`, () => expect(readRevocationSid(sid)).to.equal(undefined));
  }
});
