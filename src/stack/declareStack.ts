import type * as iam from "@pulumi/aws/iam";
import * as aws from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_NAME } from "../access/arns";
import { byCell, type Cell } from "../access/cells";
import { customerContent } from "../access/customerContent";
import { cellDigest } from "../access/digest";
import { entitledGrants, accessEnded } from "../access/entitlements";
import { namedGrants } from "../access/repositoryPolicy";
import type { StackConfig } from "../config";
import type { Customer } from "../customers/model";
import type { StackInput } from "../project";
import { SESSION_NAME } from "./assumedRole";
import { declareAdoptedCustomer, declareCustomer } from "./customerAccess";
import { declareAdoptedLoginSide, declareLoginSide } from "./loginSide";
import {
  celledOutputs,
  stackOutputs,
  type BaseOutputs,
  type CellOutputs,
  type StackOutputs,
} from "./outputs";
import { policyHook } from "./policyHook";
import { declareLeftPolicy, declareRepository, type KnownUsers } from "./repositoryAccess";
import { settled } from "./settled";

/**
 * Declares a whole stack (docs/architecture.md, "What is declared in AWS"): login side, customers, repositories. Runs inside a Pulumi
 * program, be it `index.ts` under `pulumi up` or inline in the script.
 *
 * @returns the stack's outputs: what the next preview compares with; nothing secret.
 */
export async function declareStack(input: StackInput): Promise<StackOutputs> {
  const options = awsOptions(input.config);
  const { group, attachments } = declareLoginSide(input.config, options, input.adoption);
  const { users, memberships } = declareCustomers(input.customers, group.name, input, options);
  if (input.customers.some(({ adopted }) => adopted !== undefined)) {
    // A policy that someone wrote by hand may be what an adopted customer pulls by, until its tags and its
    // membership are there. A failure is reported by itself.
    await Promise.all([...attachments, ...memberships].map(({ id }) => settled(id)));
  }
  await declareRepositories(users, input, options);
  return stackOutputs(input);
}

/**
 * Declares only what exists in AWS and is to be in the state (adoption.ts): the first part of the update that
 * adopts it, which writes nothing in AWS.
 */
export function declareAdopted(input: StackInput): void {
  const { config, customers, today, adoption = new Map() } = input;
  const options = awsOptions(config);
  declareAdoptedLoginSide(config, options, adoption);
  for (const customer of customers) {
    const content = customerContent(customer, config, today);
    if (content !== undefined) declareAdoptedCustomer(content, options, adoption);
  }
}

/**
 * What `pulumi up` declares for a stack by its name: all of it, one of its cells, or the base of
 * cells. Without the script it is unknown what the cells have declared, so none is recorded, and the
 * script's next run looks at each.
 */
export async function declarePart(
  input: StackInput,
  cell: Cell | undefined,
): Promise<StackOutputs | BaseOutputs | CellOutputs> {
  if (cell !== undefined) return declareCell(input, cell);
  if (input.config.cells === 1) return declareStack(input);
  await declareBase(input, new Map());
  return celledOutputs(input, {});
}

/**
 * Declares one cell: the identities of its customers, which join the group by its name, because the
 * group is the base stack's (docs/decisions/cells.md).
 *
 * @returns the cell's outputs: what it has declared, by digest.
 */
export function declareCell(input: StackInput, cell: Cell): CellOutputs {
  const { config, today } = input;
  const customers = byCell(input.customers, config.cells)[cell] ?? [];
  const group = `${config.namePrefix}${GROUP_NAME}`;
  declareCustomers(customers, group, input, awsOptions(config));
  return { digest: cellDigest(customers, config, today) };
}

/**
 * Declares the base stack of several cells: the login side, and the policies, which name customers
 * of all cells.
 *
 * @param users - the customers' users that are known, as soon as they are; AWS is asked about the others.
 */
export async function declareBase(
  input: StackInput,
  users: KnownUsers | Promise<KnownUsers>,
): Promise<void> {
  const options = awsOptions(input.config);
  declareLoginSide(input.config, options);
  await declareRepositories(await users, input, options);
}

type Options = pulumi.CustomResourceOptions & { provider: aws.Provider };

function awsOptions({ account, region, identity = {} }: StackConfig): Options {
  const { profile, assumeRoles } = identity;
  const provider = new aws.Provider("aws", {
    region: region as aws.ProviderArgs["region"],
    // The wrong credentials must fail before the first write, not after it.
    allowedAccountIds: [account],
    ...(profile === undefined ? {} : { profile }),
    ...(assumeRoles === undefined
      ? {}
      : { assumeRoles: assumeRoles.map((role) => ({ sessionName: SESSION_NAME, ...role })) }),
  });
  return { provider };
}

function declareCustomers(
  customers: readonly Customer[],
  group: pulumi.Input<string>,
  { config, today, adoption }: StackInput,
  options: Options,
): { users: KnownUsers; memberships: readonly iam.UserGroupMembership[] } {
  // The engine works in the order of declaration: what ends access comes before what gives it.
  const ended = customers.filter((customer) => accessEnded(customer, today));
  const others = customers.filter((customer) => !accessEnded(customer, today));
  const declared = [...ended, ...others].flatMap((customer) => {
    const content = customerContent(customer, config, today);
    if (content === undefined) return [];
    return [{ name: content.userName, ...declareCustomer(content, group, options, adoption) }];
  });
  return {
    users: new Map(declared.map(({ name, user }) => [name, user])),
    memberships: declared.map(({ membership }) => membership),
  };
}

async function declareRepositories(
  users: KnownUsers,
  { config, customers, today, guard, leavesOthers, leaving = {} }: StackInput,
  { provider }: Options,
): Promise<void> {
  const grants = entitledGrants(customers, config, today);
  const { account, region, project, stack } = config;
  const hook = guard && policyHook(guard);
  const tags = config.defaultTags;
  const anyPath = customers.some(({ adopted }) => adopted !== undefined);
  const context = {
    ...{ account, region, project, stack, users, provider, hook, leavesOthers, tags, anyPath },
  };
  for (const [repository, statements] of Object.entries(leaving)) {
    declareLeftPolicy(repository, statements, context);
  }
  await Promise.all(
    [...config.repositories].map(([repository, settings]) =>
      declareRepository(repository, settings, namedGrants(grants, repository, settings), context),
    ),
  );
}
