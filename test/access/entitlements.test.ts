/**
 * Proves who is entitled on a given day: last day included, suspended and ended customers out,
 * order independent of the input. Does not prove what AWS makes of a grant: see the e2e tests.
 */
import { expect } from "chai";
import fc from "fast-check";
import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { TODAY, customer } from "./support";

const OPTIONS = { namePrefix: "" };

describe("entitlements", () => {
  it("count the last day as a day with access, but not the next one", () => {
    const acme = customer("acme", { expires: TODAY });
    expect(accessEnded(acme, TODAY)).to.equal(false);
    expect(accessEnded(acme, "2026-11-24")).to.equal(true);
  });

  it("gives a suspended customer nothing, whatever its end date", () => {
    const acme = customer("acme", { status: "suspended", expires: "2099-01-01" });
    expect(entitledGrants([acme], OPTIONS, TODAY)).to.deep.equal([]);
  });

  it("names the customer's user with the stack's prefix, and its end date", () => {
    const acme = customer("acme", { expires: "2027-01-31" });
    expect(entitledGrants([acme], { namePrefix: "eu-" }, TODAY)).to.deep.equal([
      {
        customer: "acme",
        repository: "edge-agent",
        principals: [{ kind: "user", userName: "eu-acme" }],
        expires: "2027-01-31",
      },
    ]);
  });

  it("names the account of a customer that pulls with its own AWS identity", () => {
    const acme = customer("acme", { awsAccount: "012345678901", keys: [] });
    expect(entitledGrants([acme], OPTIONS, TODAY)[0]?.principals).to.deep.equal([
      { kind: "account", account: "012345678901" },
    ]);
  });

  it("names the roles of the account, and the user beside them, of a customer that moves", () => {
    const identity = { awsAccount: "012345678901", awsRoles: ["ci/puller", "deploy"] };
    const principals = (changes: object) =>
      entitledGrants([customer("acme", { ...identity, ...changes })], OPTIONS, TODAY)[0]
        ?.principals;
    const roles = [
      { kind: "role", account: "012345678901", role: "ci/puller" },
      { kind: "role", account: "012345678901", role: "deploy" },
    ];
    expect(principals({ keys: [] })).to.deep.equal(roles);
    expect(principals({ withKey: true })).to.deep.equal([
      { kind: "user", userName: "acme" },
      ...roles,
    ]);
  });

  it("does not depend on the order of the customers", () => {
    const customers = ["b", "a", "C", "ä"].map((id) =>
      customer(id, { repositories: ["orchestrator", "edge-agent"] }),
    );
    const expected = entitledGrants(customers, OPTIONS, TODAY);
    expect(expected.map(({ repository, customer: id }) => `${repository} ${id}`)).to.deep.equal([
      ...["C", "a", "b", "ä"].map((id) => `edge-agent ${id}`),
      ...["C", "a", "b", "ä"].map((id) => `orchestrator ${id}`),
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(customers, { minLength: customers.length }), (shuffled) => {
        expect(entitledGrants(shuffled, OPTIONS, TODAY)).to.deep.equal(expected);
      }),
    );
  });
});
