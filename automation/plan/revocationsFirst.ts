import {
  commonIdentity,
  hasRole,
  hasUser,
  withoutIdentity,
  type Identified,
} from "../../src/customers/identity";
import type { Catalogue } from "../../src/access/model";
import { grantRegions } from "../../src/access/grantRegions";
import { includesSource, sourceOf } from "../../src/access/source";
import type { Customer, IsoDate, KeyGeneration } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { stackOutputs, type CustomerOutput, type StackOutputs } from "../../src/stack/outputs";
import { canonicalJson } from "../output/json";

/**
 * The part of an update that only revokes access: what was there before, without what ends. An update
 * that both revokes and grants applies this part first, as a separate run, so that a grant that fails
 * cannot keep a revocation from taking effect: AWS refuses a repository's policy as a whole, and what
 * depends on a failed resource is not updated (hashicorp/terraform-provider-aws#39064).
 *
 * @returns undefined when the update does not both revoke and grant.
 */
export function revocationsFirst(
  input: StackInput,
  recorded: StackOutputs | undefined,
): StackInput | undefined {
  if (recorded === undefined) return undefined;
  const { config, customers } = input;
  const repositories = knownRepositories(config.repositories, recorded);
  const shrunk: StackInput = {
    ...input,
    config: { ...config, repositories },
    customers: customers.flatMap((customer) => {
      const before = recorded.customers[customer.id];
      return before === undefined ? [] : (shrink(customer, before, repositories) ?? []);
    }),
  };
  // How the customers are distributed over cells does not affect their access, nor do lost keys.
  const before = { ...recorded, cells: undefined, unansweredKeys: undefined };
  const declared = canonicalJson(stackOutputs(shrunk));
  const revokes = declared !== canonicalJson(before);
  const grants = declared !== canonicalJson(stackOutputs(input));
  return revokes && grants ? shrunk : undefined;
}

/**
 * The part of the catalogue that was there before and stays: a new region is a grant to all of its
 * customers, and another grant mode grants each customer its access again.
 */
export function knownRepositories(catalogue: Catalogue, recorded: StackOutputs): Catalogue {
  return new Map(
    [...catalogue].flatMap(([name, settings]) => {
      const before = recorded.repositories[name];
      if (before === undefined) return [];
      const regions = settings.regions.filter((region) => before.regions.includes(region));
      return regions.length === 0 ? [] : [[name, { ...settings, grants: before.mode, regions }]];
    }),
  );
}

/** What a customer had and still has; undefined when it will pull as another principal. */
function shrink(
  customer: Customer,
  before: CustomerOutput,
  catalogue: Catalogue,
): Customer | undefined {
  const common = commonIdentity(customer, before);
  const hasCommon = common !== undefined;
  const identity = common ?? keptRole(customer, before);
  if (identity === undefined) return undefined;
  const { networks, vpcEndpoints } = sourceBetween(customer, before);
  const regions = inBoth(customer.regions, before.regions);
  return withoutUndefined({
    ...withoutIdentity(customer),
    ...identity,
    networks,
    vpcEndpoints,
    regions,
    // A new name renames the user in place, in the second run.
    userName: before.userName,
    expires: earlier(customer.expires, before.expires),
    status: before.status === "suspended" ? "suspended" : customer.status,
    repositories: before.repositories.filter(
      (name) =>
        hasCommon &&
        customer.repositories.includes(name) &&
        grantRegions({ regions }, catalogue.get(name)?.regions ?? []).length > 0,
    ),
    keys: (hasUser(identity) ? customer.keys : []).flatMap(
      ({ generation, status }): KeyGeneration[] => {
        const was = before.keys[String(generation)];
        if (was === undefined) return [];
        return [{ generation, status: was === "inactive" ? "inactive" : status }];
      },
    ),
  });
}

/** A role none of whose tokens stays is not deleted: it trusts the new ones and is let in nowhere until the second run. */
function keptRole(customer: Customer, before: CustomerOutput): Identified | undefined {
  return hasRole(customer) && hasRole(before) ? { oidc: customer.oidc } : undefined;
}

/** Absent keys stay absent: two files that mean the same give the same value. */
function withoutUndefined(customer: Customer): Customer {
  const entries = Object.entries(customer).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Customer;
}

type Source = Pick<Customer, "networks" | "vpcEndpoints">;

/**
 * From where it may pull: as before if the file only adds to that. Else as the file says, even where that adds
 * something too: both are one statement, which AWS takes as a whole.
 */
function sourceBetween(customer: Source, before: Source): Source {
  return includesSource(sourceOf(customer), sourceOf(before)) ? before : customer;
}

/** Without a list it is all. */
function inBoth(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.filter((one) => b.includes(one));
}

function earlier(a: IsoDate | undefined, b: IsoDate | undefined): IsoDate | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
