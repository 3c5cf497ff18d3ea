// What a customer's user and role carry according to its file, written down a second time for the proof of access.
import type { Customer, IsoDate } from "../customers/model";
import { accessEnded } from "./entitlements";
import type { Catalogue } from "./model";
import { byText } from "./order";

export const VERSION = "2012-10-17";

/** Name → value, for a comparison by name; equal names become different ones, so that none is lost. */
export type Named = Readonly<Record<string, unknown>>;

/** The instant at which a last day is over. */
export function endOf(lastDay: IsoDate): string {
  const end = new Date(Date.parse(`${lastDay}T23:59:59Z`) + 1000);
  return end.toISOString().replace(".000Z", "Z");
}

/** Entries by name. */
export function unique(entries: readonly [string, unknown][]): Named {
  const seen = new Map<string, unknown>();
  for (const [name, value] of entries) {
    seen.set(seen.has(name) ? `${name} again` : name, value);
  }
  return Object.fromEntries(seen);
}

/** The repositories that its tags open. */
export function expectedTags(customer: Customer, catalogue: Catalogue, today: IsoDate): string[] {
  const mayPull = accessEnded(customer, today) ? [] : customer.repositories;
  return mayPull.filter((name) => catalogue.get(name)?.grants === "tagged").sort(byText);
}

/** The policy that ends its access, or limits from where it works. */
export function expectedDeny(customer: Customer): object | undefined {
  const { status, expires, revoked } = customer;
  const Sid =
    status === "suspended" && revoked !== undefined
      ? `Revoked${revoked.replace(/[-:]|\.\d+/g, "")}`
      : "End";
  const deny = { Sid, Effect: "Deny", Action: "ecr:*", Resource: "*" };
  const from = { "aws:CurrentTime": expires === undefined ? "" : endOf(expires) };
  const statements = [
    ...(status === "suspended" ? [deny] : []),
    ...(status !== "suspended" && expires !== undefined
      ? [{ ...deny, Condition: { DateGreaterThanEquals: from } }]
      : []),
    ...(status !== "suspended" ? expectedSource(customer) : []),
  ];
  return statements.length > 0 ? { Version: VERSION, Statement: statements } : undefined;
}

/** Denies what comes from elsewhere than the customer's networks and VPC endpoints, when it has some. */
function expectedSource({ networks, vpcEndpoints }: Customer): object[] {
  if (networks === undefined && vpcEndpoints === undefined) return [];
  const Condition = {
    ...(networks && { NotIpAddress: { "aws:SourceIp": networks } }),
    ...(vpcEndpoints && { StringNotEquals: { "aws:SourceVpce": vpcEndpoints } }),
  };
  return [{ Sid: "OnlyFrom", Effect: "Deny", Action: "ecr:*", Resource: "*", Condition }];
}

/** The repositories that tags open; a pull tag that has not the one value counts as another. */
export function pullTagsOf(tags: Readonly<Record<string, string>>): string[] {
  return Object.entries(tags)
    .filter(([key]) => /^pull:/i.test(key))
    .map(([key, value]) => (value === "allow" ? key.slice("pull:".length) : `${key}=${value}`))
    .sort(byText);
}
