// Notices for people: on a terminal, in a pull request, in a calendar.
import { createHash } from "node:crypto";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { Notice } from "../../src/notices/model";
import type { Section } from "../output/report";

/**
 * One section for each receiver, first what no one receives.
 *
 * @param isReceived - whether a notice has a receiver that this run can reach.
 */
export function noticeSections(
  notices: readonly Notice[],
  isReceived: (notice: Notice) => boolean,
): Section[] {
  const byReceiver = new Map<string, Notice[]>();
  for (const notice of notices) {
    const to = isReceived(notice) ? (notice.to ?? "") : "";
    byReceiver.set(to, [...(byReceiver.get(to) ?? []), notice]);
  }
  return [...byReceiver]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([to, its]) => ({
      title:
        to === ""
          ? "Without a receiver: write an e-mail address into `contact` or `owner`, or use --owner"
          : `To ${to}`,
      lines: its.map(({ subject, customer = "", audience }) => ({
        cells: [subject, customer === "" ? "" : `${customer}'s ${wordOf(audience)}`],
        ...(to === "" ? { tone: "warning" as const } : {}),
      })),
    }));
}

function wordOf(audience: Notice["audience"]): string {
  return audience === "customer" ? "contact" : "owner";
}

/**
 * A calendar (RFC 5545) with the last day of each customer whose access ends, from today on. The line ends, CRLF, are
 * left to the printing.
 *
 * A customer's event has the same UID on every day and for every end: an import moves it instead of adding another.
 */
export function endsAsCalendar(
  customers: readonly Customer[],
  stack: string,
  today: IsoDate,
  now: Date,
): string {
  const stamp = `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const events = customers.flatMap((customer) => {
    const { id, name, expires, repositories } = customer;
    if (expires === undefined || accessEnded(customer, today)) return [];
    return [
      "BEGIN:VEVENT",
      `UID:${createHash("sha256").update(`${stack}/${id}`).digest("hex").slice(0, 32)}@ecr-customers`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${expires.replaceAll("-", "")}`,
      `SUMMARY:${calendarText(`${name}: last day with access`)}`,
      `DESCRIPTION:${calendarText(`${id}, ${repositories.join(", ")}`)}`,
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ];
  });
  const lines = [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ecr-customers//notices//EN"],
    ...events,
    "END:VCALENDAR",
  ];
  return lines.map(folded).join("\n");
}

function calendarText(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r?\n/g, "\\n");
}

/** Lines have at most 75 bytes; the next one begins with a blank (RFC 5545 §3.1). */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  for (const character of line) {
    if (Buffer.byteLength(part + character) > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part].join("\n ");
}
