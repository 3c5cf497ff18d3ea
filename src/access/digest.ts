import { createHash } from "node:crypto";
import type { AccountId, Customer, IsoDate } from "../customers/model";
import { customerContent } from "./customerContent";
import { entitledGrants } from "./entitlements";
import { loginPolicy } from "./loginPolicy";
import type { Catalogue, PolicyOwner } from "./model";
import { namedGrants } from "./repositoryPolicy";
import { oidcIssuers, roleContent } from "./roleContent";
import { taggedPullPolicy } from "./taggedPull";

/** What of a stack's settings is in what it declares. */
export interface DigestedConfig extends PolicyOwner {
  account: AccountId;
  region: string;
  namePrefix: string;
  repositories: Catalogue;
  otherIssuers?: readonly string[];
}

/** Another number whenever the program declares something else for the same content. */
const PROGRAM = 1;

/**
 * Shows whether what a cell declares has changed: equal for equal content, whatever the files look
 * like. A day on which one of its customers ends is a change, because the content is that day's.
 */
export function cellDigest(
  customers: readonly Customer[],
  config: DigestedConfig,
  today: IsoDate,
): string {
  const { account, region } = config;
  const contents = customers.map((customer) => customerContent(customer, config, today) ?? null);
  const roles = customers.flatMap((customer) => roleContent(customer, config, today) ?? []);
  return digest({ account, region, contents, ...(roles.length === 0 ? {} : { roles }) });
}

/** The same for the base stack: what all customers share, and who may pull what by name. */
export function baseDigest(
  customers: readonly Customer[],
  { project, stack, account, region, namePrefix, repositories, otherIssuers }: DigestedConfig,
  today: IsoDate,
): string {
  const grants = entitledGrants(customers, { namePrefix }, today);
  const issuers = oidcIssuers(customers, otherIssuers);
  return digest({
    project,
    stack,
    account,
    region,
    namePrefix,
    login: loginPolicy(),
    tagged: taggedPullPolicy(account, repositories) ?? null,
    ...(issuers.length === 0 ? {} : { issuers }),
    repositories: [...repositories].map(([name, settings]) => [
      name,
      settings,
      namedGrants(grants, name, settings).flatMap<unknown>(({ principals, regions }) =>
        regions === undefined ? principals : { principals, regions },
      ),
    ]),
  });
}

function digest(content: unknown): string {
  const text = JSON.stringify([PROGRAM, content]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
