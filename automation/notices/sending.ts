// Sends notices one after the other, and records each at once: of a run that is killed at most one notice is
// sent that is not recorded. The next run sends it again with the same key, by which its receiver knows it.
import { withSent } from "../../src/notices/due";
import type { Notice, NoticeRecord } from "../../src/notices/model";
import type { IsoDate } from "../../src/customers/model";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";

/** Gives a notice to whoever delivers it. @throws when it was not accepted. */
export type Send = (notice: Notice & { to: string }) => Promise<void>;

/** A sender, and what ends its connection. */
export interface OpenSender {
  send: Send;
  close: () => void;
}

/** How sending ended. */
export interface Sent {
  sent: Notice[];
  /** Not sent, because neither the file nor the caller names a receiver. */
  withoutReceiver: Notice[];
  /** Not accepted; sent again with the next run. */
  failed: { notice: Notice; error: unknown }[];
}

/**
 * Sends what is due.
 *
 * @param record - of earlier runs, with what is to be recorded before the first notice.
 * @param save - keeps the record; called before the first notice and after each.
 */
export async function sendNotices(
  notices: readonly Notice[],
  record: NoticeRecord,
  today: IsoDate,
  { send, save }: { send: Send; save: (record: NoticeRecord) => void },
): Promise<Sent> {
  const result: Sent = { sent: [], withoutReceiver: [], failed: [] };
  let known = record;
  save(known);
  for (const notice of notices) {
    const { to } = notice;
    if (to === undefined) {
      result.withoutReceiver.push(notice);
      continue;
    }
    try {
      await send({ ...notice, to });
    } catch (error) {
      result.failed.push({ notice, error });
      continue;
    }
    known = withSent(known, notice, today);
    try {
      save(known);
    } catch (error) {
      throw error instanceof UsageError ? unrecorded(notice, error) : error;
    }
    result.sent.push(notice);
  }
  return result;
}

function unrecorded({ key, to = "" }: Notice, { message }: UsageError): UsageError {
  return new UsageError(
    `the notice ${key} was sent to ${printable(to)}, and this cannot be recorded: ${message}`,
    "Nothing more was sent. The next run sends this one notice again, with the same Message-ID or Idempotency-Key.",
  );
}
