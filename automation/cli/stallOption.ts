import type { Argv } from "yargs";

/** How long a run may make no progress. */
export interface StallArguments {
  stallTimeout: number;
}

/**
 * The engine reports nothing while all that is left waits for AWS. The longest such wait of a healthy update is the
 * provider's for a new user that IAM or ECR does not know yet: two minutes
 * (hashicorp/terraform-provider-aws, `propagationTimeout` of IAM and ECR).
 */
const DEFAULT_SECONDS = 130;

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
