// Sends notices as e-mails.
import { createTransport } from "nodemailer";
import { UsageError } from "../output/usageError";
import { messageOf, type Sender } from "./email";
import type { OpenSender } from "./sending";

const TIMEOUT = 20_000;

/**
 * A sender through a mail server. One connection for all messages.
 *
 * @param url - `smtps://user:password@host`, or `smtp://…`, which is encrypted as soon as the server can (STARTTLS), and
 *   must be unless the server is on this machine.
 * @throws UsageError when it is not such a URL.
 */
export function smtpSender(url: string, sender: Sender): OpenSender {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "smtp:" && parsed?.protocol !== "smtps:") {
    throw new UsageError(
      "NOTICES_SMTP_URL is not a URL that begins with smtps:// or smtp://",
      "Set it to e.g. smtps://user:password@mail.example.com.",
    );
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname);
  const secure = parsed.protocol === "smtps:";
  const { username, password } = parsed;
  const transport = createTransport({
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: Number(parsed.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLocal,
    ignoreTLS: isLocal,
    pool: true,
    maxConnections: 1,
    connectionTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  });
  return {
    send: async (notice) => {
      await transport.sendMail(messageOf(notice, sender));
    },
    close: () => {
      transport.close();
    },
  };
}
