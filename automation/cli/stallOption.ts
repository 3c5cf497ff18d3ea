import type { Argv } from "yargs";

/** How long a run may make no progress. */
export interface StallArguments {
  stallTimeout: number;
}

/** Longer than any single call to IAM or ECR takes, including the provider's retries. */
const DEFAULT_SECONDS = 300;

/** The option of commands that run the engine. */
export function stallOption(yargs: Argv): Argv {
  return yargs
    .option("stall-timeout", {
      type: "number",
      requiresArg: true,
      default: DEFAULT_SECONDS,
      describe: "stop after this many seconds without progress, e.g. when the network is down",
    })
    .check(({ stallTimeout }) => {
      if (Number.isFinite(stallTimeout) && Number(stallTimeout) > 0) return true;
      throw new Error("expected a number of seconds for --stall-timeout");
    });
}
