// Sends notices to a webhook. The receiver proves by the signature who sent it, and recognises a repeated notice by its id.
import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../output/usageError";
import { idOf } from "./email";
import type { Send } from "./sending";

/** Where notices go, and how they are signed. */
export interface Webhook {
  url: string;
  secret: string;
  stack: string;
  /** In milliseconds, for the signature's time. */
  now: () => number;
  fetch: typeof globalThis.fetch;
  /** Waits that long before another try, in milliseconds. */
  pause?: (milliseconds: number) => Promise<unknown>;
}

const TRIES = 4;
const FIRST_PAUSE = 1_000;
/** Longest time that a receiver may ask us to wait. */
const LONGEST_PAUSE = 30_000;
const TIMEOUT = 20_000;

/** Answers after which the same request may succeed. */
const isTemporary = (status: number) => status === 429 || status >= 500;

/**
 * A sender for a webhook. Each notice is a POST of JSON with `Idempotency-Key`, which is the same at each try, and
 * `X-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`.
 *
 * @throws UsageError for a URL that would send notices in clear.
 */
export function webhookSender(webhook: Webhook): Send {
  requireSecure(webhook.url);
  return async (notice) => {
    const id = idOf(notice, webhook.stack);
    const body = JSON.stringify({ id, stack: webhook.stack, ...notice });
    for (let tried = 1; ; tried++) {
      const answer = await tryOnce(webhook, id, body);
      if (answer.isDone) return;
      if (!answer.isTemporary || tried === TRIES) throw new Error(answer.why);
      await (webhook.pause ?? wait)(answer.after ?? FIRST_PAUSE * 2 ** (tried - 1));
    }
  };
}

type Answer =
  { isDone: true } | { isDone: false; isTemporary: boolean; why: string; after?: number };

async function tryOnce(
  { url, secret, now, fetch }: Webhook,
  id: string,
  body: string,
): Promise<Answer> {
  const time = Math.floor(now() / 1000);
  const signature = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  try {
    const { status, ok, headers } = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": id,
        "X-Signature": `t=${time},v1=${signature}`,
      },
      body,
      // A redirect would take the notice to a receiver that no one has named.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (ok) return { isDone: true };
    const why = `the webhook answered ${status}`;
    const after = Number(headers.get("retry-after") ?? NaN) * 1000;
    const asked = Number.isNaN(after) ? {} : { after: Math.min(after, LONGEST_PAUSE) };
    return { isDone: false, isTemporary: isTemporary(status), why, ...asked };
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    const why = `the webhook did not answer: ${cause?.code ?? (error as Error).name}`;
    return { isDone: false, isTemporary: true, why };
  }
}

function requireSecure(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url?.hostname ?? "");
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return;
  throw new UsageError(
    "NOTICES_WEBHOOK_URL is not a URL that begins with https://",
    "Set it to the webhook's address; notices name customers and are not sent in clear.",
  );
}
