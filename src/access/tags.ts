import type { Customer, IsoDate } from "../customers/model";
import { accessEnded } from "./entitlements";
import type { Catalogue } from "./model";

/** Value of a `pull:<repository>` tag. */
export const PULL_TAG_VALUE = "allow";

/** Key of the tag that lets a user pull a repository with `grants: tagged`. */
export function pullTagKey(repository: string): string {
  return `pull:${repository}`;
}

/**
 * The tags of a customer's user: its id, the record that owns it, and one for each `tagged`
 * repository it may pull today. A tag is a grant: one that has ended carries none.
 */
export function userTags(
  customer: Customer,
  catalogue: Catalogue,
  today: IsoDate,
): Record<string, string> {
  const tags: Record<string, string> = { "ecr-customers:customer": customer.id };
  if (customer.source !== undefined) {
    tags["ecr-customers:source"] = `${customer.source.system}/${customer.source.id}`;
  }
  const repositories = accessEnded(customer, today) ? [] : customer.repositories;
  for (const repository of repositories) {
    if (catalogue.get(repository)?.grants === "tagged") {
      tags[pullTagKey(repository)] = PULL_TAG_VALUE;
    }
  }
  return tags;
}
