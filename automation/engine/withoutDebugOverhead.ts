import type { Resource } from "@pulumi/pulumi";
import type * as Log from "@pulumi/pulumi/log";

// The modules themselves, not an import's copies of them: the SDK looks a function up at each call.
/* eslint-disable @typescript-eslint/no-require-imports */
const log = require("@pulumi/pulumi/log") as { debug: typeof Log.debug };
const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
};
const resources = require("@pulumi/pulumi/resource") as { Resource: typeof Resource };
/* eslint-enable @typescript-eslint/no-require-imports */
const places = resources.Resource as unknown as { callsites: () => object[] };

const { debug } = log;
const { debuggablePromise } = debuggable;
const { callsites } = places;

/** Programs that run just now; all is as it was after the last one. */
let running = 0;
let sourceMaps = false;

/**
 * Runs a Pulumi program without what the SDK does for its own debugging at each resource and nobody sees
 * here. It takes a third of all CPU of a preview (bench/, 150 customers), engine and provider included:
 * - three debug messages to the engine, one after the other; it drops them unless `pulumi --debug` is used;
 * - a stack trace for each promise, to name one that is never settled, and one for each resource, so that
 *   editors can show where it was declared: in a loop over customers, always the same place;
 * - source maps, which tsx turns on, in each of these.
 *
 * An error's stack is put together when it is read: after the program, and hence through source maps.
 */
export async function withoutDebugOverhead<T>(program: () => Promise<T>): Promise<T> {
  if (running === 0) {
    sourceMaps = process.sourceMapsEnabled;
    process.setSourceMapsEnabled(false);
    log.debug = () => Promise.resolve();
    debuggable.debuggablePromise = (promise) => promise;
    places.callsites = () => [];
  }
  running += 1;
  try {
    return await program();
  } finally {
    running -= 1;
    if (running === 0) {
      process.setSourceMapsEnabled(sourceMaps);
      log.debug = debug;
      debuggable.debuggablePromise = debuggablePromise;
      places.callsites = callsites;
    }
  }
}
