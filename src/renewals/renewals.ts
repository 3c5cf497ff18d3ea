// Which renewals are to be proposed on a day, and until when they last.
import { accessEnded } from "../access/entitlements";
import { addDays, addMonths } from "../customers/isoDate";
import type { Customer, IsoDate } from "../customers/model";
import type { Version } from "../history/model";
import { daysFrom } from "../notices/days";
import type { RenewalRule } from "./rule";
import { beginOfTerm } from "./term";

/** Of the Gregorian calendar on average. */
const DAYS_OF_MONTH = 30.436875;
const SHORTEST_MONTH = 28;

/** A new end date for a customer. */
export interface Renewal {
  customer: Customer;
  /** Its last day as it is now. */
  ends: IsoDate;
  until: IsoDate;
  length: Length;
}

/** How long a renewal lasts, and why. */
export interface Length {
  months: number;
  by: "settings" | "same-length";
  /** The settings allow no later end. */
  isLimited: boolean;
}

/** A customer whose access ends soon, and for which no renewal is proposed. */
export interface NotProposed {
  customer: Customer;
  ends: IsoDate;
  why: "sales-system" | "unknown-length" | "short-term" | "longest-term";
}

/** What renewals follow from. */
export interface RenewalFacts {
  customers: readonly Customer[];
  today: IsoDate;
  rule: RenewalRule;
  /** How many months ahead an end may be (`requireExpiry`). */
  maxMonths?: number | undefined;
  /** The versions of a customer's file; read for those only that end soon. */
  versionsOf: (id: string) => readonly Version[];
}

/** Customers whose access ends within the days of the rule, in their order. */
export function endingSoon({
  customers,
  today,
  rule,
}: Pick<RenewalFacts, "customers" | "today" | "rule">): (Customer & { expires: IsoDate })[] {
  return customers.filter((customer): customer is Customer & { expires: IsoDate } => {
    const { expires: ends, repositories } = customer;
    if (ends === undefined || repositories.length === 0 || accessEnded(customer, today)) {
      return false;
    }
    return daysFrom(today, ends) <= rule.days;
  });
}

/** The renewals of a day, whether they were proposed before or not, in the customers' order. */
export function renewalsOf(facts: RenewalFacts): {
  renewals: Renewal[];
  notProposed: NotProposed[];
} {
  const renewals: Renewal[] = [];
  const notProposed: NotProposed[] = [];
  for (const customer of endingSoon(facts)) {
    const { expires: ends } = customer;
    const found = renewalOf(customer, ends, facts);
    if (typeof found === "string") notProposed.push({ customer, ends, why: found });
    else renewals.push(found);
  }
  return { renewals, notProposed };
}

function renewalOf(
  customer: Customer,
  ends: IsoDate,
  { today, rule, maxMonths, versionsOf }: RenewalFacts,
): Renewal | NotProposed["why"] {
  // The next import would write the sales system's end again.
  if (customer.source !== undefined) return "sales-system";
  const length =
    rule.length === "same-length"
      ? sameLength(versionsOf(customer.id), ends)
      : { months: rule.length, by: "settings" as const };
  if (typeof length === "string") return length;
  const wanted = later(ends, length);
  const latest = maxMonths === undefined ? undefined : addMonths(today, maxMonths);
  const isLimited = latest !== undefined && latest < wanted;
  const until = isLimited ? latest : wanted;
  if (until <= ends) return "longest-term";
  return { customer, ends, until, length: { ...length, isLimited } };
}

function sameLength(
  versions: readonly Version[],
  ends: IsoDate,
): Omit<Length, "isLimited"> | "unknown-length" | "short-term" {
  const last = versions.at(-1)?.customer;
  if (last === undefined || last === "unreadable" || last.expires !== ends) return "unknown-length";
  const begin = beginOfTerm(versions);
  if (begin === undefined) return "unknown-length";
  const days = daysFrom(begin, ends);
  // The commit is later than the end that it set.
  if (days < 1) return "unknown-length";
  // A trial, or a file that was written late: renewed by some days, it would have to be renewed again at once.
  if (days < SHORTEST_MONTH) return "short-term";
  // Contracts are made by months: a file that is written some days after its term began says no other length.
  return { months: Math.max(1, Math.round(days / DAYS_OF_MONTH)), by: "same-length" };
}

/** The last day of a month stays the last day of one. */
function later(ends: IsoDate, { months }: Pick<Length, "months">): IsoDate {
  const isLastDay = addDays(ends, 1).endsWith("-01");
  return addMonths(isLastDay ? `${ends.slice(0, "YYYY-MM".length)}-31` : ends, months);
}
