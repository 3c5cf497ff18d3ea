/**
 * Proves which key is matched to which generation, what about keys is reported for attention, and that
 * users and keys that no file declares are found. AWS is a hand-written stand-in.
 */
import { expect } from "chai";
import { attentionFor } from "../../../automation/keys/attention";
import type { ObservedKey } from "../../../automation/keys/observe";
import { matchKeys } from "../../../src/account/keyMatching";
import { readKeyStatus } from "../../../automation/keys/status";
import { generationIds, stateKeys } from "../../../automation/engine/stateKeys";
import type { Customer } from "../../../src/customers/model";
import { customer, TODAY } from "../../access/support";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

function key(id: string, age: number, status = "Active"): ObservedKey {
  return { id, status, createdAt: ago(age), lastUse: { service: "N/A", region: "N/A" } };
}

const TWO = customer("acme", {
  keys: [
    { generation: 3, status: "active" },
    { generation: 4, status: "active" },
  ],
});
const limits = { today: TODAY, now: NOW, olderThan: 90, overlapDays: 14 };

describe("the generation of a key", () => {
  const [old, fresh] = [key("OLD", 50), key("NEW", 2)];
  const ids = (matched: ReturnType<typeof matchKeys>) => [
    matched.generations.map(({ key: one, assumed }) => `${one?.id}${assumed ? "?" : ""}`),
    matched.undeclared.map(({ id }) => id),
  ];

  it("is the one in the state, whatever the order of creation", () => {
    const state = new Map([
      ["acme-3", "NEW"],
      ["acme-4", "OLD"],
      ["acme-1-3", "X"],
    ]);
    expect(ids(matchKeys(TWO, [old, fresh], generationIds(state, "acme")))).to.deep.equal([
      ["NEW", "OLD"],
      [],
    ]);
  });

  it("is read from the state without resources that are being deleted", () => {
    const urn = (name: string) => `urn:pulumi:dev::p::aws:iam/accessKey:AccessKey::${name}`;
    const type = "aws:iam/accessKey:AccessKey";
    const resources = [
      { urn: urn("acme-1"), type, id: "GOING", delete: true },
      { urn: urn("acme-1"), type, id: "HERE" },
      { urn: urn("acme"), type: "aws:iam/user:User", id: "acme" },
      { urn: urn("acme-2"), type },
    ];
    expect([...stateKeys({ deployment: { resources } })]).to.deep.equal([["acme-1", "HERE"]]);
  });

  it("is the one recorded at the hand-over, or else unknown", () => {
    const handedOver = [{ generation: 4, key: "NEW", on: "2026-11-22", to: "passphrase" }];
    const one: Customer = { ...TWO, handedOver };
    expect(ids(matchKeys(one, [old, fresh], () => undefined))).to.deep.equal([
      ["undefined", "NEW"],
      ["OLD"],
    ]);
  });

  it("is assumed from the age on request only, and only when the numbers match", () => {
    const assumed = (all: ObservedKey[]) => ids(matchKeys(TWO, all, () => undefined, true));
    expect(assumed([fresh, old])).to.deep.equal([["OLD?", "NEW?"], []]);
    expect(assumed([old])).to.deep.equal([["undefined", "undefined"], ["OLD"]]);
  });

  it("is not assumed for keys that one update has created side by side: they have no order", () => {
    const twin = { ...fresh, id: "TWIN" };
    expect(ids(matchKeys(TWO, [fresh, twin], () => undefined, true))).to.deep.equal([
      ["undefined", "undefined"],
      ["NEW", "TWIN"],
    ]);
  });
});

describe("the keys that need attention", () => {
  function kinds(one: Customer, ...keys: ObservedKey[]): string[] {
    const known = new Map([
      ["acme-1", "K1"],
      ["acme-3", "K3"],
      ["acme-4", "K4"],
    ]);
    const matched = matchKeys(one, keys, generationIds(known, "acme"));
    return attentionFor(one, "acme", matched, limits).map(({ kind }) => kind);
  }

  it("do not include keys that are as declared", () => {
    expect(kinds(customer("acme"), key("K1", 90))).to.deep.equal([]);
    expect(kinds(TWO, key("K3", 80), key("K4", 14))).to.deep.equal([]);
    expect(
      kinds(customer("acme", { status: "suspended" }), key("K1", 300, "Inactive")),
    ).to.deep.equal([]);
  });

  it("are old keys, long overlaps, and keys that differ from the file", () => {
    expect(kinds(customer("acme"), key("K1", 91))).to.deep.equal(["old"]);
    expect(kinds(TWO, key("K3", 80), key("K4", 15))).to.deep.equal(["overlap"]);
    expect(kinds(TWO, key("K3", 80))).to.deep.equal(["missing"]);
    expect(kinds(customer("acme"), key("K1", 1, "Inactive"))).to.deep.equal(["different"]);
    expect(kinds(customer("acme", { expires: "2026-11-22" }), key("K1", 1))).to.deep.equal([
      "different",
    ]);
    expect(kinds(customer("acme"), key("K1", 1), key("X", 1, "Inactive"))).to.deep.equal([
      "undeclared",
    ]);
  });
});

describe("the status of all keys", () => {
  it("reads declared and undeclared users, but not those of another stack", async () => {
    const asked: string[] = [];
    const aws = {
      listUsers: () =>
        Promise.resolve(["acme", "eu-acme", "stray"].map((name) => ({ name, uniqueId: name }))),
      accessKeys: (user: string) => {
        asked.push(user);
        return Promise.resolve(user === "stray" ? [key("S", 1)] : [key("K1", 1)]);
      },
      keyLastUse: () => Promise.resolve({ service: "ecr", region: "" }),
    };
    const told: string[] = [];
    const question = {
      customers: [customer("acme"), customer("own", { awsAccount: "210987654321", keys: [] })],
      namePrefix: "",
      state: new Map([["acme-1", "K1"]]),
      limits,
      elsewhere: new Set(["eu-acme"]),
      all: true,
    };
    const report = await readKeyStatus(
      aws,
      question,
      (total) => (user) => told.push(`${total} ${user}`),
    );
    expect(asked.sort()).to.deep.equal(["acme", "stray"]);
    expect(told.sort()).to.deep.equal(["2 acme", "2 stray"]);
    expect(report.customers.map(({ user }) => user)).to.deep.equal(["acme"]);
    expect(report.attention.map(({ kind, message }) => [kind, message])).to.deep.equal([
      ["unknown-user", "user stray has the active key S, but no file declares it"],
    ]);
  });
});
