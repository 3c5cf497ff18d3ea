/**
 * Proves how the owner of a lock is read from the engine's error, and how its age is written. The error is
 * the engine's own text (pkg/backend/diy/lock.go of Pulumi 3.259); `unlock` itself is tested end to end.
 */
import { expect } from "chai";
import { ageText, readLock } from "../../../automation/engine/stackLock";

const COMPLAINT =
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  "  file:///srv/state/.pulumi/locks/organization/ecr-customers/dev/0d1f.json: created by root@ci-runner (pid 4242) at 2026-11-24T20:00:00Z\n";

function complaint(owner: string): string {
  return COMPLAINT.replace("root@ci-runner (pid 4242)", owner);
}

describe("a stack's lock", () => {
  it("is read with its owner, process and time", () => {
    expect(readLock(COMPLAINT)).to.deep.equal({
      owner: "root@ci-runner (pid 4242)",
      host: "ci-runner",
      pid: 4242,
      since: new Date("2026-11-24T20:00:00Z"),
    });
  });

  it("is read with the first of two owners", () => {
    const two = `${COMPLAINT}  file:///srv/other.json: created by eve@laptop (pid 7) at 2026-11-24T20:01:00Z\n`;
    expect(readLock(two).owner).to.equal("root@ci-runner (pid 4242)");
  });

  for (const [owner, host] of [
    ["CORP\\jane@build-7.example.com (pid 1)", "build-7.example.com"],
    ["Jane Doe@laptop (pid 12)", "laptop"],
    ["jane@example.com@laptop (pid 12)", "laptop"],
  ] as const) {
    it(`is read with the owner ${owner}`, () => {
      expect(readLock(complaint(owner))).to.deep.include({ owner, host });
    });
  }

  it("is read with a time in any time zone, and without a time that is invalid", () => {
    const at = (time: string) => readLock(COMPLAINT.replace("2026-11-24T20:00:00Z", time));
    expect(at("2026-11-24T21:00:00+01:00").since).to.deep.equal(new Date("2026-11-24T20:00:00Z"));
    expect(at("yesterday")).to.deep.equal({
      owner: "root@ci-runner (pid 4242)",
      host: "ci-runner",
      pid: 4242,
    });
  });

  it("is read without an owner when the backend does not name one", () => {
    for (const text of ["", "conflict: Another update is currently in progress", complaint("x")]) {
      expect(readLock(text)).to.deep.equal({});
    }
  });
});

describe("the age of a lock", () => {
  const now = new Date("2026-11-24T20:00:00Z");
  for (const [seconds, text] of [
    [0, "0 seconds"],
    [1, "1 second"],
    [59, "59 seconds"],
    [60, "1 minute"],
    [179, "2 minutes"],
    [3_599, "59 minutes"],
    [3_600, "1 hour"],
    [86_399, "23 hours"],
    [86_400, "1 day"],
    [30 * 86_400, "30 days"],
    // Another machine's clock may be ahead.
    [-90, "0 seconds"],
  ] as const) {
    it(`of ${seconds} seconds is ${text}`, () => {
      expect(ageText(new Date(now.getTime() - seconds * 1000), now)).to.equal(text);
    });
  }
});
