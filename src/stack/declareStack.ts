import type * as iam from "@pulumi/aws/iam";
import * as aws from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { GROUP_NAME } from "../access/arns";
import { byCell, type Cell } from "../access/cells";
import { customerContent } from "../access/customerContent";
import { cellDigest } from "../access/digest";
import { entitledGrants, accessEnded } from "../access/entitlements";
import { oidcIssuers, roleContent, roleKey } from "../access/roleContent";
import { namedGrants } from "../access/repositoryPolicy";
import type { StackConfig } from "../config";
import type { Customer } from "../customers/model";
import type { StackInput } from "../project";
import { SESSION_NAME } from "./assumedRole";
import { declareAdoptedCustomer, declareCustomer } from "./customerAccess";
import { declareIssuers, declareRole, type SharedPolicy } from "./customerRole";
import { declareAdoptedLoginSide, declareLoginSide, presentPolicies } from "./loginSide";
import {
  celledOutputs,
  stackOutputs,
  type BaseOutputs,
  type CellOutputs,
  type StackOutputs,
} from "./outputs";
import { isBeingAdopted } from "../customers/identity";
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
  const { group, attachments, policies } = declareLoginSide(input.config, options, input.adoption);
  const issuers = declareStackIssuers(input, options);
  const shared = { group: group.name, policies, issuers };
  const { users, memberships } = declareCustomers(input.customers, shared, input, options);
  if (input.customers.some(isBeingAdopted)) {
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
  const shared = { group, policies: presentPolicies(config), issuers: new Map() };
  declareCustomers(customers, shared, input, awsOptions(config));
  return { digest: cellDigest(customers, config, today) };
}

/**
 * Declares the base stack of several cells: the login side, and the policies, which name customers
 * of all cells.
 *
 * @param users - the customers' users and roles that are known, as soon as they are; AWS is asked about the others.
 * @param onShared - called once what the cells' customers need of it is in AWS, or has failed.
 */
export async function declareBase(
  input: StackInput,
  users: KnownUsers | Promise<KnownUsers>,
  onShared?: () => void,
): Promise<void> {
  const options = awsOptions(input.config);
  const { policies } = declareLoginSide(input.config, options);
  const issuers = declareStackIssuers(input, options);
  if (onShared !== undefined) {
    const needed = [...policies, ...issuers.values()].map(({ arn }) => arn);
    void Promise.all(needed.map((arn) => settled(pulumi.output(arn)))).then(onShared, onShared);
  }
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

function declareStackIssuers({ config, customers }: StackInput, options: Options) {
  return declareIssuers(oidcIssuers(customers, config.otherIssuers), config.defaultTags, options);
}

/** What customers share, as far as this stack declares it. */
interface Shared {
  group: pulumi.Input<string>;
  policies: readonly SharedPolicy[];
  issuers: ReadonlyMap<string, iam.OpenIdConnectProvider>;
}

function declareCustomers(
  customers: readonly Customer[],
  { group, policies, issuers }: Shared,
  { config, today, adoption }: StackInput,
  options: Options,
): { users: KnownUsers; memberships: readonly iam.UserGroupMembership[] } {
  // The engine works in the order of declaration: what ends access comes before what gives it.
  const ended = customers.filter((customer) => accessEnded(customer, today));
  const others = customers.filter((customer) => !accessEnded(customer, today));
  const memberships: iam.UserGroupMembership[] = [];
  const users = new Map<string, iam.User | iam.Role>();
  for (const customer of [...ended, ...others]) {
    const content = customerContent(customer, config, today);
    if (content !== undefined) {
      const { user, membership } = declareCustomer(content, group, options, adoption);
      users.set(content.userName, user);
      memberships.push(membership);
    }
    const itsRole = roleContent(customer, config, today);
    if (itsRole !== undefined) {
      const issuer = issuers.get(customer.oidc?.issuer ?? "");
      // An issuer that fails must not keep an ended customer's role from being denied everything.
      const isFree = issuer === undefined || accessEnded(customer, today);
      const its = isFree ? options : { ...options, dependsOn: [issuer] };
      users.set(roleKey(itsRole.roleName), declareRole(itsRole, policies, its));
    }
  }
  return { users, memberships };
}

async function declareRepositories(
  users: KnownUsers,
  { config, customers, today, guard, withheld, leavesOthers, leaving = {} }: StackInput,
  { provider }: Options,
): Promise<void> {
  const grants = entitledGrants(customers, config, today);
  const { account, region, project, stack } = config;
  const hook = guard && policyHook(guard);
  const tags = config.defaultTags;
  const anyPath = customers.some(isBeingAdopted);
  const context = {
    ...{ account, region, project, stack, users, provider, hook, leavesOthers, tags, anyPath },
    withheld,
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
