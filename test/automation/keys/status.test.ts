/**
 * Proves which key is matched to which generation, what about keys is reported for attention, and that
 * users and keys that no file declares are found. AWS is an account as plain values.
 */
import { expect } from "chai";
import { stateKeys } from "../../../automation/engine/stateKeys";
import { keyStatusReport } from "../../../automation/keys/status";
import { deviations } from "../../../src/account/checks";
import type { DeclaredAccount } from "../../../src/account/declared";
import { matchKeys } from "../../../src/account/keyMatching";
import type { ObservedKey } from "../../../src/account/observed";
import type { Customer } from "../../../src/customers/model";
import { customer, TODAY } from "../../access/support";
import { plantedFiles } from "../../account/planted";
import { cleanAccount, type ChangeableAccount } from "../../account/cleanAccount";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

function key(id: string, age: number, status = "Active"): ObservedKey {
  return { id, status, createdAt: ago(age), lastUsed: null };
}

const TWO = customer("acme", {
  keys: [
    { generation: 3, status: "active" },
    { generation: 4, status: "active" },
  ],
});
const SETTINGS = plantedFiles().settings;
const limits = { now: NOW, olderThan: 90, overlapDays: 14 };

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
    const idOf = (generation: number) => state.get(`acme-${generation}`);
    expect(ids(matchKeys(TWO, [old, fresh], idOf))).to.deep.equal([["NEW", "OLD"], []]);
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

/** The status of customers in an account as the files declare it, but for what `change` does to it. */
function statusOf(
  customers: Customer[],
  change: (account: ChangeableAccount) => void,
  users = new Set<string>(),
) {
  const keyIds = new Map(["1", "3", "4"].map((one) => [`acme-${one}`, `K${one}`]));
  const declared: DeclaredAccount = {
    ...{
      settings: SETTINGS,
      customers,
      today: TODAY,
      elsewhere: { users, roles: new Set<string>() },
    },
    state: { keyIds, userIds: new Map(), roleIds: new Map() },
  };
  const observed = cleanAccount(declared);
  change(observed);
  const comparison = { declared, observed, deviations: deviations(declared, observed) };
  return keyStatusReport(comparison, customers, limits);
}

describe("the keys that need attention", () => {
  function kinds(one: Customer, ...keys: ObservedKey[]): string[] {
    const { attention } = statusOf([one], ({ users }) => {
      for (const user of users) user.keys = keys;
    });
    return attention.map(({ kind }) => kind);
  }

  it("do not include keys that are as declared", () => {
    expect(kinds(customer("acme"), key("K1", 90))).to.deep.equal([]);
    expect(kinds(TWO, key("K3", 80), key("K4", 14))).to.deep.equal([]);
    expect(
      kinds(customer("acme", { status: "suspended" }), key("K1", 300, "Inactive")),
    ).to.deep.equal([]);
  });

  it("are old keys, long overlaps, and keys that differ from the file", () => {
    expect(kinds(customer("acme"), key("K1", 91))).to.deep.equal(["key-old"]);
    expect(kinds(TWO, key("K3", 80), key("K4", 15))).to.deep.equal(["key-overlap"]);
    expect(kinds(TWO, key("K3", 80))).to.deep.equal(["key-missing"]);
    expect(kinds(customer("acme"), key("K1", 1, "Inactive"))).to.deep.equal(["key-status"]);
    expect(kinds(customer("acme", { expires: "2026-11-22" }), key("K1", 1))).to.deep.equal([
      "key-status",
    ]);
    expect(kinds(customer("acme"), key("K1", 1), key("X", 1, "Inactive"))).to.deep.equal([
      "key-undeclared",
    ]);
  });

  it("are those of a missing user, a password, and what could not be read", () => {
    const { attention } = statusOf([customer("acme"), customer("globex")], (account) => {
      const [acme] = account.users;
      if (acme !== undefined) Object.assign(acme, { keys: [key("K1", 1)], hasLoginProfile: true });
      account.users = account.users.filter(({ name }) => name !== "globex");
      account.unread = [{ part: "credentials", reason: "AccessDenied: no" }];
    });
    expect(attention.map(({ kind, about }) => `${kind} ${about}`)).to.deep.equal([
      "user-login-profile acme",
      "user-missing globex",
      `not-read ${SETTINGS.account}`,
    ]);
  });
});

describe("the status of all keys", () => {
  it("names declared and undeclared users, but not those of another stack", () => {
    const customers = [customer("acme"), customer("own", { awsAccount: "210987654321", keys: [] })];
    const report = statusOf(
      customers,
      ({ users }) => {
        const [acme] = users;
        if (acme === undefined) throw new Error("no user");
        acme.keys = [key("K1", 1)];
        users.push(
          { ...acme, name: "eu-acme", groups: [], keys: [key("K7", 1)] },
          { ...acme, name: "stray", groups: [], keys: [key("S", 1)] },
        );
      },
      new Set(["eu-acme"]),
    );
    expect(report.customers.map(({ user }) => user)).to.deep.equal(["acme"]);
    expect(report.attention.map(({ kind, about }) => [kind, about])).to.deep.equal([
      ["user-undeclared", "stray"],
    ]);
    expect(report.attention[0]?.message).to.contain(
      "user stray has the active key S, but no file declares it",
    );
  });
});
