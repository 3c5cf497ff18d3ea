/**
 * Proves which keys are deleted that an update has lost: those of an earlier one without network, and the first of two
 * that AWS's SDK has created. test/e2e/unanswered.test.ts does the same with AWS.
 */
import { expect } from "chai";
import type { Deviation } from "../../../src/account/deviation";
import { deleteLost, deleteTwiceCreated } from "../../../automation/update/lostKeys";
import { KEY, stackInput, USER } from "../plan/support";

const NOON = "2026-11-23T12:00:00.000Z";
const HOUR = "2026-11-23T13:00:00.000Z";

/** AWS with these keys of every user. @param failure - what each call fails with. */
function aws(keys: Record<string, string>, failure?: Error) {
  const deleted: string[] = [];
  const calls = {
    accessKeys: async () => {
      if (failure !== undefined) throw failure;
      return Object.entries(keys).map(([id, at]) => ({
        id,
        status: "Active",
        createdAt: new Date(at),
      }));
    },
    keyLastUse: async () => ({ service: "N/A", region: "N/A" }),
    deleteAccessKey: async (user: string, id: string) => void deleted.push(`${user} ${id}`),
  };
  return { calls, deleted };
}

const deployment = {
  resources: async () => [{ urn: `urn:pulumi:dev::x::${KEY}::acme-1`, type: KEY, id: "AKIASTATE" }],
};
const LOST = [{ user: "acme", count: 1, since: NOON, until: NOON }];

describe("a key that an update has lost", () => {
  it("is deleted by the next one, and no key of another time or of the state", async () => {
    const { calls, deleted } = aws({ AKIALOST: NOON, AKIASTATE: NOON, AKIALATER: HOUR });
    const found = await deleteLost(LOST, deployment, calls);
    expect(found).to.deep.equal({ deleted: [{ user: "acme", key: "AKIALOST" }], left: [] });
    expect(deleted).to.deep.equal(["acme AKIALOST"]);
  });

  it("stays recorded while AWS does not answer", async () => {
    const down = Object.assign(new Error("down"), { name: "TimeoutError", $metadata: {} });
    const { calls } = aws({}, down);
    const found = await deleteLost(LOST, deployment, calls);
    expect(found).to.deep.equal({ deleted: [], left: LOST });
  });

  for (const [what, name, hasNewUser, expected] of [
    ["a new user", "acme-2", true, ["acme AKIATWICE"]],
    ["a user that was there before", "acme-2", false, []],
    ["another customer's user", "globex-1", true, []],
  ] as const) {
    it(`is ${expected.length} when AWS has one more than was created with ${what}`, async () => {
      const { calls, deleted } = aws({ AKIATWICE: HOUR, AKIASTATE: HOUR });
      const deviation: Deviation = {
        check: "key-undeclared",
        subject: { kind: "customer", name: "acme" },
        customers: ["acme"],
        what: "acme has a key",
        repair: "operator",
      };
      const urn = `urn:pulumi:dev::x::${KEY}::${name}`;
      const created = { urn, type: KEY, name, change: "create", properties: [] } as const;
      const [id = ""] = name.split("-");
      const user = { ...created, urn: `urn:pulumi:dev::x::${USER}::${id}`, type: USER, name: id };
      const changes = hasNewUser ? [user, created] : [created];
      const parts = { deployment, aws: calls, input: stackInput([]) };
      await deleteTwiceCreated([deviation], [{ changes }], parts, new Date(NOON));
      expect(deleted).to.deep.equal(expected);
    });
  }
});
