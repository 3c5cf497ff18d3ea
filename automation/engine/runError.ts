import { EngineError } from "./errors";
import type { EngineReporter } from "./events";

/** Why a run ended badly: the engine's own words count only when no event says it better. */
export function toEngineError(
  error: unknown,
  reporter: EngineReporter,
  signal: AbortSignal | undefined,
): EngineError {
  const engineError =
    error instanceof EngineError
      ? error
      : new EngineError("unknown", "the engine could not be driven", "", String(error));
  if (signal?.aborted) {
    return new EngineError("cancelled", "the run was cancelled", "Run it again to finish.");
  }
  if (engineError.kind !== "unknown") return engineError;
  const { failures, errors } = reporter.report;
  if (failures.length > 0) {
    return new EngineError(
      "resources",
      `${failures.length} of the changes failed`,
      "See each one below; run again when it is mended.",
      engineError.detail(),
    );
  }
  if (errors.length > 0) {
    return new EngineError("program", errors.join("\n"), "", engineError.detail());
  }
  return engineError;
}
