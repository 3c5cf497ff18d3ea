import { setTimeout } from "node:timers/promises";
import type { StackConfig } from "../../src/config";
import type { AwsClient } from "./client";
import { explainAwsError } from "./errors";
import { UsageError } from "../output/usageError";

type Caller = Pick<AwsClient, "account">;
type Stack = Pick<StackConfig, "account" | "stack">;

/**
 * Checks that the credentials belong to the stack's account: nothing is read or written in another one,
 * where users of the same names may belong to others.
 *
 * @throws UsageError when the credentials belong to another account.
 */
export async function requireAccount(aws: Caller, config: Stack): Promise<void> {
  const account = await aws.account();
  if (account === config.account) return;
  throw new UsageError(
    `the AWS credentials belong to account ${account}, and stack ${config.stack} is in ${config.account}`,
    `Use credentials of account ${config.account}; \`aws sts get-caller-identity\` shows which ones are in use.`,
  );
}

/** How long an emergency waits to learn whose credentials it has. */
const EMERGENCY_MILLISECONDS = 1_500;

/**
 * The same in an emergency, which must not fail because STS is throttled or does not answer: after a moment it
 * continues without an answer. Denying in another account would cut off that account's customer, so the answer is
 * awaited for that long.
 *
 * @returns reports at the end what is wrong with the account, in words; nothing when it was confirmed.
 * @throws UsageError, as `requireAccount`; whatever shows that no call to AWS can succeed.
 */
export async function requireAccountInEmergency(
  aws: Caller,
  config: Stack,
  milliseconds = EMERGENCY_MILLISECONDS,
): Promise<() => Promise<string[]>> {
  let isEarly = true;
  const answer = requireAccount(aws, config).then(
    () => [],
    (error: unknown) => {
      const kind = explainAwsError(error)?.kind;
      if (kind === "throttled" || kind === "failing") return [unconfirmed(config)];
      if (isEarly) throw error;
      const { message } = error instanceof Error ? error : new Error(String(error));
      return [
        `${message}: what was done was done there, and has to be done again in ${config.account}`,
      ];
    },
  );
  const waiting = new AbortController();
  const late = setTimeout(milliseconds, undefined, { signal: waiting.signal }).catch(() => {});
  await Promise.race([answer, late]).finally(() => {
    waiting.abort();
    isEarly = false;
  });
  return () => answer;
}

function unconfirmed({ account }: Stack): string {
  return `AWS did not confirm that the credentials belong to account ${account}: check \`aws sts get-caller-identity\``;
}
