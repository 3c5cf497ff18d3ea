// Which notices are to be sent today: those of the occasions that were not sent before.
import type { IsoDate } from "../customers/model";
import { daysFrom } from "./days";
import {
  NOTICE_RULES,
  type Audience,
  type Notice,
  type NoticeFacts,
  type NoticeRecord,
  type NoticeRules,
  type Occasion,
} from "./model";
import { occasionsOf } from "./occasions";
import { filled, type Templates } from "./texts";

/** Nothing was sent yet. */
export const EMPTY_RECORD: NoticeRecord = { sent: {}, since: {} };

/** Longer than any notice is sent before what it is about. */
const KEPT_DAYS = 400;

/** What is to be sent, and what is to be recorded before the first of it is. */
export interface DueNotices {
  notices: Notice[];
  /**
   * Since when something holds that no file dates is a part of its notice's key, so it is recorded first: a
   * run that is killed after it has sent a notice would give it another key on the next day.
   */
  record: NoticeRecord;
}

/** How notices are written. */
export interface NoticeOptions {
  templates: Templates;
  /** Receives what is about a customer without an owner, or about the stack. */
  owner?: string;
  rules?: NoticeRules;
}

/** The notices of a day that were not sent before, in the customers' order. */
export function dueNotices(
  facts: NoticeFacts,
  { sent, since }: NoticeRecord,
  { templates, owner, rules = NOTICE_RULES }: NoticeOptions,
): DueNotices {
  const found = occasionsOf(facts, rules, since);
  const all = found.occasions.flatMap((occasion) =>
    occasion.audiences.map((audience) => noticeOf(occasion, audience, templates, owner)),
  );
  const current = new Set(all.map(({ key }) => key));
  const isKept = ([key, day]: [string, IsoDate]) =>
    current.has(key) || daysFrom(day, facts.today) <= KEPT_DAYS;
  const kept = Object.fromEntries(Object.entries(sent).filter(isKept));
  return {
    notices: all.filter(({ key }) => !(key in kept)),
    record: { sent: kept, since: found.since },
  };
}

/** The record after a notice was sent. */
export function withSent(record: NoticeRecord, { key }: Notice, day: IsoDate): NoticeRecord {
  return { ...record, sent: { ...record.sent, [key]: day } };
}

function noticeOf(
  { kind, key, customer, values }: Occasion,
  audience: Audience,
  templates: Templates,
  owner: string | undefined,
): Notice {
  const to = audience === "customer" ? customer?.contact : (customer?.owner ?? owner);
  const { subject, text } = templates[`${kind}.${audience}`] ?? { subject: "", text: "" };
  return {
    ...{ key: `${key}/${audience}`, kind, audience },
    ...(customer === undefined ? {} : { customer: customer.id }),
    ...(to === undefined ? {} : { to }),
    subject: filled(subject, values),
    text: filled(text, values),
  };
}
