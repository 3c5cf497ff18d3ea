import { ProblemsError } from "../../src/problem";
import { explainAwsError } from "../aws/errors";
import type { CommandContext, CommonArguments } from "./command";
import { EngineError } from "../engine/errors";
import { oneDocument } from "../output/json";
import { tellProblems } from "../output/problemReport";
import { UsageError } from "../output/usageError";

/** Why a command failed: what, and what to do. */
interface Failure {
  message: string;
  advice: string;
  /** The error that this one came from, in its own words. */
  cause?: string;
  /** What only `--debug` shows. */
  detail?: string;
}

/**
 * Reports why a command failed, as JSON too if that was asked for. Raw output of the engine and stack
 * traces are shown with `--debug` only.
 */
export function reportError(
  error: unknown,
  { terminal, environment }: CommandContext,
  { json, debug }: Pick<CommonArguments, "json" | "debug">,
  printed: readonly string[] = [],
): void {
  if (json) terminal.print(oneDocument(printed, errorAsJson(error)));
  if (error instanceof ProblemsError) {
    tellProblems(error.problems, terminal, environment);
    return;
  }
  const { message, advice, cause, detail = "" } = explained(error);
  terminal.report(`Error: ${message}`, "bad");
  if (cause !== undefined) terminal.report(`Cause: ${cause}`);
  if (advice !== "") terminal.report(advice);
  if (debug && detail !== "") terminal.report(detail, "quiet");
}

/** `{error}` with what is wrong and what to do; `{error, problems}` when files are wrong. */
export function errorAsJson(error: unknown): Record<string, unknown> {
  if (error instanceof ProblemsError) {
    const { problems } = error;
    const message = error.message.split("\n").at(-1);
    return { error: { message, advice: "Fix the files." }, problems };
  }
  const { message, advice } = explained(error);
  return { error: { message, advice } };
}

function explained(error: unknown): Failure {
  if (error instanceof UsageError) return { message: error.message, advice: error.advice };
  if (error instanceof EngineError) {
    const raw = error.detail();
    const detail = raw === "" ? "" : `Output of the engine:\n${raw}`;
    return { message: error.message, advice: error.advice, detail };
  }
  const { message, stack = "", cause } = error instanceof Error ? error : new Error(String(error));
  const known = explainAwsError(error);
  if (known !== undefined) return { ...known, detail: stack };
  return {
    message,
    advice: "This is a bug in ecr-customers: please report it, with the output of `--debug`.",
    ...(cause instanceof Error ? { cause: cause.message } : {}),
    detail: stack,
  };
}
