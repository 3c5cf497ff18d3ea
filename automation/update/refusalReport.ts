import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import type { Refusal } from "../plan/limits";
import { refusalLines } from "../plan/planReport";
import type { Terminal } from "../output/terminal";

/**
 * Reports why a run stops before its first write, and which command allows it.
 *
 * @param more - further fields of the JSON document.
 * @returns the process's exit code.
 */
export function tellRefusal(
  refused: readonly Refusal[],
  { command, stack, json }: { command: string; stack: string; json: boolean },
  terminal: Terminal,
  more: object = {},
): ExitCode {
  if (json) terminal.print(toJson({ stack, refused, ...more }));
  terminal.report("Refused, and nothing was written.", "bad");
  for (const { cells, tone } of refusalLines(refused, command)) {
    terminal.report(cells.join(" "), tone);
  }
  return ExitCode.refused;
}

/** The same as JSON when the confirmation was not given, which a reader has seen already. */
export function tellNotConfirmed(
  stack: string,
  json: boolean,
  terminal: Terminal,
  more: object = {},
): ExitCode {
  const message = "not confirmed";
  const refused = [{ limit: "confirmation", message, items: [], flag: "--yes" }];
  if (json) terminal.print(toJson({ stack, refused, ...more }));
  return ExitCode.refused;
}
