/**
 * Proves how what the last update recorded is read: nothing, something, or something that another
 * version wrote, which must never be read as "no one had access". Where outputs come from is for the
 * end-to-end tests.
 */
import { expect } from "chai";
import fc from "fast-check";
import { readBaseline, recordedGrants, recordedRegions } from "../../../automation/plan/baseline";
import { entitledGrants } from "../../../src/access/entitlements";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer, TODAY } from "../../access/support";
import { stackInputs } from "./arbitrary";
import { recordedBy, stackInput } from "./support";

const RECORD = {
  customers: {
    acme: { repositories: ["edge-agent"], status: "active", keys: { "1": "active" } },
  },
  repositories: {
    "edge-agent": { mode: "named", regions: ["eu-central-1"], size: 245, customers: 1 },
  },
};

describe("what was recorded", () => {
  it("is nothing without outputs", () => {
    expect(readBaseline(undefined)).to.deep.equal({ kind: "none" });
    expect(readBaseline({})).to.deep.equal({ kind: "none" });
  });

  it("is read as it is", () => {
    expect(readBaseline(RECORD)).to.deep.equal({ kind: "recorded", outputs: RECORD });
    const empty = { customers: {}, repositories: {} };
    expect(readBaseline(empty)).to.deep.equal({ kind: "recorded", outputs: empty });
  });

  it("is read from one text for all customers, as the base stack of several cells has it", () => {
    const written = { ...RECORD, customers: JSON.stringify(RECORD.customers) };
    expect(readBaseline(written)).to.deep.equal({ kind: "recorded", outputs: RECORD });
  });

  const { customers, repositories } = RECORD;
  const { acme } = customers;
  const edge = repositories["edge-agent"];
  for (const [what, outputs] of [
    ["no customers", { repositories }],
    ["no repositories", { customers }],
    ["customers as a list", { customers: [acme], repositories }],
    ["customers in a text that is no JSON", { customers: "acme", repositories }],
    ["customers in a text of another shape", { customers: JSON.stringify([acme]), repositories }],
    [
      "a status of another version",
      { customers: { acme: { ...acme, status: "paused" } }, repositories },
    ],
    [
      "a key's status of another version",
      { customers: { acme: { ...acme, keys: { 1: "on" } } }, repositories },
    ],
    ["no keys", { customers: { acme: { ...acme, keys: undefined } }, repositories }],
    [
      "an end that is not a text",
      { customers: { acme: { ...acme, expires: 20270131 } }, repositories },
    ],
    [
      "a mode of another version",
      { customers, repositories: { "edge-agent": { ...edge, mode: "open" } } },
    ],
    ["no regions", { customers, repositories: { "edge-agent": { ...edge, regions: undefined } } }],
    ["only what others wrote", { url: "https://example.com" }],
  ] as [string, Record<string, unknown>][]) {
    it(`cannot be read with ${what}`, () => {
      expect(readBaseline(outputs)).to.deep.equal({ kind: "unreadable" });
    });
  }

  it("gives every update's own record back", () => {
    fc.assert(
      fc.property(stackInputs(), (input) => {
        expect(recordedBy(input)).to.deep.equal({ kind: "recorded", outputs: stackOutputs(input) });
      }),
    );
  });
});

describe("recorded grants", () => {
  it("are the grants that the update gave, on its own day and on any later one", () => {
    const days = fc.constantFrom("2026-11-11", TODAY, "2026-12-02", "2027-06-30");
    let count = 0;
    fc.assert(
      fc.property(stackInputs("2026-11-01"), days, ({ config, customers, today }, day) => {
        const outputs = stackOutputs({ config, customers, today });
        const grants = recordedGrants(outputs, config, day);
        expect(grants).to.deep.equal(entitledGrants(customers, config, day));
        count += grants.length;
      }),
    );
    expect(count).to.be.greaterThan(0);
  });

  it("name the users with the stack's prefix, and the regions of each repository", () => {
    const input = stackInput([customer("acme")], { namePrefix: "eu-" });
    const outputs = stackOutputs(input);
    expect(recordedGrants(outputs, input.config, TODAY)).to.deep.equal([
      {
        customer: "acme",
        repository: "edge-agent",
        principals: [{ kind: "user", userName: "eu-acme" }],
      },
    ]);
    expect(recordedRegions(outputs).get("edge-agent")).to.deep.equal(["eu-central-1"]);
  });
});
