import { userName } from "../../src/access/arns";
import type { Customer } from "../../src/customers/model";
import type { AwsClient } from "../aws/client";
import { attentionFor, unknownUser, type Attention, type AttentionLimits } from "./attention";
import { matchKeys } from "../../src/account/keyMatching";
import { observeKeys, type KeyReader, type MatchedKeys, type ObservedKey } from "./observe";
import { generationIds, type StateKeys } from "../engine/stateKeys";

/** Every customer's keys, and what needs attention about them. */
export interface KeyStatusReport {
  customers: CustomerKeyStatus[];
  attention: Attention[];
}

export interface CustomerKeyStatus extends MatchedKeys {
  customer: string;
  user: string;
}

interface StatusQuestion {
  /** Whose keys are read. Customers with an AWS account of their own have none. */
  customers: readonly Customer[];
  namePrefix: string;
  state: StateKeys;
  limits: AttentionLimits;
  /** Users that another stack's files declare, and whose keys that stack reports. */
  elsewhere: ReadonlySet<string>;
  /** Also look for users that no file declares. */
  all: boolean;
}

/**
 * Reads every key and its last use from AWS.
 *
 * @param counting - is called with the number of users to read; what it returns is called after each of them.
 */
export async function readKeyStatus(
  aws: KeyReader & Pick<AwsClient, "listUsers">,
  question: StatusQuestion,
  counting: (total: number) => (user: string) => void,
): Promise<KeyStatusReport> {
  const { customers, namePrefix, state, limits, elsewhere, all } = question;
  const own = new Map(
    customers
      .filter(({ awsAccount }) => awsAccount === undefined)
      .map((customer) => [userName(namePrefix, customer.id), customer]),
  );
  const unknown = all
    ? (await aws.listUsers())
        .map(({ name }) => name)
        .filter((name) => !own.has(name) && !elsewhere.has(name))
    : [];
  const users = [...own.keys(), ...unknown];
  const observed = await observeKeys(aws, users, counting(users.length));
  const keysOf = (user: string): ObservedKey[] => observed.get(user) ?? [];
  const report: KeyStatusReport = { customers: [], attention: [] };
  for (const [user, customer] of own) {
    const matched = matchKeys(customer, keysOf(user), generationIds(state, customer.id));
    report.customers.push({ customer: customer.id, user, ...matched });
    report.attention.push(...attentionFor(customer, user, matched, limits));
  }
  report.attention.push(...unknown.map((user) => unknownUser(user, keysOf(user))));
  return report;
}
