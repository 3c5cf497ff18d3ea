import { userArn, userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { declareBase } from "../../src/stack/declareStack";
import { celledOutputs } from "../../src/stack/outputs";
import type { KnownUsers } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../awsClient";
import type { DeploymentResult } from "../deployment";
import type { RunSettings, StackRunner } from "../stackRunner";
import { presentUsers } from "./presentUsers";

/** What the base stack of several cells is run with. */
export interface BaseParts {
  runner: StackRunner;
  aws: AwsClient;
  input: StackInput;
}

/**
 * What an update of the base stack would change, once the cells are as the files say.
 *
 * @throws as `AwsClient` does when the users cannot be listed.
 */
export async function previewBase(
  { runner, aws, input }: BaseParts,
  settings: RunSettings,
): Promise<DeploymentResult> {
  const present = presentUsers(aws, input.config.account);
  const known = present.then(
    (found): KnownUsers => new Map([...plannedUsers(input.config, input.customers), ...found]),
  );
  // Told below.
  known.catch(() => {});
  const run = await runner.preview(() => declareBase(input, known).then(() => ({})), settings);
  return { ...run, users: new Set((await present).keys()) };
}

/**
 * Updates the base stack. Its engine starts at once and declares what all share; the policies, which name the
 * users of cells, and the record wait for the cells.
 *
 * @param cells - what the cells have declared, by their digests, when they have ended.
 * @param isFirst - nothing was ever recorded.
 * @throws as `AwsClient` does when the users cannot be listed.
 */
export async function updateBase(
  { runner, aws, input }: BaseParts,
  settings: RunSettings,
  cells: Promise<Readonly<Record<string, string>>>,
  isFirst: boolean,
): Promise<DeploymentResult> {
  const { account } = input.config;
  let isOver = false;
  let failure: unknown;
  const users = cells.then(() => {
    // An engine that has ended before the cells takes no declaration any more.
    if (isOver) throw new RangeError("the base stack's engine has ended");
    return presentUsers(aws, account);
  });
  users.catch((error: unknown) => (failure = error));
  const program = async () => {
    const digests = isFirst ? await cells : undefined;
    // Before the very first cell there is nothing to record: only the group has to be there, and AWS need not be
    // asked about each user that cells are yet to make.
    if (digests !== undefined && Object.keys(digests).length === 0) {
      await declareBase(withUsers(input, await users), users);
      return {};
    }
    await declareBase(input, users);
    return { ...celledOutputs(input, await cells) };
  };
  try {
    const run = await runner.updateAndSettle(program, account, aws, settings);
    if (failure !== undefined) throw failure;
    return run;
  } finally {
    isOver = true;
  }
}

/** The users of all customers; nobody knows yet the ids of those that this very update makes. */
function plannedUsers({ account, namePrefix }: StackConfig, customers: readonly Customer[]) {
  const names = customers.map(({ id }) => userName(namePrefix, id));
  return names.map((name) => [name, { arn: userArn(account, name), uniqueId: "new" }] as const);
}

/** The same input with only those customers that need no user or have one. */
function withUsers(input: StackInput, users: KnownUsers): StackInput {
  const { namePrefix } = input.config;
  const customers = input.customers.filter(
    ({ id, awsAccount }) => awsAccount !== undefined || users.has(userName(namePrefix, id)),
  );
  return { ...input, customers };
}
