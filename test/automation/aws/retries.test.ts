/**
 * Proves how often the script's own clients repeat a call that AWS throttles, that many calls slow down together, and
 * that an emergency's client leaves that to its caller. AWS is a function here, and the pauses take no time; test/e2e/throttled.test.ts shows whole
 * commands.
 */
import { mock } from "node:test";
import { expect } from "chai";
import pMap from "p-map";
import { AwsClient, type AwsSettings } from "../../../automation/aws/client";
import { EMERGENCY_RETRIES, RETRIES } from "../../../automation/aws/retries";
import { TokenBucket } from "../../../sandbox/aws/pace";

/** Longer than any pause between two attempts. */
const PAUSE_MILLISECONDS = 20_000;

const ACCOUNT = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const THROTTLED = `<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`;

/** Asks an AWS that throttles the first calls. @returns its answer or error, and how often it was called. */
async function asked(throttled: number, settings: Partial<AwsSettings> = {}) {
  let calls = 0;
  const requestHandler = {
    handle: () => {
      calls += 1;
      const isThrottled = calls <= throttled;
      const body = Buffer.from(isThrottled ? THROTTLED : ACCOUNT);
      const headers = { "content-type": "text/xml" };
      return Promise.resolve({ response: { statusCode: isThrottled ? 400 : 200, headers, body } });
    },
  };
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "none" };
  const client = new AwsClient({
    ...{ region: "eu-central-1", credentials, requestHandler },
    ...settings,
  });
  let result: unknown;
  const answer = client.account().then(
    (account) => (result = account),
    (error: Error) => (result = error.name),
  );
  while (result === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(PAUSE_MILLISECONDS);
  }
  await answer;
  return { result, calls };
}

describe("a call that AWS throttles", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
  afterEach(() => mock.timers.reset());

  it("is repeated more often than the SDK does by itself", async () => {
    expect(await asked(7)).to.deep.equal({ result: "123456789012", calls: 8 });
    expect(RETRIES.maxAttempts).to.be.greaterThan(3);
  });

  it("is given up in the end", async () => {
    expect(await asked(Infinity)).to.deep.equal({ result: "Throttling", calls: 8 });
  });

  it("is repeated less often in an emergency, which repeats all of it", async () => {
    const found = await asked(Infinity, EMERGENCY_RETRIES);
    expect(found).to.deep.equal({ result: "Throttling", calls: 3 });
  });
});

const NO_KEYS = `<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccessKeysResult><AccessKeyMetadata/><IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>`;

/**
 * Makes calls, 20 at once, to an AWS that takes 100 ms for each and lets ten pass in a second. No time passes but what
 * the calls wait for.
 *
 * @returns how many were given up, how many answers were refusals, and how much of what AWS lets pass was used.
 */
async function atLimit(calls: number, settings: Partial<AwsSettings> & { retryMode?: string }) {
  const perSecond = 10;
  const bucket = new TokenBucket(perSecond, Date.now);
  let throttled = 0;
  const requestHandler = {
    handle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const passes = bucket.take();
      if (!passes) throttled += 1;
      const body = Buffer.from(passes ? NO_KEYS : THROTTLED);
      const headers = { "content-type": "text/xml" };
      return { response: { statusCode: passes ? 200 : 400, headers, body } };
    },
  };
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "none" };
  const region = "eu-central-1";
  const client = new AwsClient({ ...{ region, credentials, requestHandler }, ...settings });
  const start = Date.now();
  let ended = 0;
  let failed = 0;
  const one = (_: unknown, at: number) =>
    client
      .accessKeys(`user-${at}`)
      .catch(() => (failed += 1))
      .finally(() => (ended += 1));
  const all = pMap(Array.from({ length: calls }), one, { concurrency: 20 });
  while (ended < calls) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(50);
  }
  await all;
  const seconds = (Date.now() - start) / 1000;
  return { failed, throttled, used: (calls - failed) / perSecond / seconds };
}

describe("many calls at once, at AWS's limit", function () {
  this.timeout(120_000);
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
  afterEach(() => mock.timers.reset());

  it("slow down together: none is given up, and what AWS lets pass is used to 90 %", async () => {
    const adaptive = await atLimit(300, {});
    const alone = await atLimit(300, { retryMode: "standard" });
    expect(adaptive.failed).to.equal(0);
    expect(adaptive.used).to.be.greaterThan(0.9);
    // Each by itself: calls are given up, and much of what AWS lets pass is not used.
    expect(alone.throttled).to.be.greaterThan(3 * adaptive.throttled);
    expect(alone.used).to.be.lessThan(0.9);
  });
});
