import { hasRole, hasUser } from "../../src/customers/identity";
import { revocationTime, utcSecond } from "../../src/access/revocationMark";
import { roleName, userName } from "../../src/access/arns";
import { roleKey } from "../../src/access/roleContent";
import type { Customer, IsoTime } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { ResourceChange } from "../engine/events";
import type { ReportLine, Section } from "../output/report";
import type { Baseline } from "./baseline";
import type { Plan } from "./plan";
import { ROLE, subjectOf, USER } from "./subject";

/** A customer whose access was revoked in an emergency, and which its file would give access back. */
export interface Emergency {
  customer: string;
  revoked: IsoTime;
  /** The files know of it, and give access back too soon: before this time. */
  until?: IsoTime;
  /** It has no user that could be replaced. */
  withoutUser?: true;
}

/**
 * A registry login outlives its key by up to 12 hours, and a leaked key may have been used for one (ECR user
 * guide, "Private registry authentication").
 */
const LOGIN_MILLISECONDS = 12 * 60 * 60 * 1000;

/** When the last login made before a revocation has ended. */
export function loginsEnd(revoked: IsoTime): IsoTime {
  return utcSecond(new Date(Date.parse(revoked) + LOGIN_MILLISECONDS));
}

/**
 * Customers with a user or a role to whom a plan may give something back: each whose resources or grants change. What
 * the engine shows is not enough to leave one out: it compares with its state, not with AWS.
 *
 * @returns ids, sorted.
 */
export function changedUsers({ access, resources }: Plan, input: StackInput): string[] {
  const createdAs = (token: string) =>
    new Set(
      resources.filter(({ type, change }) => type === token && change === "create").map(nameOf),
    );
  const [users, roles] = [createdAs(USER), createdAs(ROLE)];
  const isNew = (customer: Customer) =>
    (!hasUser(customer) || users.has(customer.id)) &&
    (!hasRole(customer) || roles.has(customer.id));
  const changed = new Set([
    ...access.map(({ customer }) => customer),
    ...resources.flatMap((one) => {
      const { kind, name } = subjectOf(one);
      return kind === "customer" ? [name] : [];
    }),
  ]);
  return customersWithIdentities(input)
    .filter((customer) => changed.has(customer.id) && !isNew(customer))
    .map(({ id }) => id)
    .sort();
}

function nameOf({ name }: { name: string }): string {
  return name;
}

/** Customers of the files that have a user or a role in this account. */
export function customersWithIdentities({ customers }: StackInput): Customer[] {
  return customers.filter((customer) => hasUser(customer) || hasRole(customer));
}

/** Names of what AWS denies, of a user as it is, of a role as `roleKey` writes it. */
export function deniedNames(customer: Customer, namePrefix: string): string[] {
  return [
    ...(hasUser(customer) ? [userName(namePrefix, customer)] : []),
    ...(hasRole(customer) ? [roleKey(roleName(namePrefix, customer))] : []),
  ];
}

/**
 * The revocations in AWS that stand. Those that no file has ever said: neither the customer's file, nor its
 * file at the last update. And those of the last 12 hours, even though a file has said so and no longer does,
 * unless the user is replaced.
 *
 * @param denies - by `deniedNames`, the policy that ends the access of a user or a role, as AWS holds it.
 * @param planned - what the engine would do. It decides whether a user is replaced, not the file: Pulumi takes
 *   no notice of a `replacementTrigger` that a state has for the first time.
 */
export function emergencies(
  denies: ReadonlyMap<string, unknown>,
  input: StackInput,
  baseline: Baseline,
  planned: readonly ResourceChange[],
  now: Date,
): Emergency[] {
  const replaced = new Set(
    planned.flatMap(({ type, name, change }) =>
      type === USER && change === "replace" ? [name] : [],
    ),
  );
  const recorded = baseline.kind === "recorded" ? baseline.outputs.customers : {};
  return customersWithIdentities(input).flatMap((customer): Emergency[] => {
    const { id, revoked: filed } = customer;
    const times = deniedNames(customer, input.config.namePrefix).flatMap((name) => {
      // The revoked user is deleted, and its logins with it.
      if (replaced.has(id) && !name.startsWith(roleKey(""))) return [];
      return revocationTime(denies.get(name)) ?? [];
    });
    const revoked = times.sort().at(-1);
    const isKnown = (time: IsoTime | undefined) =>
      time !== undefined && revoked !== undefined && time >= revoked;
    if (revoked === undefined || isKnown(filed)) return [];
    if (!isKnown(recorded[id]?.revoked)) return [{ customer: id, revoked }];
    const until = loginsEnd(revoked);
    if (utcSecond(now) >= until) return [];
    return [{ customer: id, revoked, until, ...(hasUser(customer) ? {} : { withoutUser: true }) }];
  });
}

/** The same input with these customers as their files should be: suspended, and no key active. */
export function withEmergencies(input: StackInput, found: readonly Emergency[]): StackInput {
  const times = new Map(found.map(({ customer, revoked }) => [customer, revoked]));
  const unknown = found.flatMap(({ customer, until }) => (until === undefined ? customer : []));
  return {
    ...input,
    revokedInAws: new Set([...(input.revokedInAws ?? []), ...unknown]),
    customers: input.customers.map((customer): Customer => {
      const revoked = times.get(customer.id);
      if (revoked === undefined) return customer;
      const keys = customer.keys.map((key) => ({ ...key, status: "inactive" as const }));
      return { ...customer, status: "suspended", revoked, keys };
    }),
  };
}

/** Why they stay revoked, and the ways out, one line each. */
export function emergencyLines(found: readonly Emergency[]): string[] {
  return found.map(({ customer, revoked, until, withoutUser }) => {
    const begin = `${customer} was revoked at ${revoked}, and its file`;
    if (until === undefined) {
      return `${begin} does not say so: it stays revoked. Merge the pull request that suspends it, or run \`ecr-customers revoke ${customer} --now\`, which writes its file.`;
    }
    if (withoutUser) {
      return `${begin} gives access back too soon: a registry login made with an old token lasts until ${until}, so it stays revoked. Run \`ecr-customers up\` after that time.`;
    }
    return `${begin} gives access back too soon: a registry login made with the old key lasts until ${until}, so it stays revoked. Run \`ecr-customers up\` after that time; or write a higher number at \`user:\` in its file, which replaces the user and gives access back at once.`;
  });
}

/** The same for a plan's reader; no section when there are none. */
export function emergencySections(found: readonly Emergency[]): Section[] {
  if (found.length === 0) return [];
  const lines = emergencyLines(found).map((line): ReportLine => ({ cells: [line], tone: "bad" }));
  return [{ title: "Revoked in an emergency", lines, whole: true }];
}
