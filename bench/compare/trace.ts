import type { JournalEntry } from "../../sandbox/aws/journal";

/** A call begins a new round when it began after everything of the round before had been answered. */
const ROUND_HEADS = ["round", "from", "to", "caller", "call", "subject"] as const;

/**
 * The calls of a run, in rounds of calls that are under way at the same time: what is in different rounds waited for
 * each other. Times are milliseconds since the first call.
 */
export function traceOf(title: string, calls: readonly JournalEntry[]): string {
  const start = calls[0]?.at.getTime() ?? 0;
  let [round, end] = [0, -1];
  const rows = calls.map((call) => {
    const from = call.at.getTime() - start;
    const to = from + (call.milliseconds ?? 0);
    if (from >= end) round += 1;
    end = Math.max(end, to);
    const subject = Object.values(call.parameters).join(" ");
    return [round, from, to, callerOf(call), call.action, subject].join("\t");
  });
  return `${[title, ROUND_HEADS.join("\t"), ...rows].join("\n")}\n\n`;
}

/** The provider and the script are told apart by what they send of themselves. */
function callerOf({ userAgent = "" }: JournalEntry): string {
  return /pulumi|terraform/i.exec(userAgent)?.[0].toLowerCase() ?? "script";
}
