/**
 * Proves how often the script's own clients repeat a call that AWS throttles, and that an emergency's client leaves
 * that to its caller. AWS is a function here, and the pauses take no time; test/e2e/throttled.test.ts shows whole
 * commands.
 */
import { mock } from "node:test";
import { expect } from "chai";
import { AwsClient, type AwsSettings } from "../../../automation/aws/client";
import { EMERGENCY_RETRIES, RETRIES } from "../../../automation/aws/retries";

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
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
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
