/**
 * Proves that the revocation of a customer's role puts the deny first, reads it back, repeats what passes, and is
 * ended beside the user's. AWS is one role in memory; test/e2e/tokenPulls.test.ts runs the command.
 */
import { expect } from "chai";
import { userTarget } from "../../../automation/aws/revocation";
import { allTargets, roleTarget, type RoleCalls } from "../../../automation/aws/revokeRole";
import { revokeUntilEnded } from "../../../automation/aws/revokeUntilEnded";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { awsError, FakeIam } from "../support/fakeIam";

const DENY = denyPolicy({ status: "suspended", revoked: "2026-11-28T07:24:00Z" });

/** A role in memory: its inline policies, and the errors of the next calls. */
class FakeRole implements RoleCalls {
  readonly policies = new Map<string, unknown>();
  readonly calls: string[] = [];

  constructor(
    readonly errors: Error[] = [],
    readonly exists = true,
  ) {}

  putRolePolicy(role: string, name: string, policy: unknown): Promise<void> {
    this.calls.push(`put ${role} ${name}`);
    const error = this.exists ? this.errors.shift() : awsError("NoSuchEntity");
    if (error !== undefined) return Promise.reject(error);
    this.policies.set(name, policy);
    return Promise.resolve();
  }

  rolePolicy(role: string, name: string): Promise<unknown> {
    this.calls.push(`read ${role} ${name}`);
    return Promise.resolve(this.policies.get(name));
  }
}

const limits = (limit = 100) => {
  let now = 0;
  return { limit, pause: 0, clock: () => (now += 1) };
};

describe("a revocation of a role", () => {
  it("denies everything with the mark of the emergency, and reads it back", async () => {
    const aws = new FakeRole();
    const { exists, done, left } = await roleTarget(aws, "acme", DENY).revoke(0);
    expect([exists, left]).to.deep.equal([true, []]);
    expect(done).to.deep.equal(["role acme denied everything in ECR, with its open sessions"]);
    expect(aws.policies.get(DENY_POLICY_NAME)).to.deep.equal(DENY);
    expect(aws.calls).to.deep.equal([
      `put acme ${DENY_POLICY_NAME}`,
      `read acme ${DENY_POLICY_NAME}`,
    ]);
  });

  it("is repeated while AWS throttles", async () => {
    const aws = new FakeRole([awsError("Throttling"), awsError("Throttling")]);
    const { left } = await revokeUntilEnded(roleTarget(aws, "acme", DENY), limits());
    expect(left).to.deep.equal([]);
    expect(aws.calls.filter((call) => call.startsWith("put"))).to.have.length(3);
  });

  it("names what is left when the role of the run may not write it", async () => {
    const aws = new FakeRole([awsError("AccessDenied")]);
    const { left } = await revokeUntilEnded(roleTarget(aws, "acme", DENY), limits());
    expect(left[0]).to.match(/^role acme denied everything in ECR, with its open sessions: .*not/);
    expect(left[1]).to.equal("AWS does not show that role acme is denied everything in ECR");
  });

  it("finds another policy of that name open, as one without the mark", async () => {
    const aws = new FakeRole();
    const target = roleTarget(aws, "acme", DENY);
    expect(await target.stillOpen()).to.have.length(1);
    aws.policies.set(DENY_POLICY_NAME, { Version: "2012-10-17", Statement: [] });
    expect(await target.stillOpen()).to.have.length(1);
    aws.policies.set(DENY_POLICY_NAME, DENY);
    expect(await target.stillOpen()).to.deep.equal([]);
  });

  it("is nothing to do for a role that does not exist", async () => {
    const aws = new FakeRole([], false);
    expect(await roleTarget(aws, "acme", DENY).revoke(0)).to.deep.equal({
      exists: false,
      done: [],
      left: [],
    });
  });
});

describe("a revocation of a user and a role", () => {
  it("ends both, and is over when both have ended", async () => {
    const [user, role] = [new FakeIam({ AKIA1: "Active" }), new FakeRole([awsError("Throttling")])];
    const target = allTargets([userTarget(user, "acme", DENY), roleTarget(role, "acme", DENY)]);
    const { done, left } = await revokeUntilEnded(target, limits());
    expect(left).to.deep.equal([]);
    expect(user.keys).to.deep.equal({ AKIA1: "Inactive" });
    expect(done).to.include.members([
      "denied everything in ECR",
      "key AKIA1 set inactive",
      "role acme denied everything in ECR, with its open sessions",
    ]);
  });

  it("leaves out the one that AWS does not have", async () => {
    const [user, role] = [new FakeIam({ AKIA1: "Active" }), new FakeRole([], false)];
    const target = allTargets([userTarget(user, "acme"), roleTarget(role, "acme")]);
    const { exists, left } = await target.revoke(0);
    expect([exists, left, await target.stillOpen()]).to.deep.equal([true, [], []]);
    const none = allTargets([userTarget(new FakeIam({}, false), "acme"), roleTarget(role, "acme")]);
    expect((await none.revoke(0)).exists).to.equal(false);
  });
});
