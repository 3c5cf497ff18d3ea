/**
 * Proves which user and keys `adopt --existing` finds for a customer file, and that it leaves a file alone where AWS does
 * not show which key is which. That an update takes them over is proved in test/e2e/lostState.test.ts.
 */
import { expect } from "chai";
import { existingPlan } from "../../../automation/adopt/existing";
import type { ObservedUser } from "../../../src/account/observed";
import type { Customer } from "../../../src/customers/model";
import { customer } from "../../access/support";

const [FIRST, SECOND] = ["AKIAIOSFODNN7EXAMPL1", "AKIAIOSFODNN7EXAMPL2"];
const BOTH = [
  { generation: 1, status: "active" as const },
  { generation: 2, status: "active" as const },
];

function user(keys: readonly [id: string, createdAt: string][]): ObservedUser {
  const name = "acme";
  const arn = `arn:aws:iam::123456789012:user/customers/${name}`;
  return {
    ...{ name, arn, path: "/customers/", uniqueId: "AIDAACMEACMEACME" },
    keys: keys.map(([id, createdAt]) => ({ id, status: "Active", createdAt })),
  };
}

function planned(file: Partial<Customer>, users: readonly ObservedUser[], namePrefix = "") {
  return existingPlan([customer("acme", file)], { users }, namePrefix);
}

describe("`adopt --existing`", () => {
  const one = user([[FIRST, "2026-01-01T00:00:00Z"]]);

  it("finds the user and the key of a file", () => {
    const adopted = { user: "AIDAACMEACMEACME", keys: [{ generation: 1, key: FIRST }] };
    expect(planned({}, [one])).to.deep.equal({ customers: [{ id: "acme", adopted }], leftOut: [] });
  });

  it("finds a user by the name that its file keeps", () => {
    const { customers } = planned({ userName: "acme" }, [one], "prod-");
    expect(customers).to.have.length(1);
  });

  it("takes the older of two keys for the first generation", () => {
    const two = user([
      [SECOND, "2026-06-01T00:00:00Z"],
      [FIRST, "2026-01-01T00:00:00Z"],
    ]);
    const { customers } = planned({ keys: BOTH }, [two]);
    expect(customers[0]?.adopted.keys).to.deep.equal([
      { generation: 1, key: FIRST },
      { generation: 2, key: SECOND },
    ]);
  });

  it("follows the record of a hand-over, not the age", () => {
    const two = user([
      [FIRST, "2026-01-01T00:00:00Z"],
      [SECOND, "2026-01-01T00:00:01Z"],
    ]);
    const handedOver = [{ generation: 1, key: SECOND, on: "2026-02-01", to: "passphrase" }];
    const { customers } = planned({ keys: BOTH, handedOver }, [two]);
    expect(customers[0]?.adopted.keys).to.deep.equal([
      { generation: 1, key: SECOND },
      { generation: 2, key: FIRST },
    ]);
  });

  it("has nothing to do for files that say it, and for accounts", () => {
    const adopted = { user: "AIDAACMEACMEACME", keys: [] };
    const nothing = { customers: [], leftOut: [] };
    expect(planned({ adopted }, [one])).to.deep.equal(nothing);
    expect(planned({ awsAccount: "210987654321", keys: [] }, [])).to.deep.equal(nothing);
  });

  const sameTime = user([
    [FIRST, "2026-01-01T00:00:00Z"],
    [SECOND, "2026-01-01T00:00:01Z"],
  ]);
  const { keys: _, ...unread } = one;
  for (const [what, file, users, why] of [
    ["a user that does not exist", {}, [], "AWS has no such user"],
    ["keys that could not be read", {}, [unread], "could not be read"],
    ["a user that was re-created", { user: 2 }, [one], "re-created"],
    ["two keys of the same time", { keys: BOTH }, [sameTime], "which is which is not recorded"],
    ["a key that no file declares", {}, [sameTime], "which is which is not recorded"],
    ["a key that is gone", {}, [user([])], "AWS has no key"],
  ] as [string, Partial<Customer>, ObservedUser[], string][]) {
    it(`leaves out ${what}`, () => {
      const { customers, leftOut } = planned(file, users);
      expect(customers).to.deep.equal([]);
      expect(leftOut).to.have.length(1);
      expect(leftOut[0]?.why).to.include(why);
    });
  }
});
