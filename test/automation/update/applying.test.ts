/**
 * Proves what `up` concludes from AWS after an update: it looks again while AWS does not show a change
 * yet, reports what stays different, and revokes by direct AWS calls the access of whoever has ended and still has it,
 * and of no one else. AWS and the engine are simulated here; test/e2e/revocations.test.ts shows the real ones.
 */
import { expect } from "chai";
import { applyUpdate } from "../../../automation/update/applying";
import type { AwsClient, UserView } from "../../../automation/aws/client";
import { during } from "../../../automation/output/activity";
import type { Deployment } from "../../../automation/update/deployment";
import { userArn } from "../../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import type { Customer } from "../../../src/customers/model";
import { ACCOUNT, customer } from "../../access/support";
import { planBetween, previewOf, recordedBy, stackInput } from "../plan/support";
import { FakeTerminal } from "../support/terminal";

function view(id: string, changes: Partial<UserView> = {}): UserView {
  return {
    name: id,
    path: "/customers/",
    uniqueId: `AIDA${id}`,
    arn: userArn(ACCOUNT, id),
    tags: { "ecr-customers:customer": id },
    groups: ["ecr-customers"],
    attachedPolicies: [],
    inlinePolicies: {},
    keys: { [`AKIA${id}`]: "Active" },
    hasLoginProfile: false,
    ...changes,
  };
}

const ENDED = {
  keys: { AKIAacme: "Inactive" },
  inlinePolicies: { [DENY_POLICY_NAME]: denyPolicy({ status: "suspended" }) },
};

/** Runs an update to `after`, while AWS shows `looks` in turn and then keeps showing the last one. */
async function applied(before: Customer[], after: Customer[], looks: UserView[][]) {
  const [from, input] = [stackInput(before), stackInput(after)];
  let count = 0;
  const revoked: string[] = [];
  const named = after.filter(({ status, awsAccount }) => status === "active" && !awsAccount);
  const accounts = after.flatMap(({ awsAccount }) => awsAccount ?? []);
  const arns = [
    ...named.map(({ id }) => userArn(ACCOUNT, id)),
    ...accounts.map((account) => `arn:aws:iam::${account}:root`),
  ].sort();
  const aws = {
    users: () => Promise.resolve(looks[Math.min(count++, looks.length - 1)] ?? []),
    repositoryPolicy: (name: string) =>
      Promise.resolve(
        name === "edge-agent" && arns.length > 0
          ? repositoryPolicy(
              arns.map((arn) => ({ arn })),
              input.config,
            )
          : undefined,
      ),
    putUserPolicy: (name: string) => Promise.resolve(void revoked.push(name)),
    accessKeys: () => Promise.resolve([]),
    inlinePolicies: () => Promise.resolve(ENDED.inlinePolicies),
  } as unknown as AwsClient;
  const deployment = {
    scope: { includes: () => true, policies: true },
    update: () => Promise.resolve(previewOf()),
  } as unknown as Deployment;
  const plan = planBetween(from, input);
  const terminal = new FakeTerminal();
  const parts = { deployment, input, aws, plan, baseline: recordedBy(from), terminal };
  const outcome = await during(terminal, "Updating", (activity) =>
    applyUpdate({ ...parts, activity }, {}, 0),
  );
  return { ...outcome, looked: count, revoked, told: outcome.revoked };
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

  it("is reported when it stays different", async () => {
    const { deviations, revoked } = await applied([], active, [[view("acme", { groups: [] })]]);
    expect(deviations).to.have.length(1);
    expect([deviations[0]?.startsWith("groups of acme"), revoked]).to.deep.equal([true, []]);
  });

  it("revokes no access directly that has ended, but was visible later than at the first read", async () => {
    const late = [[view("acme")], [view("acme", ENDED)]];
    const { revoked, deviations } = await applied(active, suspended, late);
    expect([revoked, deviations]).to.deep.equal([[], []]);
  });

  for (const [what, after, left] of [
    ["an active key", suspended, { ...ENDED, keys: { AKIAacme: "Active" } }],
    ["no deny", suspended, { ...ENDED, inlinePolicies: {} }],
    ["a user although the file is gone", [], {}],
    [
      "a user although it pulls with its own account now",
      [customer("acme", { awsAccount: "210987654321", keys: [] })],
      {},
    ],
  ] as const) {
    it(`ends by AWS's own calls who has ended and still has ${what}`, async () => {
      const { revoked, told } = await applied(active, [...after], [[view("acme", left)]]);
      expect([revoked, told]).to.deep.equal([["acme"], ["acme"]]);
    });
  }
});
