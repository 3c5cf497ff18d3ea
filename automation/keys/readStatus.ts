import { userName } from "../../src/access/arns";
import type { Customer } from "../../src/customers/model";
import type { AwsClient } from "../aws/client";
import { attentionFor, unknownUser, type Attention, type AttentionLimits } from "./attention";
import { matchKeys, type MatchedKeys, type ObservedKey } from "./matching";
import { observeKeys, type KeyReader } from "./observe";
import { generationIds, type StateKeys } from "../engine/stateKeys";

/** Every customer's keys, and what about them needs a person. */
export interface KeyStatusReport {
  customers: CustomerKeyStatus[];
  attention: Attention[];
}

export interface CustomerKeyStatus extends MatchedKeys {
  customer: string;
  user: string;
}

export interface StatusQuestion {
  /** Those that are asked about; the ones with an AWS account of their own have no keys. */
  customers: readonly Customer[];
  namePrefix: string;
  state: StateKeys;
  limits: AttentionLimits;
  /** Users that another stack's files declare: theirs to look after. */
  elsewhere: ReadonlySet<string>;
  /** Look for users that no file declares, too. */
  all: boolean;
}

/**
 * Reads every key from AWS itself, with its last use.
 *
 * @param counting - told how many users are read, and gives what is told each of them.
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
  const strays = all
    ? (await aws.listUsers())
        .map(({ name }) => name)
        .filter((name) => !own.has(name) && !elsewhere.has(name))
    : [];
  const users = [...own.keys(), ...strays];
  const observed = await observeKeys(aws, users, counting(users.length));
  const keysOf = (user: string): ObservedKey[] => observed.get(user) ?? [];
  const report: KeyStatusReport = { customers: [], attention: [] };
  for (const [user, customer] of own) {
    const matched = matchKeys(customer, keysOf(user), generationIds(state, customer.id));
    report.customers.push({ customer: customer.id, user, ...matched });
    report.attention.push(...attentionFor(customer, user, matched, limits));
  }
  report.attention.push(...strays.map((user) => unknownUser(user, keysOf(user))));
  return report;
}
