import { hasRole, hasUser } from "../../src/customers/identity";
import { roleArn, roleName, userArn, userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { declareBase } from "../../src/stack/declareStack";
import { celledOutputs } from "../../src/stack/outputs";
import { roleKey } from "../../src/access/roleContent";
import type { KnownUsers } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../aws/client";
import type { DeploymentResult } from "../update/deployment";
import type { RunSettings, StackRunner } from "../engine/stackRunner";
import { presentUsers } from "./presentUsers";

/** What a run of the base stack needs. */
interface BaseParts {
  runner: StackRunner;
  aws: AwsClient;
  input: StackInput;
}

/**
 * What an update of the base stack would change after the cells have been updated.
 *
 * @throws as `AwsClient` does when the users cannot be listed.
 */
export async function previewBase(
  { runner, aws, input }: Omit<BaseParts, "aws"> & { aws: () => Promise<AwsClient> },
  settings: RunSettings,
): Promise<DeploymentResult> {
  const { config, customers } = input;
  let users: ReadonlySet<string> | undefined;
  const { call, orThrow } = insideProgram(async (): Promise<KnownUsers> => {
    const present = await presentUsers(await aws(), input);
    users = new Set(present.keys());
    return new Map([...plannedUsers(config, customers), ...present]);
  });
  // AWS is called, and its SDK loaded, while the engine starts.
  const program = () => declareBase(input, call()).then(() => ({}));
  return { ...orThrow(await runner.preview(program, settings)), ...(users && { users }) };
}

/** What the base stack needs to know of the updated cells. */
export interface UpdatedCells {
  /** Digests of what each cell has declared. */
  digests: Readonly<Record<string, string>>;
  /** Users that this update has created, by IAM user name. */
  created: KnownUsers;
}

/**
 * Updates the base stack. Its engine starts at once and declares what all cells share; the repository policies,
 * which name the users in cells, and the outputs wait for the cells.
 *
 * @param cells - what the cells have declared and created; resolves when their updates have ended.
 * @param isFirst - whether no update has recorded outputs yet.
 * @param onShared - called once what the cells need of the base stack is there, or has failed.
 * @throws as `AwsClient` does when the users cannot be listed.
 */
export async function updateBase(
  { runner, aws, input }: BaseParts,
  settings: RunSettings,
  cells: Promise<UpdatedCells>,
  isFirst: boolean,
  onShared?: () => void,
): Promise<DeploymentResult> {
  let isOver = false;
  const { call, orThrow } = insideProgram(async (): Promise<KnownUsers> => {
    // Listed while the cells are updated: users that they create in the meantime come with their results.
    const [present, { created }] = await Promise.all([presentUsers(aws, input), cells]);
    // If the engine has ended before the cells, it accepts no more declarations.
    if (isOver) throw new RangeError("the base stack's engine has ended");
    return new Map([...present, ...created]);
  });
  const program = async () => {
    const digests = isFirst ? (await cells).digests : undefined;
    // Before the very first cell there is nothing to record: only the group must exist, and there is no need to
    // look up each user that the cells will create.
    if (digests !== undefined && Object.keys(digests).length === 0) {
      const users = await call();
      await declareBase(withUsers(input, users), users);
      return {};
    }
    await declareBase(input, call(), onShared);
    return { ...celledOutputs(input, (await cells).digests) };
  };
  try {
    return orThrow(await runner.updateAndRecover(program, input.config, aws, settings));
  } finally {
    isOver = true;
    onShared?.();
  }
}

/**
 * Makes a call to AWS from inside a program. If it fails, the caller gets AWS's error itself, instead of the
 * engine's text about a failed program.
 */
function insideProgram<T>(callAws: () => Promise<T>) {
  let failure: Error | undefined;
  const call = () =>
    callAws().catch((error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    });
  const orThrow = (run: DeploymentResult): DeploymentResult => {
    if (failure !== undefined) throw failure;
    return run;
  };
  return { call, orThrow };
}

/** The users and roles of all customers; the unique ids of those that this update will create are not known yet. */
function plannedUsers(config: StackConfig, customers: readonly Customer[]) {
  const names = customers.map((customer) => userName(config.namePrefix, customer));
  const roles = customers.filter(hasRole).map((one) => roleName(config.namePrefix, one));
  const uniqueId = "new";
  return [
    ...names.map((name) => [name, { arn: userArn(config, name), uniqueId }] as const),
    ...roles.map((name) => [roleKey(name), { arn: roleArn(config, name), uniqueId }] as const),
  ];
}

/** The same input with only those customers that need no user and no role, or already have them. */
function withUsers(input: StackInput, users: KnownUsers): StackInput {
  const { namePrefix } = input.config;
  const customers = input.customers.filter(
    (customer) =>
      (!hasUser(customer) || users.has(userName(namePrefix, customer))) &&
      (!hasRole(customer) || users.has(roleKey(roleName(namePrefix, customer)))),
  );
  return { ...input, customers };
}
