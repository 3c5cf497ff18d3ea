import type { Resource } from "@pulumi/pulumi";
import type * as Log from "@pulumi/pulumi/log";
import { isSdkUnchanged } from "./unchangedSdk";

// The module objects themselves: the SDK looks these functions up at each call, so replacing them here works.
/* eslint-disable @typescript-eslint/no-require-imports */
const log = require("@pulumi/pulumi/log") as { debug: typeof Log.debug };
const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
};
const resources = require("@pulumi/pulumi/resource") as { Resource: typeof Resource };
/* eslint-enable @typescript-eslint/no-require-imports */
const declarations = resources.Resource as unknown as { callsites: () => object[] };

const { debug } = log;
const { debuggablePromise } = debuggable;
const { callsites } = declarations;

/** How many programs are running; after the last one everything is restored. */
let running = 0;
let sourceMaps = false;

/**
 * Runs a Pulumi program without the debugging work that the SDK does for each resource and that nothing here
 * shows. It takes a third of the CPU time of a preview (bench/, 150 customers), including engine and provider:
 * - three debug messages to the engine, one after the other, which it drops unless `pulumi --debug` is used;
 * - a stack trace for each promise, to report promises that never settle, and one for each resource, so that
 *   editors can show where it was declared: in a loop over customers, always the same line;
 * - source maps, which tsx turns on, for each of these stack traces.
 *
 * An error's stack is formatted when it is read, which is after the program, so source maps still apply to it.
 */
export async function withoutDebugOverhead<T>(program: () => Promise<T>): Promise<T> {
  if (isSdkUnchanged()) return program();
  if (running === 0) {
    sourceMaps = process.sourceMapsEnabled;
    process.setSourceMapsEnabled(false);
    log.debug = () => Promise.resolve();
    debuggable.debuggablePromise = (promise) => promise;
    declarations.callsites = () => [];
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
      declarations.callsites = callsites;
    }
  }
}
