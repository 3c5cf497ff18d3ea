/**
 * Proves what `up` concludes from AWS after an update: it looks again while AWS does not show a change
 * yet, reports what stays different, and revokes by direct AWS calls the access of whoever has ended and still has it,
 * and of no one else. AWS and the engine are simulated here; test/e2e/revocations.test.ts shows the real ones.
 */
import { expect } from "chai";
import { applyUpdate } from "../../../automation/update/applying";
import type { AwsClient } from "../../../automation/aws/client";
import { declaredAccount } from "../../../automation/compare/compare";
import { during } from "../../../automation/output/activity";
import type { Deployment, DeploymentSettings } from "../../../automation/update/deployment";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { deviations } from "../../../src/account/checks";
import type { Customer } from "../../../src/customers/model";
import type { StackInput } from "../../../src/project";
import { customer } from "../../access/support";
import { cleanAccount, written, type ChangeableUser } from "../../account/cleanAccount";
import {
  planBetween,
  previewOf,
  recordedBy,
  resourceChange,
  stackInput,
  USER,
} from "../plan/support";
import { FakeTerminal } from "../support/terminal";

/** The user of an active customer of `edge-agent`, as AWS shows it, but for `changes`. */
function view(id: string, changes: Partial<ChangeableUser> = {}): ChangeableUser {
  const [user] = cleanAccount(declaredAccount(stackInput([customer(id)]))).users;
  if (user === undefined) throw new Error("no user");
  return { ...user, ...changes };
}

const key = (status: string) => [{ id: "AKIAACME1", status }];
const DENIED = new Map([[DENY_POLICY_NAME, written(denyPolicy({ status: "suspended" }))]]);
const ENDED = { keys: key("Inactive"), inlinePolicies: DENIED };

const CHANGE = resourceChange("create", USER, "acme");
/** As the SDK throws it. */
const UNREACHABLE = Object.assign(new Error("connect"), { code: "ECONNREFUSED", $metadata: {} });

/**
 * Runs an update to `after`, while AWS shows `looks` in turn and then keeps showing the last one.
 *
 * @param error - what reading AWS ends with when there is no look.
 * @param replacedUsers - customers whose user the engine would keep.
 */
async function applied(
  before: Customer[],
  after: Customer[],
  looks: ChangeableUser[][],
  error: Error = UNREACHABLE,
  replacedUsers: string[] = [],
) {
  const [from, input] = [stackInput(before), stackInput(after)];
  let count = 0;
  const revoked: string[] = [];
  const replaced: (readonly string[])[] = [];
  const aws = {
    putUserPolicy: (name: string) => Promise.resolve(void revoked.push(name)),
    accessKeys: () => Promise.resolve([]),
    observeEnd: () => Promise.resolve(cleanAccount(declaredAccount(stackInput([])))),
  } as unknown as AwsClient;
  const deployment = {
    scope: { includes: () => true, policies: true },
    update: (_: StackInput, { replacedUsers: wanted = [] }: DeploymentSettings) => {
      replaced.push(wanted);
      const changes = wanted.map((id) => resourceChange("replace", USER, id));
      return Promise.resolve(previewOf(CHANGE, ...changes));
    },
  } as unknown as Deployment;
  const compare = (declared: StackInput, touched: readonly string[]) => {
    if (looks.length === 0) return Promise.reject(error);
    const files = declaredAccount(declared);
    const users = looks[Math.min(count++, looks.length - 1)] ?? [];
    const scope = { users: new Set(touched), group: true, others: false };
    const observed = { ...cleanAccount(files), users, scope };
    return Promise.resolve({
      declared: files,
      observed,
      deviations: deviations(files, observed),
    });
  };
  const plan = planBetween(from, input);
  const terminal = new FakeTerminal();
  const baseline = recordedBy(from);
  const parts = {
    deployment,
    input,
    aws,
    plan,
    replacedUsers,
    baseline,
    terminal,
    compare,
    removes: true,
  };
  const outcome = await during(terminal, "Updating", (activity) =>
    applyUpdate({ ...parts, activity }, {}, 0),
  );
  return { ...outcome, looked: count, revoked, reported: outcome.revoked, replaced };
}

describe("what AWS shows after an update", () => {
  const active = [customer("acme")];
  const suspended = [customer("acme", { status: "suspended" })];

  it("is read once when it is as the files say", async () => {
    const { looked, deviations, revoked } = await applied([], active, [[view("acme")]]);
    expect([looked, deviations, revoked]).to.deep.equal([1, [], []]);
  });

  it("is read again while AWS is behind, and then matches", async () => {
    const late = [[], [view("acme", { groups: [] })], [view("acme")]];
    const { looked, deviations, revoked } = await applied([], active, late);
    expect([looked, deviations, revoked]).to.deep.equal([3, [], []]);
  });

  it("shows a user that was replaced by name once, although an update has two runs", async () => {
    const [globex, hooli] = [customer("globex"), customer("hooli")];
    const before = [...active, globex];
    const after = [customer("acme", { user: 2 }), { ...globex, status: "suspended" as const }];
    const one = await applied(active, after.slice(0, 1), [[view("acme")]], UNREACHABLE, ["acme"]);
    expect(one.replaced).to.deep.equal([["acme"]]);
    const two = await applied(before, [...after, hooli], [[]], UNREACHABLE, ["acme"]);
    expect(two.replaced).to.deep.equal([["acme"], []]);
  });

  it("is reported when it stays different", async () => {
    const { deviations, revoked } = await applied([], active, [[view("acme", { groups: [] })]]);
    expect(deviations).to.have.length(1);
    expect([deviations[0]?.what, revoked]).to.deep.equal([
      "user acme is not in the group ecr-customers",
      [],
    ]);
  });

  it("revokes no access directly that has ended, but was visible later than at the first read", async () => {
    const late = [[view("acme")], [view("acme", ENDED)]];
    const { revoked, deviations } = await applied(active, suspended, late);
    expect([revoked, deviations]).to.deep.equal([[], []]);
  });

  it("is not known when AWS cannot be reached, and what the engine has done is reported anyway", async () => {
    const outcome = await applied([], active, []);
    expect(outcome.unread?.message).to.equal("AWS cannot be reached (ECONNREFUSED)");
    expect(outcome).to.deep.include({ readBack: [], deviations: [], changes: [CHANGE] });
  });

  it("is not taken for unreachable because of a bug", async () => {
    const error = await applied([], active, [], new RangeError("a bug")).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(RangeError);
  });

  for (const [what, after, left] of [
    ["an active key", suspended, { ...ENDED, keys: key("Active") }],
    ["no deny", suspended, { ...ENDED, inlinePolicies: new Map() }],
    ["a user although the file is gone", [], {}],
    [
      "a user although it pulls with its own account now",
      [customer("acme", { awsAccount: "210987654321", keys: [] })],
      {},
    ],
  ] as const) {
    it(`ends by AWS's own calls who has ended and still has ${what}`, async () => {
      const { revoked, reported } = await applied(active, [...after], [[view("acme", left)]]);
      expect([revoked, reported]).to.deep.equal([["acme"], ["acme"]]);
    });
  }
});
