/**
 * Proves how the state that a killed run has left is recovered: which resources are adopted or forgotten,
 * which keys are deleted and which are left for an operator. test/e2e/killed.test.ts does the same with the
 * real engine and its states.
 */
import { expect } from "chai";
import type { AwsClient } from "../../../automation/aws/client";
import {
  recoverInterruptedState,
  recoverInterruptedKeys,
  type ExportedState,
} from "../../../automation/engine/recovery";

const HOME = { account: "123456789012", region: "eu-central-1" };

const USER = "aws:iam/user:User";
const KEY = "aws:iam/accessKey:AccessKey";

function resource(type: string, name: string, inputs: Record<string, unknown>, id?: string) {
  return {
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    inputs,
    ...(id === undefined ? {} : { id }),
  };
}

function state(
  resources: ReturnType<typeof resource>[],
  creating: ReturnType<typeof resource>[],
): ExportedState {
  const pending_operations = creating.map((one) => ({ resource: one, type: "creating" }));
  return { deployment: { resources, pending_operations } };
}

/** AWS with these keys, of which some were used, and what was deleted from it. */
function aws(
  keys: Record<string, string[]>,
  used: string[] = [],
): { client: AwsClient; deleted: string[] } {
  const deleted: string[] = [];
  const client = {
    accessKeys: (user: string) => Promise.resolve((keys[user] ?? []).map((id) => ({ id }))),
    keyLastUse: (key: string) => Promise.resolve(used.includes(key) ? { at: new Date(0) } : {}),
    deleteAccessKey: (user: string, key: string) => {
      deleted.push(`${user} ${key}`);
      return Promise.resolve();
    },
  };
  return { client: client as unknown as AwsClient, deleted };
}

describe("recovery from a killed run", () => {
  it("does nothing when no operation is pending", () => {
    expect(recoverInterruptedState(state([], []), HOME)).to.equal(undefined);
  });

  it("adopts resources that may exist under a known id, and forgets those that can be created again", () => {
    const settled = recoverInterruptedState(
      state(
        [],
        [
          resource(USER, "acme", { name: "eu-acme", tags: { a: "b" } }),
          resource("aws:iam/policy:Policy", "login", { name: "Login" }),
          resource("aws:ecr/repositoryPolicy:RepositoryPolicy", "edge", { policy: "{}" }),
        ],
      ),
      HOME,
    );
    expect(settled?.state.deployment.pending_operations).to.deep.equal([]);
    expect(settled?.state.deployment.resources?.map(({ id }) => id)).to.deep.equal([
      "eu-acme",
      "arn:aws:iam::123456789012:policy/Login",
    ]);
    expect(settled?.state.deployment.resources?.[0]?.outputs).to.deep.include({ name: "eu-acme" });
    expect(settled?.recovery.forgotten).to.deep.equal([
      "urn:pulumi:dev::p::aws:ecr/repositoryPolicy:RepositoryPolicy::edge",
    ]);
  });

  it("leaves resources alone that have been created since", () => {
    const begun = resource(USER, "acme", { name: "acme" });
    const settled = recoverInterruptedState(state([{ ...begun, id: "acme" }], [begun]), HOME);
    expect(settled?.state.deployment).to.deep.equal({
      resources: [{ ...begun, id: "acme" }],
      pending_operations: [],
    });
    expect([settled?.recovery.adopted, settled?.recovery.forgotten]).to.deep.equal([[], []]);
  });

  it("deletes the key whose secret was lost, and no other key", async () => {
    const { client, deleted } = aws({ acme: ["AKIAOLD", "AKIANEW"], globex: ["AKIAG"] });
    const left = state(
      [resource(KEY, "acme-1", { user: "acme" }, "AKIAOLD")],
      [resource(KEY, "acme-2", { user: "acme" })],
    );
    expect(await recoverInterruptedKeys(left, client)).to.deep.equal({
      deletedKeys: [{ user: "acme", key: "AKIANEW" }],
      unknownKeys: [],
    });
    expect(deleted).to.deep.equal(["acme AKIANEW"]);
  });

  it("deletes no key when it is unclear which one the killed run created", async () => {
    const { client, deleted } = aws({ acme: ["AKIABYHAND", "AKIANEW"] });
    const left = state([], [resource(KEY, "acme-1", { user: "acme" })]);
    expect((await recoverInterruptedKeys(left, client)).unknownKeys).to.deep.equal([
      { user: "acme", key: "AKIABYHAND" },
      { user: "acme", key: "AKIANEW" },
    ]);
    expect(deleted).to.deep.equal([]);
  });

  it("never deletes a key that was used, and reports it", async () => {
    const { client, deleted } = aws({ acme: ["AKIABYHAND", "AKIANEW"] }, ["AKIABYHAND"]);
    const left = state([], [resource(KEY, "acme-1", { user: "acme" })]);
    expect(await recoverInterruptedKeys(left, client)).to.deep.equal({
      deletedKeys: [{ user: "acme", key: "AKIANEW" }],
      unknownKeys: [{ user: "acme", key: "AKIABYHAND" }],
    });
    expect(deleted).to.deep.equal(["acme AKIANEW"]);
    const alone = aws({ acme: ["AKIABYHAND"] }, ["AKIABYHAND"]);
    expect((await recoverInterruptedKeys(left, alone.client)).unknownKeys).to.have.length(1);
    expect(alone.deleted).to.deep.equal([]);
  });

  it("deletes the keys that two killed runs have created for one user", async () => {
    const { client, deleted } = aws({ acme: ["AKIAONE", "AKIATWO"] });
    const begun = resource(KEY, "acme-1", { user: "acme" });
    expect(
      (await recoverInterruptedKeys(state([], [begun, begun]), client)).unknownKeys,
    ).to.deep.equal([]);
    expect(deleted).to.deep.equal(["acme AKIAONE", "acme AKIATWO"]);
  });
});
