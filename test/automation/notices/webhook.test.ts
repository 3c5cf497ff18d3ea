/** Proves how a notice is sent to a webhook: signed, with a key that repeats, again after temporary answers only. */
import { createHmac } from "node:crypto";
import { expect } from "chai";
import { webhookSender } from "../../../automation/notices/webhook";
import type { Notice } from "../../../src/notices/model";

const NOTICE: Notice & { to: string } = {
  ...{ key: "acme/ends/2026-11-30/7/owner", kind: "ends", audience: "owner", customer: "acme" },
  ...{ to: "jo@vendor.example", subject: "Acme: access ends in 7 days", text: "…" },
};
const URL_ = "https://hooks.example.com/notices";

/** Sends the notice to a webhook that gives these answers; a code is a connection that fails. */
async function send(answers: (number | string | Response)[], url = URL_) {
  const requests: { url: string; headers: Headers; body: string; redirect?: string }[] = [];
  const pauses: number[] = [];
  const sender = webhookSender({
    ...{ url, secret: "s3cret", stack: "dev", now: () => 1_800_000_000_500 },
    fetch: (to, init) => {
      requests.push({
        url: String(to),
        headers: new Headers(init?.headers),
        body: String(init?.body),
        redirect: init?.redirect,
      });
      const answer = answers.shift() ?? 200;
      if (typeof answer === "string") {
        return Promise.reject(new TypeError("fetch failed", { cause: { code: answer } }));
      }
      return Promise.resolve(
        typeof answer === "number" ? new Response("", { status: answer }) : answer,
      );
    },
    pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
  });
  const error = await sender(NOTICE).then(
    () => undefined,
    (reason: unknown) => (reason as Error).message,
  );
  return { requests, pauses, error };
}

describe("a notice to a webhook", () => {
  it("is a signed POST that follows no redirect", async () => {
    const { requests, error } = await send([202]);
    expect([error, requests.length]).to.deep.equal([undefined, 1]);
    const [{ headers, body, url, redirect }] = requests as [(typeof requests)[number]];
    const signature = createHmac("sha256", "s3cret").update(`1800000000.${body}`).digest("hex");
    expect([url, redirect]).to.deep.equal([URL_, "error"]);
    expect(headers.get("x-signature")).to.equal(`t=1800000000,v1=${signature}`);
    const { id, ...others } = JSON.parse(body) as Record<string, unknown>;
    expect(others).to.deep.equal({ stack: "dev", ...NOTICE });
    expect(headers.get("idempotency-key"))
      .to.equal(id)
      .and.to.match(/^[0-9a-f]{32}$/);
  });

  it("is tried again, with the same key, after what is temporary", async () => {
    const { requests, pauses, error } = await send([500, "ECONNRESET", 429, 200]);
    expect([error, pauses]).to.deep.equal([undefined, [1000, 2000, 4000]]);
    expect(new Set(requests.map(({ headers }) => headers.get("idempotency-key"))).size).to.equal(1);
  });

  it("waits as long as the receiver asks, within bounds", async () => {
    const busy = (seconds: string) =>
      new Response("", { status: 503, headers: { "Retry-After": seconds } });
    expect((await send([busy("7"), busy("9999"), 200])).pauses).to.deep.equal([7000, 30_000]);
  });

  it("fails after four tries, and at once when the receiver refuses it", async () => {
    const down = await send([503, 503, 503, "ECONNREFUSED", 200]);
    expect([down.requests.length, down.error]).to.deep.equal([
      4,
      "the webhook did not answer: ECONNREFUSED",
    ]);
    const refused = await send([403, 200]);
    expect([refused.requests.length, refused.error]).to.deep.equal([1, "the webhook answered 403"]);
  });

  it("is not sent in clear", async () => {
    for (const url of ["http://hooks.example.com", "ftp://x", "hooks"]) {
      const error = await send([200], url).catch((reason: unknown) => (reason as Error).message);
      expect(error, url).to.equal("NOTICES_WEBHOOK_URL is not a URL that begins with https://");
    }
    expect((await send([200], "http://127.0.0.1:1/x")).error).to.equal(undefined);
  });
});
