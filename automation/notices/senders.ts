// Which sender a run uses, by its flag and the environment, which holds what is secret.
import { UsageError } from "../output/usageError";
import type { Sender } from "./email";
import type { OpenSender } from "./sending";

/** How notices are sent. */
export const CHANNELS = ["smtp", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

/** @throws UsageError when the environment does not say where to. */
export async function openSender(
  channel: Channel,
  sender: Sender,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OpenSender> {
  // Loaded here only: other runs need neither.
  if (channel === "smtp") {
    const url = required(environment, "NOTICES_SMTP_URL", "smtps://user:password@mail.example.com");
    const { smtpSender } = await import("./smtp.js");
    return smtpSender(url, sender);
  }
  const url = required(environment, "NOTICES_WEBHOOK_URL", "https://hooks.example.com/notices");
  const secret = required(
    environment,
    "NOTICES_WEBHOOK_SECRET",
    "a secret that the receiver knows",
  );
  const { webhookSender } = await import("./webhook.js");
  const { stack } = sender;
  const send = webhookSender({ url, secret, stack, now: () => sender.now.getTime(), fetch });
  return { send, close: () => undefined };
}

function required(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  example: string,
): string {
  const value = environment[name] ?? "";
  if (value !== "") return value;
  throw new UsageError(
    `${name} is not set`,
    `Set it to ${example}, e.g. as a secret of the CI job.`,
  );
}
