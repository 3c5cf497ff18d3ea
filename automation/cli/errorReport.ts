import { ProblemsError } from "../../src/problem";
import { explainAwsError } from "../aws/errors";
import type { CommandContext } from "./command";
import { EngineError } from "../engine/errors";
import { tellProblems } from "../output/problemReport";
import { UsageError } from "../output/usageError";

/**
 * Tells why a command ended badly: what, and what to do. Raw texts of the engine and stack traces
 * come only with `--debug`.
 */
export function tellError(error: unknown, context: CommandContext, debug: boolean): void {
  const { terminal, environment } = context;
  if (error instanceof ProblemsError) {
    tellProblems(error.problems, terminal, environment);
    return;
  }
  if (error instanceof EngineError || error instanceof UsageError) {
    terminal.tell(`Error: ${error.message}`, "bad");
    if (error.advice !== "") terminal.tell(error.advice);
    if (debug && error instanceof EngineError && error.detail() !== "") {
      terminal.tell(`What the engine wrote:\n${error.detail()}`, "quiet");
    }
    return;
  }
  const explained = explainAwsError(error);
  if (explained !== undefined) {
    terminal.tell(`Error: ${explained.message}`, "bad");
    terminal.tell(explained.advice);
    if (debug && error instanceof Error) terminal.tell(error.stack ?? "", "quiet");
    return;
  }
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  terminal.tell(`Error: ${message}`, "bad");
  if (cause instanceof Error) terminal.tell(`Cause: ${cause.message}`);
  terminal.tell(debug ? (stack ?? "") : "This is a fault of the script. `--debug` shows where.");
}
