/**
 * Proves what the files change about keys, and who keeps its grants and loses every key that it
 * works with: an outage that no policy shows, and that counts for the limit of revocations. That
 * the engine does with keys what is reported here is for the end-to-end tests.
 */
import { expect } from "chai";
import { keyChanges, withoutWorkingKey } from "../../../automation/plan/keyChanges";
import { makePlan } from "../../../automation/plan/plan";
import type { Customer, KeyStatus } from "../../../src/customers/model";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer, TODAY } from "../../access/support";
import type { ResourceChange } from "../../../automation/engine/events";
import {
  onlyChange,
  planBetween,
  previewOf,
  recordedBy,
  resourceChange,
  stackInput,
} from "./support";

type Keys = Readonly<Record<number, KeyStatus>>;

const ACTIVE: Keys = { 1: "active" };
const BOTH: Keys = { 1: "active", 2: "active" };

function file(keys: Keys, changes: Partial<Customer> = {}): Customer {
  const all = Object.entries(keys).map(([generation, status]) => ({
    generation: Number(generation),
    status,
  }));
  return customer("acme", { keys: all, ...changes });
}

function recorded(...customers: Customer[]) {
  return stackOutputs(stackInput(customers)).customers;
}

describe("key changes", () => {
  for (const [what, before, after, expected] of [
    ["nothing for the same keys", BOTH, BOTH, []],
    ["a second key", ACTIVE, BOTH, ["2 new works"]],
    ["a key that is new and inactive", ACTIVE, { 1: "active", 2: "inactive" }, ["2 new"]],
    ["a key that becomes inactive", BOTH, { 1: "inactive", 2: "active" }, ["1 deactivated"]],
    ["a key that works again", { 1: "inactive", 2: "active" }, BOTH, ["1 activated works"]],
    ["a key that is deleted", BOTH, { 2: "active" }, ["1 deleted"]],
    ["listed in order", { 2: "active" }, { 1: "active" }, ["1 new works", "2 deleted"]],
    [
      "generations in order of numbers",
      { 9: "active" },
      { 10: "active" },
      ["9 deleted", "10 new works"],
    ],
  ] as [string, Keys, Keys, string[]][]) {
    it(`are ${what}`, () => {
      const found = keyChanges(recorded(file(before)), [file(after)], TODAY);
      expect(
        found.map(({ generation, change, works }) =>
          [generation, change, ...(works ? ["works"] : [])].join(" "),
        ),
      ).to.deep.equal(expected);
      expect(found.map((one) => one.customer)).to.deep.equal(expected.map(() => "acme"));
    });
  }

  it("report a key that is not the one that was handed over, and one that is re-created", () => {
    const record = { generation: 1, key: "AKIAHANDEDOVER000", on: "2026-11-01", to: "passphrase" };
    const changesOf = (
      keyIds: Record<string, string>,
      changes: Partial<Customer> = {},
      ...created: ResourceChange[]
    ) =>
      keyChanges(recorded(file(BOTH)), [file(BOTH, { handedOver: [record], ...changes })], TODAY, {
        keyIds,
        changes: created,
      }).map(({ generation, change, works }) => [generation, change, works]);
    const other = { "acme-1": "AKIAOTHER00000000", "acme-2": "AKIASECOND0000000" };
    expect(changesOf({ ...other, "acme-1": record.key })).to.deep.equal([]);
    expect(changesOf(other)).to.deep.equal([[1, "another", true]]);
    expect(changesOf(other, { status: "suspended" })).to.deep.equal([[1, "another", false]]);
    expect(changesOf({})).to.deep.equal([]);
    const key = resourceChange("create", "aws:iam/accessKey:AccessKey", "acme-2");
    expect(changesOf({ "acme-1": record.key }, {}, key)).to.deep.equal([[2, "another", true]]);
  });

  it("are the keys of a new customer, and none of one that is removed or only ends", () => {
    expect(keyChanges({}, [file(BOTH)], TODAY).map(({ change }) => change)).to.deep.equal([
      "new",
      "new",
    ]);
    expect(keyChanges(recorded(file(ACTIVE)), [], TODAY)).to.deep.equal([]);
    const suspended = file(ACTIVE, { status: "suspended" });
    expect(keyChanges(recorded(file(ACTIVE)), [suspended], TODAY)).to.deep.equal([]);
  });

  it("do not work while the customer has ended", () => {
    for (const ended of [{ status: "suspended" as const }, { expires: "2026-11-22" }]) {
      const found = keyChanges(
        recorded(file({ 1: "inactive" }, ended)),
        [file(BOTH, ended)],
        TODAY,
      );
      expect(found.map(({ change, works }) => [change, works])).to.deep.equal([
        ["activated", false],
        ["new", false],
      ]);
    }
    const lastDay = file(ACTIVE, { expires: TODAY });
    expect(keyChanges({}, [lastDay], TODAY).map(({ works }) => works)).to.deep.equal([true]);
  });

  it("delete the keys of a customer that pulls with its own AWS account from now on", () => {
    const after = file({}, { awsAccount: "210987654321" });
    const found = keyChanges(recorded(file(BOTH)), [after], TODAY);
    expect(found.map(({ change }) => change)).to.deep.equal(["deleted", "deleted"]);
  });
});

describe("a customer without a working key", () => {
  for (const [what, before, after, loses] of [
    ["a second key beside the first", ACTIVE, BOTH, false],
    ["the first one inactive while the second is old", BOTH, { 1: "inactive", 2: "active" }, false],
    ["the first one gone while the second is old", BOTH, { 2: "active" }, false],
    ["the only one inactive", ACTIVE, { 1: "inactive" }, true],
    ["both inactive", BOTH, { 1: "inactive", 2: "inactive" }, true],
    ["a generation swapped for a new one", ACTIVE, { 2: "active" }, true],
    [
      "the old one inactive in the step that makes the new one",
      ACTIVE,
      { 1: "inactive", 2: "active" },
      true,
    ],
    ["two new ones for two old ones", BOTH, { 3: "active", 4: "active" }, true],
    [
      "a step from one old one to the other",
      { 1: "active", 2: "inactive" },
      { 1: "inactive", 2: "active" },
      true,
    ],
    ["the only one inactive as before", { 1: "inactive" }, { 1: "inactive" }, false],
    ["a first working one", { 1: "inactive" }, BOTH, false],
  ] as [string, Keys, Keys, boolean][]) {
    it(`is ${loses ? "one" : "not one"} with ${what}`, () => {
      const days = { today: TODAY, day: TODAY };
      expect(withoutWorkingKey(recorded(file(before)), [file(after)], days)).to.deep.equal(
        loses ? ["acme"] : [],
      );
      const plan = planBetween(stackInput([file(before)]), stackInput([file(after)]));
      expect(plan.facts.losers).to.deep.equal(loses ? ["acme"] : []);
      if (loses) expect(onlyChange(plan)).to.deep.include({ losesKeys: true, reason: "edited" });
    });
  }

  it("is not one that is new, comes back, ends, or needs no key", () => {
    const days = { today: TODAY, day: TODAY };
    const swapped: Keys = { 2: "active" };
    const of = (before: Partial<Customer> | undefined, after: Partial<Customer>) =>
      withoutWorkingKey(
        before === undefined ? {} : recorded(file(ACTIVE, before)),
        [file(swapped, after)],
        days,
      );
    expect(of({}, {})).to.deep.equal(["acme"]);
    expect(of(undefined, {})).to.deep.equal([]);
    expect(of({ status: "suspended" }, {})).to.deep.equal([]);
    expect(of({ expires: "2026-11-22" }, {})).to.deep.equal([]);
    expect(of({}, { status: "suspended" })).to.deep.equal([]);
    expect(of({}, { awsAccount: "210987654321", keys: [] })).to.deep.equal([]);
    const oidc = { issuer: "https://oidc.acme.example", audience: "sts", subjects: ["ci"] };
    expect(of({}, { oidc, withKey: true })).to.deep.equal([]);
    expect(of({ awsAccount: "210987654321", keys: [] }, {})).to.deep.equal([]);
  });

  it("is found on a later day too, when the recorded end has passed by then", () => {
    const before = stackInput([file(ACTIVE, { expires: "2026-12-31" })]);
    const later = stackInput([file({ 2: "active" }, { expires: "2027-12-31" })], {}, "2027-02-01");
    const plan = makePlan({
      input: later,
      baseline: recordedBy(before),
      preview: previewOf(),
      today: TODAY,
    });
    expect(plan.facts.losers).to.deep.equal(["acme"]);
    expect(onlyChange(plan).losesKeys).to.equal(true);
  });
});
