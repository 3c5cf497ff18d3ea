import { asEngineError, cancellation, EngineError } from "./errors";
import type { EngineFailureKind } from "./failureKind";
import type { EngineReporter } from "./events";

/** Kinds that the failure of a single resource may cause, too; then the others have gone on. */
const OF_RESOURCES: readonly EngineFailureKind[] = ["throttled", "unreachable"];

/** Why a run failed: the engine's events explain it better than its text, which is used only without them. */
export function toEngineError(
  error: unknown,
  reporter: EngineReporter,
  signal: AbortSignal | undefined,
): EngineError {
  const engineError = asEngineError(error);
  if (signal?.aborted) return cancellation(signal);
  const { failures, errors } = reporter.report;
  // A resource's own failure is part of the engine's text, too.
  const isOfResource = failures.length > 0 && OF_RESOURCES.includes(engineError.kind);
  if (engineError.kind !== "unknown" && !isOfResource) return engineError;
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
