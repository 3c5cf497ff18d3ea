import type { StackConfig } from "../../src/config";
import type { AwsClient } from "./client";
import { UsageError } from "../output/usageError";

/**
 * Nothing is read or written in an account that is not the stack's: what is true there is true of
 * nobody's customers here.
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
    "Use credentials of that account: `aws sts get-caller-identity` shows whose you have.",
  );
}
