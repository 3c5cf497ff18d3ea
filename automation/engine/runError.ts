import { asEngineError, cancellation, EngineError } from "./errors";
import type { EngineReporter } from "./events";

/** Why a run failed: the engine's events explain it better than its text, which is used only without them. */
export function toEngineError(
  error: unknown,
  reporter: EngineReporter,
  signal: AbortSignal | undefined,
): EngineError {
  const engineError = asEngineError(error);
  if (signal?.aborted) return cancellation(signal);
  if (engineError.kind !== "unknown") return engineError;
  const { failures, errors } = reporter.report;
  if (failures.length > 0) {
    return new EngineError(
      "resources",
      `${failures.length} of the changes failed`,
      "Each one is listed below; run again once it is fixed.",
      engineError.detail(),
    );
  }
  if (errors.length > 0) {
    return new EngineError("program", errors.join("\n"), "", engineError.detail());
  }
  return engineError;
}
