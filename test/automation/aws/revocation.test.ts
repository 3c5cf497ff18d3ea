/**
 * Proves that a revocation takes every step even if another one fails, trusts only what AWS shows
 * afterwards, and can be repeated until it is complete, whichever call failed. AWS is one user in memory; the
 * command, its role and the update after it are tested in test/e2e/revocations.test.ts.
 */
import { expect } from "chai";
import { revokeUser } from "../../../automation/aws/revocation";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { awsError, FakeIam } from "../support/fakeIam";

const DENIED = { [DENY_POLICY_NAME]: denyPolicy({ status: "suspended" }) };
const KEYS = { AKIA1: "Active", AKIA2: "Inactive", AKIAHAND: "Active" };
const INACTIVE = { AKIA1: "Inactive", AKIA2: "Inactive", AKIAHAND: "Inactive" };

describe("a revocation", () => {
  it("denies first, then deactivates every key that AWS lists, then reads back", async () => {
    const aws = new FakeIam(KEYS);
    const { exists, done, left } = await revokeUser(aws, "acme", 0);
    expect([exists, left]).to.deep.equal([true, []]);
    expect(done).to.deep.equal([
      "denied everything in ECR",
      "key AKIA1 set inactive",
      "key AKIA2 was inactive already",
      "key AKIAHAND set inactive",
    ]);
    expect(aws.calls).to.deep.equal([
      ...["put acme", "list acme", "AKIA1 Inactive", "AKIAHAND Inactive"],
      ...["policies acme", "list acme"],
    ]);
    expect([aws.policies, aws.keys]).to.deep.equal([DENIED, INACTIVE]);
  });

  it("reports that the user does not exist, and writes nothing more", async () => {
    const aws = new FakeIam({}, false);
    expect(await revokeUser(aws, "acme", 0)).to.deep.equal({ exists: false, done: [], left: [] });
    expect(aws.calls).to.deep.equal(["put acme"]);
  });

  it("waits until AWS shows what was done", async () => {
    const aws = new FakeIam(KEYS);
    const late = aws.observeEnd.bind(aws);
    let looks = 0;
    aws.observeEnd = async (account, user) => {
      const seen = await late(account, user);
      if ((looks += 1) >= 3) return seen;
      return { ...seen, users: seen.users.map((one) => ({ ...one, inlinePolicies: new Map() })) };
    };
    expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([]);
    expect(looks).to.equal(3);
  });

  it("reports what AWS never shows", async () => {
    const aws = new FakeIam(KEYS);
    aws.putUserPolicy = async () => {};
    expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([
      "AWS does not show that user acme is denied everything in ECR",
    ]);
  });

  for (let call = 1; call <= 4; call++) {
    it(`continues when call ${call} fails, reports it, and completes when repeated`, async () => {
      const aws = new FakeIam(KEYS);
      aws.failures.set(call, awsError("ServiceFailure"));
      const { left } = await revokeUser(aws, "acme", 0);
      expect(left, aws.calls.join()).not.to.have.length(0);
      expect(left.join()).to.contain("AWS returned an internal error");
      // Whatever could be done was done.
      if (call !== 1) expect(aws.policies).to.deep.equal(DENIED);
      if (call !== 3) expect(aws.keys.AKIA1).to.equal(call === 2 ? "Active" : "Inactive");
      if (call !== 4) expect(aws.keys.AKIAHAND).to.equal(call === 2 ? "Active" : "Inactive");
      aws.failures.clear();
      expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([]);
      expect([aws.policies, aws.keys]).to.deep.equal([DENIED, INACTIVE]);
    });
  }

  it("reads back again after a failure, and reports it when reading keeps failing", async () => {
    const aws = new FakeIam(KEYS);
    aws.failures.set(5, awsError("Throttling"));
    expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([]);
    aws.calls.length = 0;
    for (let call = 3; call < 40; call++) aws.failures.set(call, awsError("AccessDenied"));
    expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([
      "what AWS holds now could not be read: the AWS credentials are not allowed to do this",
    ]);
  });

  it("names what the role may not read, so that a missing right never reads as ended", async () => {
    const aws = new FakeIam(KEYS);
    const observe = aws.observeEnd.bind(aws);
    aws.observeEnd = async (account, user) => {
      const seen = await observe(account, user);
      const unread = [{ part: "keys" as const, name: user, reason: "AccessDenied: no" }];
      return { ...seen, users: seen.users.map(({ keys: _, ...one }) => one), unread };
    };
    expect((await revokeUser(aws, "acme", 0)).left).to.deep.equal([
      "the access keys of acme could not be read: cannot be judged: AccessDenied: no",
    ]);
  });

  it("continues when a key is deleted in the meantime", async () => {
    const aws = new FakeIam(KEYS);
    aws.failures.set(3, awsError("NoSuchEntityException"));
    const { exists, left } = await revokeUser(aws, "acme", 0);
    expect([exists, left]).to.deep.equal([true, ["user acme can still use key AKIA1"]]);
  });
});
