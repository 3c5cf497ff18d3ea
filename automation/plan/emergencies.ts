import { hasUser } from "../../src/customers/identity";
import { revocationTime, utcSecond } from "../../src/access/revocationMark";
import { userName } from "../../src/access/arns";
import type { Customer, IsoTime } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { ResourceChange } from "../engine/events";
import type { ReportLine, Section } from "../output/report";
import type { Baseline } from "./baseline";
import type { Plan } from "./plan";
import { subjectOf, USER } from "./subject";

/** A customer whose access was revoked in an emergency, and which its file would give access back. */
export interface Emergency {
  customer: string;
  revoked: IsoTime;
  /** The files know of it, and give access back too soon: before this time. */
  until?: IsoTime;
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
 * Customers with a user to whom a plan may give something back: each whose resources or grants change. What
 * the engine shows is not enough to leave one out: it compares with its state, not with AWS.
 *
 * @returns ids, sorted.
 */
export function changedUsers({ access, resources }: Plan, input: StackInput): string[] {
  const created = new Set(
    resources.filter(({ type, change }) => type === USER && change === "create").map(nameOf),
  );
  const changed = new Set([
    ...access.map(({ customer }) => customer),
    ...resources.flatMap((one) => {
      const { kind, name } = subjectOf(one);
      return kind === "customer" ? [name] : [];
    }),
  ]);
  return customersWithUsers(input)
    .map(({ id }) => id)
    .filter((id) => changed.has(id) && !created.has(id))
    .sort();
}

function nameOf({ name }: { name: string }): string {
  return name;
}

/** Customers of the files that have a user in this account. */
export function customersWithUsers({ customers }: StackInput): Customer[] {
  return customers.filter(hasUser);
}

/**
 * The revocations in AWS that stand. Those that no file has ever said: neither the customer's file, nor its
 * file at the last update. And those of the last 12 hours, even though a file has said so and no longer does,
 * unless the user is replaced.
 *
 * @param denies - IAM user name → the policy that ends its access, as AWS holds it.
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
  return customersWithUsers(input).flatMap((customer): Emergency[] => {
    const { id, revoked: filed } = customer;
    // The revoked user is deleted, and its logins with it.
    if (replaced.has(id)) return [];
    const revoked = revocationTime(denies.get(userName(input.config.namePrefix, customer)));
    const isKnown = (time: IsoTime | undefined) =>
      time !== undefined && revoked !== undefined && time >= revoked;
    if (revoked === undefined || isKnown(filed)) return [];
    if (!isKnown(recorded[id]?.revoked)) return [{ customer: id, revoked }];
    const until = loginsEnd(revoked);
    return utcSecond(now) < until ? [{ customer: id, revoked, until }] : [];
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
  return found.map(({ customer, revoked, until }) =>
    until === undefined
      ? `${customer} was revoked at ${revoked}, and its file does not say so: it stays revoked. Merge the pull request that suspends it, or run \`ecr-customers revoke ${customer} --now\`, which writes its file.`
      : `${customer} was revoked at ${revoked}, and its file gives access back too soon: a registry login made with the old key lasts until ${until}, so it stays revoked. Run \`ecr-customers up\` after that time; or write a higher number at \`user:\` in its file, which replaces the user and gives access back at once.`,
  );
}

/** The same for a plan's reader; no section when there are none. */
export function emergencySections(found: readonly Emergency[]): Section[] {
  if (found.length === 0) return [];
  const lines = emergencyLines(found).map((line): ReportLine => ({ cells: [line], tone: "bad" }));
  return [{ title: "Revoked in an emergency", lines, whole: true }];
}
