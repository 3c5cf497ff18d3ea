/**
 * Why a run of the engine failed, as kinds with a message and a way out. The engine reports errors only as
 * text, mixed with whole logs; that text is matched here, in one place, and shown only with `--debug`.
 */

import { EXPLANATIONS } from "./explanations";
import type { EngineFailureKind } from "./failureKind";

/** The engine's own text, for a lock that was found in another way. */
export const LOCKED = "the stack is currently locked by 1 lock(s)";

/** A run of the engine failed. */
export class EngineError extends Error {
  readonly kind: EngineFailureKind;
  /** What to do about it, one or two sentences. */
  readonly advice: string;
  /** Private, so that logging or serialising the error does not print whole logs. */
  readonly #detail: string;

  constructor(kind: EngineFailureKind, message: string, advice: string, detail = "") {
    super(message);
    this.name = "EngineError";
    this.kind = kind;
    this.advice = advice;
    this.#detail = detail;
  }

  /** The engine's raw output, for `--debug` only. */
  detail(): string {
    return this.#detail;
  }
}

/** Explains the engine's output as an `EngineError`; of kind `unknown` when no explanation matches. */
export function explainEngineText(text: string): EngineError {
  for (const { kind, pattern, message, advice } of EXPLANATIONS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const said = typeof message === "string" ? message : message(match);
    return new EngineError(kind, said, advice, text);
  }
  return new EngineError(
    "unknown",
    "the engine failed with an error that ecr-customers does not recognise",
    "Run again with `--debug` to see its output.",
    text,
  );
}

/** Why a run whose signal was aborted did not end: the signal's reason, or that it was cancelled. */
export function cancellation(signal: AbortSignal): EngineError {
  const reason: unknown = signal.reason;
  return reason instanceof EngineError
    ? reason
    : new EngineError("cancelled", "the run was cancelled", "Run it again to finish.");
}

/** Whatever was thrown, as an engine error; one that did not come from the engine has no advice. */
export function asEngineError(thrown: unknown): EngineError {
  return thrown instanceof EngineError
    ? thrown
    : new EngineError("unknown", "the engine could not be run", "", String(thrown));
}
