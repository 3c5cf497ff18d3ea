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
  wasInterrupted,
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

/** AWS that holds everything as it was created, or nothing. @param asked - receives what was asked. */
function holding(all: boolean, asked: unknown[] = []) {
  return {
    isAsCreated: (creation: unknown) => {
      asked.push(creation);
      return Promise.resolve(all);
    },
  };
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
    expect(wasInterrupted(state([], []))).to.equal(false);
    expect(wasInterrupted(state([], [resource(USER, "acme", { name: "acme" })]))).to.equal(true);
  });

  it("adopts resources that AWS holds as they were created, and forgets those that can be created again", async () => {
    const settled = await recoverInterruptedState(
      state(
        [],
        [
          resource(USER, "acme", { name: "eu-acme", tags: { a: "b" } }),
          resource("aws:iam/policy:Policy", "login", { name: "Login", policy: "{}" }),
          resource("aws:ecr/repositoryPolicy:RepositoryPolicy", "edge", { policy: "{}" }),
        ],
      ),
      HOME,
      holding(true),
    );
    expect(settled.state.deployment.pending_operations).to.deep.equal([]);
    expect(settled.state.deployment.resources?.map(({ id }) => id)).to.deep.equal([
      "eu-acme",
      "arn:aws:iam::123456789012:policy/Login",
    ]);
    expect(settled.state.deployment.resources?.[0]?.outputs).to.deep.include({ name: "eu-acme" });
    expect(settled.recovery.forgotten).to.deep.equal([
      "urn:pulumi:dev::p::aws:ecr/repositoryPolicy:RepositoryPolicy::edge",
    ]);
  });

  it("adopts nothing that is missing in AWS, or to which something was added", async () => {
    const begun = resource(USER, "acme", { name: "acme", path: "/customers/", tags: { a: "b" } });
    const asked: unknown[] = [];
    const aws = holding(false, asked);
    const { state: settled, recovery } = await recoverInterruptedState(
      state([], [begun]),
      HOME,
      aws,
    );
    expect(settled.deployment).to.deep.equal({ resources: [], pending_operations: [] });
    expect([recovery.adopted, recovery.forgotten]).to.deep.equal([[], [begun.urn]]);
    expect(asked).to.deep.equal([
      { kind: "user", name: "acme", path: "/customers/", tags: { a: "b" } },
    ]);
  });

  it("leaves resources alone that have been created since", async () => {
    const begun = resource(USER, "acme", { name: "acme" });
    const settled = await recoverInterruptedState(
      state([{ ...begun, id: "acme" }], [begun]),
      HOME,
      holding(true),
    );
    expect(settled.state.deployment).to.deep.equal({
      resources: [{ ...begun, id: "acme" }],
      pending_operations: [],
    });
    expect([settled.recovery.adopted, settled.recovery.forgotten]).to.deep.equal([[], []]);
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
