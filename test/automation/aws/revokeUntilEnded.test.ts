/**
 * Proves that an emergency is repeated while AWS throttles or fails, within its time, and wins against an update
 * that is running. AWS is one user in memory, and time is counted here; test/e2e/throttled.test.ts runs the command.
 */
import { mock } from "node:test";
import { expect } from "chai";
import { parseArguments } from "../../../automation/cli/arguments";
import { COMMANDS } from "../../../automation/commandTable";
import { keepRevoked, revokeUntilEnded } from "../../../automation/aws/revokeUntilEnded";
import { userTarget } from "../../../automation/aws/revocation";
import { requireAccountInEmergency } from "../../../automation/aws/requireAccount";
import { DENY_POLICY_NAME } from "../../../src/access/denyPolicy";
import { awsError, FakeIam } from "../support/fakeIam";

const KEYS = { AKIA1: "Active" };

/** Milliseconds that pass with each look at them. */
function clockOf(step: number): () => number {
  let now = 0;
  return () => (now += step);
}

describe("a repeated revocation", () => {
  const within = (limit: number) => ({ limit, pause: 0, clock: clockOf(1) });

  it("ends with the first attempt after which AWS shows that access has ended", async () => {
    const aws = new FakeIam(KEYS);
    for (const call of [1, 2, 3, 5]) aws.failures.set(call, awsError("Throttling"));
    const open: string[][] = [];
    const { left, done } = await revokeUntilEnded(userTarget(aws, "acme"), within(100), (now) => {
      open.push([...now]);
    });
    expect(left).to.deep.equal([]);
    expect(open).not.to.have.length(0);
    expect(done).to.deep.equal(["denied everything in ECR", "key AKIA1 set inactive"]);
    expect(aws.keys).to.deep.equal({ AKIA1: "Inactive" });
  });

  it("ends when its time is over, and names each open step", async () => {
    const aws = new FakeIam(KEYS);
    for (let call = 1; call < 1000; call++) aws.failures.set(call, awsError("Throttling"));
    const { left, done } = await revokeUntilEnded(userTarget(aws, "acme"), within(10));
    expect(done).to.deep.equal([]);
    expect(left.join("\n")).to.match(/^denied everything in ECR: AWS throttled/);
    expect(left.join("\n")).to.match(/^keys listed: AWS throttled/m);
    expect(aws.calls.length).to.be.within(6, 40);
  });

  it("does not repeat what only another role can do", async () => {
    const aws = new FakeIam(KEYS);
    for (let call = 1; call < 1000; call++) aws.failures.set(call, awsError("AccessDenied"));
    const { left } = await revokeUntilEnded(userTarget(aws, "acme"), within(100));
    expect(left[0]).to.match(/^denied everything in ECR: .* not allowed/);
    expect(aws.calls.filter((call) => call.startsWith("put"))).to.have.length(1);
  });

  it("does not repeat anything for a user that does not exist", async () => {
    const aws = new FakeIam({}, false);
    expect((await revokeUntilEnded(userTarget(aws, "acme"), within(100))).exists).to.equal(false);
    expect(aws.calls).to.have.length(1);
  });
});

describe("a revocation while an update is running", () => {
  const watch = (holder: () => Promise<string | undefined>, limit = 1000) => ({
    holder,
    onHeld: () => {},
    pause: 0,
    limit,
    clock: clockOf(1),
  });

  it("revokes again what the update has given back, until the lock has been free for a while", async () => {
    const aws = new FakeIam(KEYS);
    await revokeUntilEnded(userTarget(aws, "acme"), { limit: 0, pause: 0 });
    let looks = 0;
    const watched = await keepRevoked(
      userTarget(aws, "acme"),
      watch(async () => {
        looks += 1;
        // The update lifts the deny with its last write, before it releases the lock.
        if (looks === 3) delete aws.policies[DENY_POLICY_NAME];
        return looks <= 3 || looks === 5 ? "root@build-7 (pid 4242)" : undefined;
      }),
    );
    expect(watched).to.deep.equal({ update: "ended" });
    expect(Object.keys(aws.policies)).to.deep.equal([DENY_POLICY_NAME]);
    expect(looks).to.equal(8);
  });

  it("reads nothing more without a lock", async () => {
    const aws = new FakeIam(KEYS);
    const watched = await keepRevoked(
      userTarget(aws, "acme"),
      watch(() => Promise.resolve(undefined)),
    );
    expect([watched, aws.calls]).to.deep.equal([{ update: "none" }, []]);
  });

  it("reports that it could not see the lock", async () => {
    const aws = new FakeIam(KEYS);
    const noAccess = () => Promise.reject(new Error("the state backend cannot be reached"));
    expect(await keepRevoked(userTarget(aws, "acme"), watch(noAccess))).to.deep.equal({
      update: "unknown",
      reason: "the state backend cannot be reached",
    });
  });

  it("reports that the update did not end in time", async () => {
    const aws = new FakeIam(KEYS);
    const held = () => Promise.resolve("root@build-7 (pid 4242)");
    expect(await keepRevoked(userTarget(aws, "acme"), watch(held, 5))).to.deep.equal({
      update: "running",
    });
  });
});

describe("the account in an emergency", () => {
  const config = { account: "123456789012", stack: "prod" };
  const ask = (account: () => Promise<string>, milliseconds?: number) =>
    requireAccountInEmergency({ account }, config, milliseconds);

  it("is awaited for 1.5 seconds and no longer when STS does not answer", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      let isWaiting = true;
      const asked = ask(() => new Promise(() => {})).finally(() => (isWaiting = false));
      mock.timers.tick(1_499);
      await new Promise(setImmediate);
      expect(isWaiting).to.equal(true);
      mock.timers.tick(1);
      await asked;
      expect(isWaiting).to.equal(false);
    } finally {
      mock.timers.reset();
    }
  });

  it("stops everything when it is another one, or the credentials are wrong", async () => {
    const messages = await Promise.all(
      [
        () => Promise.resolve("210987654321"),
        () => Promise.reject(awsError("InvalidClientTokenId", "no such key")),
      ].map((account) => ask(account).then(String, (error: Error) => error.message)),
    );
    expect(messages[0]).to.contain("belong to account 210987654321");
    expect(messages[1]).to.equal("no such key");
  });

  it("is reported as unconfirmed when STS throttles, which stops nothing", async () => {
    const problems = await ask(() => Promise.reject(awsError("Throttling")));
    expect(await problems()).to.have.length(1);
    expect(await (await ask(() => Promise.resolve(config.account)))()).to.deep.equal([]);
  });

  it("that turns out to be another one too late is reported", async () => {
    let answer = (_account: string) => {};
    const problems = await ask(() => new Promise((resolve) => (answer = resolve)), 0);
    answer("210987654321");
    expect((await problems()).join()).to.contain("has to be done again in 123456789012");
  });
});

describe("`revoke --retry-for`", () => {
  const retryFor = async (...options: string[]) => {
    const parsed = await parseArguments(["revoke", "acme", "--now", ...options], COMMANDS);
    return "args" in parsed ? (parsed.args as { retryFor?: unknown }).retryFor : parsed;
  };

  it("is 60 seconds by default", async () => {
    expect(await retryFor()).to.equal(60);
    expect(await retryFor("--retry-for", "300")).to.equal(300);
    expect(await retryFor("--retry-for", "0")).to.equal(0);
  });

  it("takes a number of seconds only", async () => {
    for (const value of ["soon", "-1"]) {
      const error = await retryFor(`--retry-for=${value}`).catch((caught: unknown) => caught);
      expect(String(error), value).to.contain("expected a number of seconds for --retry-for");
    }
  });
});
