import { grantRegions } from "../../src/access/grantRegions";
import { repositoryArn, roleArn, roleName, userArn, userName } from "../../src/access/arns";
import { registryHost } from "../../src/access/partition";
import { loginPolicy } from "../../src/access/loginPolicy";
import type { GrantSource, PolicyDocument } from "../../src/access/model";
import { sourceOf } from "../../src/access/source";
import { PULL_ACTIONS } from "../../src/access/repositoryPolicy";
import type { StackConfig } from "../../src/config";
import type { AccountId, Customer, IsoDate } from "../../src/customers/model";
import type { KeyMaterial } from "../engine/keyMaterial";

/** A registry. An account has one in each region, and a login is valid for one (ECR user guide, "Registry authentication"). */
export interface Registry {
  region: string;
  host: string;
}

/** The identity that the customer pulls with. */
export type Identity =
  | { kind: "key"; generation: number; arn: string; key: Pick<KeyMaterial, "keyId" | "credential"> }
  | AccountIdentity
  | TokenIdentity;

/** Identities of the customer's own AWS account, which its side has to allow too. */
export interface AccountIdentity {
  kind: "account";
  account: AccountId;
  policy: PolicyDocument;
}

/** A role of the vendor's that tokens of the customer's issuer may assume. */
export interface TokenIdentity {
  kind: "oidc";
  /** The role's ARN. */
  arn: string;
  issuer: string;
  audience: string;
  /** Exactly these subjects of the issuer's tokens, sorted. */
  subjects: readonly string[];
  /** Beside it, while the customer moves from one to the other. */
  beside?: AccountIdentity;
}

/** What a bundle is made from. */
export interface BundleFacts {
  /** The customer's id. */
  customer: string;
  /** Display name. Untrusted text. */
  name: string;
  /** The vendor's account, which holds the registries. */
  account: AccountId;
  /** Sorted by region, at least one. */
  registries: readonly Registry[];
  /** `<registry host>/<repository>`, what `docker pull` takes before the tag; sorted, at least one. */
  images: readonly string[];
  expires?: IsoDate;
  /** From where the customer may log in and pull; anywhere without it. */
  from?: GrantSource;
  identity: Identity;
}

/**
 * Collects what a customer needs to know to pull.
 *
 * @param key - the key to hand over; undefined for the set-up of a customer's other identities.
 */
export function bundleFacts(
  customer: Customer,
  config: StackConfig,
  key?: { generation: number; material: Pick<KeyMaterial, "keyId" | "credential"> },
): BundleFacts {
  const { account, repositories, namePrefix } = config;
  const hostIn = (region: string) => registryHost(account, region);
  const places = customer.repositories.flatMap((repository) =>
    grantRegions(customer, repositories.get(repository)?.regions ?? []).map((region) => ({
      repository,
      region,
    })),
  );
  const from = sourceOf(customer);
  const regions = [...new Set(places.map(({ region }) => region))].sort();
  const arns = places.map(({ repository, region }) => repositoryArn(account, region, repository));
  const images = places.map(({ repository, region }) => `${hostIn(region)}/${repository}`);
  return {
    customer: customer.id,
    name: customer.name,
    account,
    registries: regions.map((region) => ({ region, host: hostIn(region) })),
    images: [...new Set(images)].sort(),
    ...(customer.expires === undefined ? {} : { expires: customer.expires }),
    ...(from === undefined ? {} : { from }),
    identity:
      key === undefined
        ? ownIdentity(customer, config, pullPolicy(arns))
        : {
            kind: "key",
            generation: key.generation,
            arn: userArn(config, userName(namePrefix, customer)),
            key: key.material,
          },
  };
}

/** @param policy - for identities of the customer's account. */
function ownIdentity(
  customer: Customer,
  config: StackConfig,
  policy: PolicyDocument,
): AccountIdentity | TokenIdentity {
  const { awsAccount, oidc } = customer;
  const account: AccountIdentity = { kind: "account", account: awsAccount ?? "", policy };
  if (oidc === undefined) return account;
  const arn = roleArn(config, roleName(config.namePrefix, customer));
  return { kind: "oidc", arn, ...oidc, ...(awsAccount === undefined ? {} : { beside: account }) };
}

/** What another account has to allow its own identities: across accounts both sides must allow (IAM, "Cross-account policy evaluation logic"). */
function pullPolicy(arns: readonly string[]): PolicyDocument {
  const { Version, Statement } = loginPolicy();
  return {
    Version,
    Statement: [
      ...Statement,
      { Sid: "Pull", Effect: "Allow", Action: PULL_ACTIONS, Resource: [...arns].sort() },
    ],
  };
}
