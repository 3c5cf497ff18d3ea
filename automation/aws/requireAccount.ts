import type { StackConfig } from "../../src/config";
import type { AwsClient } from "./client";
import { UsageError } from "../output/usageError";

/**
 * Checks that the credentials belong to the stack's account: nothing is read or written in another one,
 * where users of the same names may belong to others.
 *
 * @throws UsageError when the credentials belong to another account.
 */
export async function requireAccount(
  aws: Pick<AwsClient, "account">,
  config: Pick<StackConfig, "account" | "stack">,
): Promise<void> {
  const account = await aws.account();
  if (account === config.account) return;
  throw new UsageError(
    `the AWS credentials belong to account ${account}, and stack ${config.stack} is in ${config.account}`,
    `Use credentials of account ${config.account}; \`aws sts get-caller-identity\` shows which ones are in use.`,
  );
}
