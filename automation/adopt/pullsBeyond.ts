import type { StackConfig } from "../../src/config";
import { grantRegions } from "../../src/access/grantRegions";
import type { Customer } from "../../src/customers/model";
import { customersOfPull, withCustomers } from "../../src/pulls/customers";
import type { Pull } from "../../src/pulls/model";
import { explainAwsError } from "../aws/errors";
import type { CommandContext } from "../cli/command";
import { during } from "../output/activity";
import { updatePulls } from "../pulls/read";
import { eventHistory } from "../pulls/sources";

/** What CloudTrail says, or why it could not be read. */
export type ReadPulls = { pulls: readonly Pull[] } | { unread: string };

/**
 * Reads pulls from CloudTrail's event history, from where earlier runs ended.
 *
 * @param since - `2026-08-30T00:00:00Z`.
 * @throws an error of AWS's, but for a role that may not read it.
 */
export async function readPullsSince(
  config: StackConfig,
  since: string,
  context: CommandContext,
): Promise<ReadPulls> {
  try {
    const { pulls } = await during(context.terminal, "Reading CloudTrail", (activity) =>
      updatePulls({ config, stack: config.stack, since, open: eventHistory }, context, (events) => {
        activity.counted(events, "events");
      }),
    );
    return { pulls: pulls.filter(({ at }) => at >= since) };
  } catch (error) {
    const explained = explainAwsError(error);
    if (explained?.kind !== "denied") throw error;
    return { unread: explained.message };
  }
}

/**
 * Pulls of a customer that AWS answered although its file does not give them: only what it had before its file lets
 * it do that. IAM's last accessed information does not show them, because it does not say which repository was pulled.
 *
 * @param keys - ids of its user's access keys, beside its name and its role a mark of its pulls.
 * @returns a sentence for the last pull of each repository and region.
 */
export function pullsBeyondFile(
  pulls: readonly Pull[],
  customer: Customer,
  keys: ReadonlySet<string>,
  config: Pick<StackConfig, "account" | "namePrefix" | "repositories">,
): string[] {
  const given = new Set(
    customer.repositories.flatMap((repository) =>
      grantRegions(customer, config.repositories.get(repository)?.regions ?? []).map(
        (region) => `${repository} in ${region}`,
      ),
    ),
  );
  const last = new Map<string, string>();
  // In the order of time: the last one counts.
  for (const pull of withCustomers(pulls, [customer], config)) {
    const place = `${pull.repository} in ${pull.region}`;
    const isIts = customersOfPull(pull).includes(customer.id) || keys.has(pull.key);
    if (pull.error !== undefined || !isIts) continue;
    if (!given.has(place)) last.set(place, pull.at);
  }
  return [...last].map(
    ([place, at]) => `it pulled ${place} at ${at}, which its file does not give`,
  );
}
