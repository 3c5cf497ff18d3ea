/** gRPC's status code of a call whose other side cannot be reached (google.rpc.Code). */
const UNAVAILABLE = 14;

/**
 * Lets this process outlive an engine. An engine that is interrupted while it starts ends while Pulumi's SDK still has
 * questions to it; the SDK stops listening for their failures with the first of them, and Node.js ends a process for
 * the second. How the run ended is known without them.
 */
export function outliveEngine(): void {
  process.on("unhandledRejection", onRejection);
}

/** @throws any error but a call to an engine that is gone, if no one else listens. */
function onRejection(error: unknown): void {
  const isGone = error instanceof Error && "code" in error && error.code === UNAVAILABLE;
  // During a run the SDK listens, too, and reports the program's errors as those of the run.
  if (!isGone && process.listenerCount("unhandledRejection") <= 1) throw error;
}
