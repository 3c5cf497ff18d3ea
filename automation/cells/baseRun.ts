import { userArn, userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { declareBase } from "../../src/stack/declareStack";
import { celledOutputs } from "../../src/stack/outputs";
import type { KnownUsers } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../aws/client";
import type { DeploymentResult } from "../update/deployment";
import type { RunSettings, StackRunner } from "../engine/stackRunner";
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
  { runner, aws, input }: Omit<BaseParts, "aws"> & { aws: () => Promise<AwsClient> },
  settings: RunSettings,
): Promise<DeploymentResult> {
  const { config, customers } = input;
  let users: ReadonlySet<string> | undefined;
  const { ask, told } = insideProgram(async (): Promise<KnownUsers> => {
    const present = await presentUsers(await aws(), config.account);
    users = new Set(present.keys());
    return new Map([...plannedUsers(config, customers), ...present]);
  });
  // AWS is asked, and its SDK loaded, while the engine starts.
  const program = () => declareBase(input, ask()).then(() => ({}));
  return { ...told(await runner.preview(program, settings)), ...(users && { users }) };
}

/** What cells leave behind that the base stack needs. */
export interface CellsEnd {
  /** What each has declared, by its digest. */
  digests: Readonly<Record<string, string>>;
  /** Users that they have made just now, by IAM user name. */
  made: KnownUsers;
}

/**
 * Updates the base stack. Its engine starts at once and declares what all share; the policies, which name the
 * users of cells, and the record wait for the cells.
 *
 * @param cells - what the cells have declared and made, when they have ended.
 * @param isFirst - nothing was ever recorded.
 * @throws as `AwsClient` does when the users cannot be listed.
 */
export async function updateBase(
  { runner, aws, input }: BaseParts,
  settings: RunSettings,
  cells: Promise<CellsEnd>,
  isFirst: boolean,
): Promise<DeploymentResult> {
  const { account } = input.config;
  let isOver = false;
  const { ask, told } = insideProgram(async (): Promise<KnownUsers> => {
    // Asked while the cells are updated: what they make in the meantime they tell.
    const [present, { made }] = await Promise.all([presentUsers(aws, account), cells]);
    // An engine that has ended before the cells takes no declaration any more.
    if (isOver) throw new RangeError("the base stack's engine has ended");
    return new Map([...present, ...made]);
  });
  const program = async () => {
    const digests = isFirst ? (await cells).digests : undefined;
    // Before the very first cell there is nothing to record: only the group has to be there, and AWS need not be
    // asked about each user that cells are yet to make.
    if (digests !== undefined && Object.keys(digests).length === 0) {
      const users = await ask();
      await declareBase(withUsers(input, users), users);
      return {};
    }
    await declareBase(input, ask());
    return { ...celledOutputs(input, (await cells).digests) };
  };
  try {
    return told(await runner.updateAndRecover(program, account, aws, settings));
  } finally {
    isOver = true;
  }
}

/** What a program asks of AWS: a refusal is told as it is, and not as the engine tells an error of the program. */
function insideProgram<T>(question: () => Promise<T>) {
  let refusal: Error | undefined;
  const ask = () =>
    question().catch((error: unknown) => {
      refusal = error instanceof Error ? error : new Error(String(error));
      throw refusal;
    });
  const told = (run: DeploymentResult): DeploymentResult => {
    if (refusal !== undefined) throw refusal;
    return run;
  };
  return { ask, told };
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
