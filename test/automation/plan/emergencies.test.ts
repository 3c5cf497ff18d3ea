/**
 * Proves which revocations in AWS stand against a customer's file, on the documents and plans of one customer.
 * That `up` and `preview` act on it is for revocationStands.test.ts.
 */
import { expect } from "chai";
import { emergencies, emergencyLines, type Emergency } from "../../../automation/plan/emergencies";
import type { ResourceChange } from "../../../automation/engine/events";
import { denyPolicy } from "../../../src/access/denyPolicy";
import type { Customer } from "../../../src/customers/model";
import { customer } from "../../access/support";
import { recordedBy, resourceChange, stackInput, USER } from "./support";

const REVOKED = "2026-11-22T08:00:00Z";
const UNTIL = "2026-11-22T20:00:00Z";
const [SOON, LATER] = [new Date("2026-11-22T19:59:59Z"), new Date(UNTIL)];
const REPLACED = [resourceChange("replace", USER, "acme")];

const active = customer("acme");
const revoked: Customer = { ...active, status: "suspended", revoked: REVOKED };

/** AWS holds the mark; the last update was made from `before`, and the file is now `after`. */
function standing(
  before: Customer,
  after: Customer,
  planned: readonly ResourceChange[] = [],
  now = SOON,
): Emergency[] {
  const denies = new Map([["acme", denyPolicy(revoked)]]);
  return emergencies(denies, stackInput([after]), recordedBy(stackInput([before])), planned, now);
}

describe("a revocation in AWS", () => {
  it("stands when neither the file nor the last update knows of it, however old it is", () => {
    const found = [{ customer: "acme", revoked: REVOKED }];
    expect(standing(active, active)).to.deep.equal(found);
    expect(standing(active, active, [], LATER)).to.deep.equal(found);
  });

  it("does not stand against a file that says it", () => {
    expect(standing(active, revoked)).to.deep.equal([]);
  });

  it("stands against a file or an update that knows of an earlier revocation only", () => {
    const earlier: Customer = { ...revoked, revoked: "2026-11-22T07:59:59Z" };
    const later: Customer = { ...revoked, revoked: "2026-11-22T08:00:01Z" };
    const found = [{ customer: "acme", revoked: REVOKED }];
    expect(standing(active, earlier)).to.deep.equal(found);
    expect(standing(earlier, active, [], LATER)).to.deep.equal(found);
    expect(standing(active, later)).to.deep.equal([]);
    expect(standing(later, active, [], LATER)).to.deep.equal([]);
  });

  it("stands for 12 hours against a file that takes it back, because logins outlive their key", () => {
    expect(standing(revoked, active)).to.deep.equal([
      { customer: "acme", revoked: REVOKED, until: UNTIL },
    ]);
    expect(standing(revoked, active, [], LATER)).to.deep.equal([]);
  });

  it("does not stand when the update replaces the user, whose logins end with it", () => {
    expect(standing(revoked, { ...active, user: 2 }, REPLACED)).to.deep.equal([]);
  });

  it("stands when the file asks for another user and the engine would not replace it", () => {
    const renewed = { ...active, user: 2 };
    for (const planned of [
      [],
      [resourceChange("update", USER, "acme", ["tags"])],
      [resourceChange("replace", USER, "globex")],
      [resourceChange("replace", "aws:iam/accessKey:AccessKey", "acme")],
    ]) {
      expect(standing(revoked, renewed, planned)).to.have.length(1);
    }
  });

  describe("on a customer's role", () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "a", subjects: ["s"] };
    const withRole: Customer = { ...active, keys: [], oidc };
    const asked = (
      before: Customer,
      after: Customer,
      denied: readonly string[],
      planned: readonly ResourceChange[] = [],
    ) => {
      const denies = new Map(denied.map((name) => [name, denyPolicy(revoked)]));
      const baseline = recordedBy(stackInput([before]));
      return emergencies(denies, stackInput([after]), baseline, planned, SOON);
    };

    it("stands like one on a user, and has no user that could be replaced", () => {
      expect(asked(withRole, withRole, ["role/acme"])).to.deep.equal([
        { customer: "acme", revoked: REVOKED },
      ]);
      const known = { ...withRole, status: "suspended" as const, revoked: REVOKED };
      const found = asked(known, withRole, ["role/acme"]);
      expect(found).to.deep.equal([
        { customer: "acme", revoked: REVOKED, until: UNTIL, withoutUser: true },
      ]);
      expect(emergencyLines(found)[0]).to.match(/old token lasts until .* after that time\.$/);
    });

    it("is no mark on a user of the same name", () => {
      expect(asked(withRole, withRole, ["acme"])).to.deep.equal([]);
    });

    it("stands although the user beside it is replaced", () => {
      const both: Customer = { ...active, oidc, withKey: true };
      const denied = ["acme", "role/acme"];
      expect(asked(both, both, denied, REPLACED)).to.have.length(1);
      expect(asked(both, both, ["acme"], REPLACED)).to.deep.equal([]);
    });
  });
});
