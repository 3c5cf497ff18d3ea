import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import type { Refusal } from "../plan/limits";
import { refusalLines } from "../plan/planReport";
import type { Terminal } from "../output/terminal";

/**
 * Tells why a run stops before its first write, and with which flag it would go on.
 *
 * @returns what the process ends with.
 */
export function tellRefusal(
  refused: readonly Refusal[],
  { command, stack, json }: { command: string; stack: string; json: boolean },
  terminal: Terminal,
): ExitCode {
  if (json) terminal.print(toJson({ stack, refused }));
  terminal.tell("Refused, and nothing was written.", "bad");
  for (const { cells, tone } of refusalLines(refused, command)) {
    terminal.tell(cells.join(" "), tone);
  }
  return ExitCode.refused;
}
