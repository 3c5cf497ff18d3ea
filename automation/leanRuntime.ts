import type * as Log from "@pulumi/pulumi/log";

// The module itself, not an import's copy of it: the SDK looks a function up at each call.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const log = require("@pulumi/pulumi/log") as { debug: typeof Log.debug };

const { debug } = log;

/** Programs that run just now; all is as it was after the last one. */
let running = 0;
let sourceMaps = false;

/**
 * Runs a Pulumi program without two things that the SDK does for each resource and nobody sees here. They
 * take a quarter of all CPU of a preview (bench/, 150 customers), engine and provider included:
 * - three debug messages to the engine, one after the other; it drops them unless `pulumi --debug` is used;
 * - a stack trace for each promise (`debuggablePromise`), read through source maps because tsx turns them on.
 *
 * An error's stack is put together when it is read: after the program, and hence through source maps.
 */
export async function leanly<T>(program: () => Promise<T>): Promise<T> {
  if (running === 0) {
    sourceMaps = process.sourceMapsEnabled;
    process.setSourceMapsEnabled(false);
    log.debug = () => Promise.resolve();
  }
  running += 1;
  try {
    return await program();
  } finally {
    running -= 1;
    if (running === 0) {
      process.setSourceMapsEnabled(sourceMaps);
      log.debug = debug;
    }
  }
}
