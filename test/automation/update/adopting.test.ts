/**
 * Proves what the first update of adopted customers takes into the state, and that AWS must hold the very user and keys
 * that a file adopts. That the engine imports them is for the end-to-end tests (test/e2e/adoption.test.ts).
 */
import { expect } from "chai";
import type { ObservedAccount, ObservedUser } from "../../../src/account/observed";
import type { Adopted } from "../../../src/customers/model";
import { UsageError } from "../../../automation/output/usageError";
import { findAdoption } from "../../../automation/update/adopting";
import { customer } from "../../access/support";
import { KEY, resourceChange, stackInput, USER } from "../plan/support";

const ADOPTED: Adopted = { user: "AIDA1", keys: [{ generation: 1, key: "AKIA1" }] };
const acme = { ...customer("acme"), userName: "Acme_Puller", adopted: ADOPTED };
const HELD: ObservedUser = {
  name: "Acme_Puller",
  path: "/partners/",
  arn: "arn:aws:iam::111122223333:user/partners/Acme_Puller",
  uniqueId: "AIDA1",
  keys: [{ id: "AKIA1", status: "Active", createdAt: "2024-01-01T00:00:00Z" }],
};
const PLANNED = [resourceChange("create", USER, "acme"), resourceChange("create", KEY, "acme-1")];

function find(users: ObservedUser[], { one = acme, planned = PLANNED, cells = 1 } = {}) {
  const input = stackInput([one]);
  const observed: ObservedAccount = {
    account: input.config.account,
    scope: { users: "all", group: true, others: false },
    users,
    groups: [],
    managedPolicies: new Map(),
    roles: [],
    repositories: new Map(),
    registries: new Map(),
    unread: [],
  };
  const aws = { observe: () => Promise.resolve(observed) };
  const withCells = { ...input, config: { ...input.config, cells } };
  return findAdoption(planned, { kind: "none" }, withCells, aws);
}

async function refusalOf(found: ReturnType<typeof find>): Promise<string> {
  try {
    await found;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "not refused";
}

describe("what the first update of an adopted customer takes over", () => {
  it("is its user and its key, by the ids that AWS has", async () => {
    const found = await find([HELD]);
    expect([...(found?.adoption ?? [])].map(([, id]) => id)).to.deep.equal([
      "Acme_Puller",
      "AKIA1",
    ]);
  });

  it("is only what the update would create", async () => {
    const found = await find([HELD], { planned: PLANNED.slice(1) });
    expect([...(found?.adoption ?? [])].map(([, id]) => id)).to.deep.equal(["AKIA1"]);
  });

  it("is nothing for a customer without `adopted`, or with another generation of its user", async () => {
    const { adopted: _, ...plain } = acme;
    expect(await find([HELD], { one: plain as typeof acme })).to.equal(undefined);
    expect(await find([HELD], { one: { ...acme, user: 2 } })).to.equal(undefined);
  });

  for (const [why, users, message] of [
    ["no such user", [], "acme: there is no such user"],
    [
      "another user of that name",
      [{ ...HELD, uniqueId: "AIDA2" }],
      "acme: user Acme_Puller is AIDA2, not AIDA1",
    ],
    [
      "the user without the key",
      [{ ...HELD, keys: [] }],
      "acme: user Acme_Puller has no key AKIA1",
    ],
  ] satisfies [string, ObservedUser[], string][]) {
    it(`is refused when AWS has ${why}`, async () => {
      expect(await refusalOf(find(users))).to.equal(
        `AWS does not hold what the files adopt: ${message}`,
      );
    });
  }

  it("is refused in a stack with cells", async () => {
    expect(await refusalOf(find([HELD], { cells: 4 }))).to.equal(
      "acme adopts a user, and the customers are in 4 cells",
    );
  });
});
