// A notice as an e-mail (RFC 5322). nodemailer writes it: encodings, long lines and headers are its work.
import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Notice } from "../../src/notices/model";

/** A message to send or to write into a file. */
export interface Message {
  from: string;
  to: string;
  subject: string;
  text: string;
  messageId: string;
  date: Date;
  headers: Readonly<Record<string, string>>;
}

/** What a message needs beside its notice. */
export interface Sender {
  /** Address of the sender. */
  from: string;
  stack: string;
  now: Date;
}

/**
 * The message of a notice. Sent twice, it has the same Message-ID, by which mail programs show it once; and it says that
 * no one wrote it, so that no out-of-office reply comes back (RFC 3834).
 */
export function messageOf(notice: Notice & { to: string }, { from, stack, now }: Sender): Message {
  const { to, subject, text, key } = notice;
  const host = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? "localhost";
  return {
    ...{ from, to, subject, text, date: now },
    messageId: `<${idOf(notice, stack)}@${host}>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Notice": `${stack}/${key}` },
  };
}

/** The same for the same notice, and nothing that is not safe in a header or a file name. */
export function idOf({ key }: Notice, stack: string): string {
  return createHash("sha256").update(`${stack}\n${key}`).digest("hex").slice(0, 32);
}

/** The text of an `.eml` file: every line ends with CRLF, which is otherwise left to the SMTP client (RFC 5322, 2.1). */
export async function asEml(message: Message): Promise<Buffer> {
  return new MailComposer({ ...message, newline: "windows" }).compile().build();
}
