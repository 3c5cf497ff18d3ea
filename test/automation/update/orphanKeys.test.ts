/**
 * Proves which keys are deleted after a failed update: those that it created itself and whose secret is lost, and no
 * key that may be someone else's. AWS is simulated here; test/e2e/orphanKeys.test.ts shows the real one.
 */
import { expect } from "chai";
import type { AccessKeyView } from "../../../automation/aws/views";
import { deleteOrphanKeys } from "../../../automation/update/orphanKeys";
import { KEY, stackInput, USER } from "../plan/support";

const STARTED = new Date("2026-11-23T12:00:00Z");
const LATER = new Date("2026-11-23T12:00:05Z");
const EARLIER = new Date("2026-11-20T12:00:00Z");

function failed(name: string, type = KEY) {
  return { urn: `urn:pulumi:dev::x::${type}::${name}`, type, name, message: "no encryption key" };
}

/** Ids of the keys that are deleted, of those that AWS has. */
async function deleted(
  failures: ReturnType<typeof failed>[],
  keys: { id: string; createdAt: Date; used?: boolean }[],
): Promise<string[]> {
  const gone: string[] = [];
  const aws = {
    accessKeys: async (): Promise<AccessKeyView[]> =>
      keys.map(({ id, createdAt }) => ({ id, createdAt, status: "Active" })),
    keyLastUse: async (wanted: string) => ({
      ...(keys.find(({ id, used }) => id === wanted && used) ? { at: LATER } : {}),
      service: "ecr",
      region: "eu-central-1",
    }),
    deleteAccessKey: async (user: string, id: string) => void gone.push(`${user} ${id}`),
  };
  const recorded = { urn: `urn:pulumi:dev::x::${KEY}::acme-1`, type: KEY, id: "AKIARECORDED" };
  const input = stackInput([], { namePrefix: "eu-" });
  const found = await deleteOrphanKeys(failures, [recorded], { aws, input, started: STARTED });
  expect(found.map(({ user, key }) => `${user} ${key}`)).to.deep.equal(gone);
  return gone;
}

const FRESH = { id: "AKIAFRESH", createdAt: LATER };

describe("the keys of failed creations", () => {
  it("are deleted when the update created them", async () => {
    expect(await deleted([failed("acme-2")], [FRESH])).to.deep.equal(["eu-acme AKIAFRESH"]);
  });

  for (const [what, key] of [
    ["is in the state", { id: "AKIARECORDED", createdAt: LATER }],
    ["is older than the update", { id: "AKIAOLD", createdAt: EARLIER }],
    ["was used", { ...FRESH, used: true }],
  ] as const) {
    it(`are left when a key ${what}`, async () => {
      expect(await deleted([failed("acme-2")], [key])).to.deep.equal([]);
    });
  }

  it("are left when there are more than failures: one of them is someone else's", async () => {
    const both = [FRESH, { id: "AKIAOTHER", createdAt: LATER }];
    expect(await deleted([failed("acme-2")], both)).to.deep.equal([]);
    const twice = [failed("acme-2"), failed("acme-2")];
    expect(await deleted(twice, both)).to.have.length(2);
  });

  it("are not looked for after other failures", async () => {
    expect(await deleted([failed("acme", USER)], [FRESH])).to.deep.equal([]);
  });
});
