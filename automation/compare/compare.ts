import { hasRole, hasUser } from "../../src/customers/identity";
import { GROUP_NAME, iamArn, roleName, userName } from "../../src/access/arns";
import { groupPolicies } from "../../src/access/groupPolicies";
import { deviations } from "../../src/account/checks";
import type { DeclaredAccount, Elsewhere, RecordedState } from "../../src/account/declared";
import type { Deviation } from "../../src/account/deviation";
import type { ObservedAccount } from "../../src/account/observed";
import type { StackConfig } from "../../src/config";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { ObserveRequest } from "../aws/observe";
import type { CommandContext } from "../cli/command";
import { EngineError } from "../engine/errors";
import { readRecordedIds } from "../engine/readState";

/** How much of AWS is compared, and with what else beside the files. */
export interface CompareOptions {
  /** Ids of customers, of the files or removed from them; without it the whole account is read. */
  customers?: readonly string[];
  /** Ids from the stack's state, by which keys are told apart; as a promise, it is read while AWS is read. */
  state?: RecordedState | Promise<RecordedState | undefined>;
  /** What other stacks declare. */
  elsewhere?: Elsewhere;
  /** Whether the repositories' policies are compared. */
  policies?: boolean;
  /** Also read when each key was used last. */
  lastUse?: boolean;
  /** Also read MFA devices and other credentials of single customers. */
  otherCredentials?: boolean;
  /** Called after each user whose keys were read. */
  done?: (user: string) => void;
}

/** What AWS holds, and how it differs from the files. */
export interface Comparison {
  declared: DeclaredAccount;
  observed: ObservedAccount;
  deviations: Deviation[];
}

/** Compares what AWS holds with what the files say: the one comparison (docs/architecture.md). */
export async function compareWithAws(
  aws: Pick<AwsClient, "observe">,
  input: StackInput,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { elsewhere } = options;
  const [observed, state] = await Promise.all([
    aws.observe(requestFor(input, options)),
    options.state,
  ]);
  const declared = declaredAccount(input, {
    ...(state && { state }),
    ...(elsewhere && { elsewhere }),
  });
  return { declared, observed, deviations: deviations(declared, observed) };
}

/** The files' side of a comparison. */
export function declaredAccount(
  { config, customers, today }: StackInput,
  { state, elsewhere }: Pick<DeclaredAccount, "state" | "elsewhere"> = {},
): DeclaredAccount {
  return {
    settings: config,
    customers,
    today,
    ...(state === undefined ? {} : { state }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

/** What of AWS is read for a comparison. */
export function requestFor(
  { config, customers }: StackInput,
  { customers: only, policies = true, lastUse, otherCredentials, done }: CompareOptions,
): ObserveRequest {
  const { account, namePrefix, repositories } = config;
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  // A customer without a file may have a user nevertheless.
  const nameOf = (id: string) => userName(namePrefix, byId.get(id) ?? { id });
  const userless = new Set(customers.filter((customer) => !hasUser(customer)).map(({ id }) => id));
  const asked = new Set(only);
  const roles = customers
    .filter((customer) => hasRole(customer) && (only === undefined || asked.has(customer.id)))
    .map((customer) => roleName(namePrefix, customer));
  const own = customers.filter(hasUser).map(({ id }) => nameOf(id));
  const places = [...repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({ repository, region })),
  );
  return {
    account,
    group: `${namePrefix}${GROUP_NAME}`,
    groupPolicies: groupPolicies(config).map(({ name }) => ({
      name,
      arn: iamArn(config, `policy/${name}`),
    })),
    places: policies ? places : [],
    users:
      only === undefined ? ("all" as const) : only.filter((id) => !userless.has(id)).map(nameOf),
    customers: new Set(own),
    roles,
    ...(lastUse === undefined ? {} : { lastUse }),
    ...(otherCredentials === undefined ? {} : { otherCredentials }),
    ...(done === undefined ? {} : { done }),
  };
}

/**
 * The ids in the stack's state; undefined, with a warning, when it cannot be read: the comparison works
 * without, but then only the hand-overs' records and the keys' age show which key is which.
 */
export async function idsIfReadable(
  config: StackConfig,
  context: CommandContext,
  customers?: readonly string[],
): Promise<RecordedState | undefined> {
  try {
    return await readRecordedIds(config, context, customers);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const why = error.message.replace(/\.$/, "");
    context.terminal.report(
      `The stack's state could not be read (${why}), so keys are told apart by their age.`,
      "warning",
    );
    return undefined;
  }
}
