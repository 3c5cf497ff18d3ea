// How sending ended, for whoever started it.
import { counted } from "../../src/counted";
import type { Notice } from "../../src/notices/model";
import { toJson } from "../output/json";
import type { Terminal } from "../output/terminal";
import type { Sent } from "./sending";

/** Prints what was sent, and what was not. */
export function printSent(
  { sent, withoutReceiver, failed }: Sent,
  { stack, json }: { stack: string; json: boolean },
  terminal: Terminal,
): void {
  const failures = failed.map(({ notice, error }) => ({ key: notice.key, error: reasonOf(error) }));
  if (json) {
    const keys = (notices: readonly Notice[]) => notices.map(({ key }) => key);
    const [done, without] = [keys(sent), keys(withoutReceiver)];
    terminal.print(toJson({ stack, sent: done, withoutReceiver: without, failed: failures }));
    return;
  }
  for (const { subject, to = "" } of sent) terminal.print(`sent to ${to}: ${subject}`, "good");
  for (const { subject, customer = stack } of withoutReceiver) {
    terminal.print(`no receiver (${customer}): ${subject}`, "warning");
  }
  for (const { key, error } of failures) terminal.print(`not sent: ${key}: ${error}`, "bad");
  const parts = [
    `${counted(sent.length, "notice")} sent`,
    ...(withoutReceiver.length > 0 ? [`${withoutReceiver.length} without a receiver`] : []),
    ...(failed.length > 0 ? [`${failed.length} not sent, which the next run sends`] : []),
  ];
  terminal.print(`${parts.join(", ")}.`, "strong");
}

/** A mail server's answer may hold the address of the server, never the password. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
