/**
 * Proves that what a run removes by itself never gives anyone more access: over random accounts, each user can
 * do after the removals at most what it could before, and no key that a file declares as active is touched. What
 * IAM decides is computed here from the random statements, not by the project's evaluator.
 */
import { expect } from "chai";
import fc from "fast-check";
import { deviations } from "../../src/account/checks";
import { removalCommand, type Removal } from "../../src/account/removal";
import { customer } from "../access/support";
import { cleanAccount, cleanState, written, type ChangeableAccount } from "./cleanAccount";
import { plantedFiles } from "./planted";

const ACTIONS = ["ecr:BatchGetImage", "ecr:PutImage", "s3:GetObject", "iam:CreateUser"];

interface Statement {
  Effect: string;
  Action: string;
  Resource: string;
}

const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  Action: fc.constantFrom(...ACTIONS),
  Resource: fc.constant("*"),
});
const document = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: "2012-10-17", Statement }));

/** What is planted on one user. */
const planted = fc.record({
  at: fc.nat({ max: 5 }),
  what: fc.constantFrom("inline", "managed", "group", "password", "key", "unreadable"),
  document,
});

type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

function plant(account: ChangeableAccount, { at, what, document: text }: Planted, n: number): void {
  const user = account.users[at % account.users.length];
  if (user === undefined) throw new Error("no user");
  const name = `foreign-${n}`;
  const arn = `arn:aws:iam::aws:policy/${name}`;
  const policy = { name, arn, defaultVersion: "v1", document: written(text) };
  if (what === "inline") user.inlinePolicies.set(name, written(text));
  if (what === "unreadable") user.inlinePolicies.set(name, { text: "{" });
  if (what === "managed") {
    account.managedPolicies.set(arn, policy);
    user.attachedPolicies.push({ name, arn });
  }
  if (what === "group") {
    const inlinePolicies = new Map([["its", written(text)]]);
    account.groups.push({ name, path: "/", arn: "", inlinePolicies, attachedPolicies: [] });
    user.groups.push(name);
  }
  if (what === "password") user.hasLoginProfile = true;
  if (what === "key") user.keys.push({ id: `AKIAFOREIGN${n}`, status: "Active" });
}

/** Does to the account what AWS does for the call. */
function removed(account: ChangeableAccount, removal: Removal): void {
  const user = account.users.find(({ name }) => name === removal.user);
  if (user === undefined) throw new Error(`no user ${removal.user}`);
  switch (removal.kind) {
    case "inline-policy":
      return void user.inlinePolicies.delete(removal.policy);
    case "managed-policy":
      user.attachedPolicies = user.attachedPolicies.filter(({ arn }) => arn !== removal.arn);
      return;
    case "group":
      user.groups = user.groups.filter((name) => name !== removal.group);
      return;
    case "password":
      user.hasLoginProfile = false;
      return;
    case "key":
      user.keys = user.keys.map((key) =>
        key.id === removal.key ? { ...key, status: "Inactive" } : key,
      );
  }
}

/** What each user can do and log in with: `acme ecr:PutImage`, `acme password`, `acme AKIA…`. */
function access(account: ChangeableAccount): Set<string> {
  const groups = new Map(account.groups.map((group) => [group.name, group]));
  return new Set(
    account.users.flatMap(({ name, inlinePolicies, attachedPolicies, ...user }) => {
      const ofGroups = user.groups.flatMap((group) => groups.get(group) ?? []);
      const documents = [
        ...inlinePolicies.values(),
        ...ofGroups.flatMap((group) => [...group.inlinePolicies.values()]),
        ...[...attachedPolicies, ...ofGroups.flatMap((group) => group.attachedPolicies)].flatMap(
          ({ arn }) => account.managedPolicies.get(arn)?.document ?? [],
        ),
      ];
      const statements = documents.flatMap(
        (one) => (one.document as { Statement: Statement[] } | undefined)?.Statement ?? [],
      );
      const names = (effect: string, action: string) =>
        statements.some(
          ({ Effect, Action }) => Effect === effect && [action, "ecr:*"].includes(Action),
        );
      return [
        ...ACTIONS.filter((one) => names("Allow", one) && !names("Deny", one)),
        ...(user.hasLoginProfile === true ? ["password"] : []),
        ...user.keys.filter(({ status }) => status === "Active").map(({ id }) => id),
      ].map((one) => `${name} ${one}`);
    }),
  );
}

describe("what a run removes without an operator", () => {
  it("never gives anyone more access, and ends what is planted in foreign policies that only allow", function () {
    this.timeout(120_000);
    let removals = 0;
    fc.assert(
      fc.property(fc.array(planted, { minLength: 1, maxLength: 8 }), (all) => {
        const declared = plantedFiles();
        const account = cleanAccount(declared);
        all.forEach((one, n) => {
          plant(account, one, n);
        });
        const before = access(account);
        const ended = new Set(["initech"]);
        for (const { removal, customers } of deviations(declared, account)) {
          if (removal === undefined) continue;
          removals += 1;
          if (removal.kind === "key") expect(ended).to.include(customers[0]);
          removed(account, removal);
          // After each, not only after all: a run may be killed in between.
          const now = access(account);
          expect([...now].filter((one) => !before.has(one))).to.deep.equal([]);
        }
        // A second run has nothing to remove.
        expect(deviations(declared, account).filter((one) => one.removal)).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
    expect(removals).to.be.greaterThan(150);
  });

  it("is no policy that also denies something, and none that was not read", () => {
    const declared = plantedFiles();
    const account = cleanAccount(declared);
    const [acme] = account.users;
    if (acme === undefined) throw new Error("no user");
    const both = ["Allow", "Deny"].map((Effect) => ({ Effect, Action: "s3:*", Resource: "*" }));
    acme.inlinePolicies.set("mixed", written({ Version: "2012-10-17", Statement: both }));
    acme.attachedPolicies.push({ name: "Unread", arn: "arn:aws:iam::aws:policy/Unread" });
    acme.groups.push("unread");
    const found = deviations(declared, account);
    expect(found.map(({ check, repair }) => [check, repair])).to.deep.equal([
      ["user-other-group", "operator"],
      ["user-inline-policy", "operator"],
      ["user-attached-policy", "operator"],
    ]);
    expect(found[1]?.wayOut).to.match(
      /`aws iam delete-user-policy --user-name acme --policy-name mixed`.*may also deny/,
    );
  });

  it("leaves a key that no file declares of a customer that may pull, and ends it of one that may not", () => {
    const customers = [customer("acme"), customer("initech", { status: "suspended" })];
    const declared = { ...plantedFiles(), customers, state: cleanState({ customers }) };
    const account = cleanAccount(declared);
    for (const user of account.users) user.keys.push({ id: `AKIA${user.name}`, status: "Active" });
    const commands = deviations(declared, account).map(
      ({ removal }) => removal && removalCommand(removal),
    );
    expect(commands).to.deep.equal([
      undefined,
      "aws iam update-access-key --user-name initech --access-key-id AKIAinitech --status Inactive",
    ]);
  });
});
