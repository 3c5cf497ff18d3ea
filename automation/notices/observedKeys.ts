// The age and the last use of keys, from AWS.
import { dayOf } from "../../src/customers/isoDate";
import type { KeyFacts } from "../../src/notices/model";
import type { StackInput } from "../../src/project";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { CommandContext } from "../cli/command";
import { compareWithAws } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { readRecordedIds } from "../engine/readState";
import { keyStatusReport, type CustomerKeyStatus } from "../keys/status";

/** Every customer's keys as AWS has them; those that no file declares are left out. @throws as `keys status` does. */
export async function observedKeys(
  input: StackInput,
  context: CommandContext,
): Promise<Map<string, KeyFacts[]>> {
  const { config, customers } = input;
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const ids = customers.map(({ id }) => id);
  const state = await readRecordedIds(config, context, ids);
  const elsewhere = declaredElsewhere(config, context);
  const found = await compareWithAws(aws, input, {
    ...{ state, elsewhere, policies: false, lastUse: true },
  });
  // What is too old, the rules of notices say.
  const limits = { now: context.now, olderThan: Infinity, overlapDays: Infinity };
  const report = keyStatusReport(found, customers, limits);
  return new Map(report.customers.map((one) => [one.customer, factsOf(one)]));
}

function factsOf({ generations }: CustomerKeyStatus): KeyFacts[] {
  return generations.flatMap(({ generation, key }) => {
    if (key?.createdAt === undefined) return [];
    return [
      {
        ...{ generation, isActive: key.status === "Active", since: dayOf(key.createdAt) },
        ...(key.lastUsed === undefined
          ? {}
          : { lastUsed: key.lastUsed === null ? null : dayOf(key.lastUsed.at) }),
      },
    ];
  });
}
