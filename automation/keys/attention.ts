import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate } from "../../src/customers/model";
import { daysBetween } from "./days";
import type { GenerationKey, MatchedKeys, ObservedKey } from "./observe";

/** Something about keys that an operator has to look at. */
export interface Attention {
  kind: "old" | "overlap" | "undeclared" | "different" | "missing" | "unknown-user";
  /** The customer's id, or the user's name when no file declares it. */
  about: string;
  message: string;
  /** What to do. */
  fix: string;
}

export interface AttentionLimits {
  today: IsoDate;
  now: Date;
  /** Days after which an active key is too old (CIS AWS Foundations: 90). */
  olderThan: number;
  /** Days for which two keys of one customer may both be active. */
  overlapDays: number;
}

/** What needs attention about one customer's keys. */
export function attentionFor(
  customer: Customer,
  user: string,
  { generations, undeclared }: MatchedKeys,
  limits: AttentionLimits,
): Attention[] {
  const { id } = customer;
  const found: Attention[] = [];
  const add = (kind: Attention["kind"], message: string, fix: string) =>
    found.push({ kind, about: id, message, fix });
  const ended = accessEnded(customer, limits.today);
  for (const { generation, declared, key } of generations) {
    const wanted = declared === "active" && !ended ? "Active" : "Inactive";
    if (key === undefined) {
      const message = `key ${generation} is in its file, but not in AWS`;
      add(
        "missing",
        message,
        "Run `ecr-customers up`; `ecr-customers up --refresh` if it was deleted by hand.",
      );
    } else if (key.status !== wanted) {
      const message = `key ${generation} is ${key.status} in AWS, but ${wanted} according to its file`;
      add("different", message, "Run `ecr-customers up --refresh`.");
    }
  }
  for (const key of undeclared) add("undeclared", ...describeUndeclared(key, user));
  const active = generations.filter(isActive);
  const [first, second] = active;
  const next =
    generations.length > 1
      ? `Finish the rotation: \`ecr-customers keys retire ${id}\`.`
      : `Run \`ecr-customers keys rotate ${id}\`.`;
  for (const { generation, key } of active) {
    const age = daysBetween(key.createdAt, limits.now);
    if (age > limits.olderThan) add("old", `key ${generation} is ${age} days old`, next);
  }
  if (first !== undefined && second !== undefined) {
    const days = daysBetween(second.key.createdAt, limits.now);
    const message = `keys ${first.generation} and ${second.generation} have both been active for ${days} days`;
    if (days > limits.overlapDays) add("overlap", message, next);
  }
  return found;
}

/** A user under `/customers/` that no file declares, with its keys. */
export function unknownUser(user: string, keys: readonly ObservedKey[]): Attention {
  const active = keys.filter(({ status }) => status !== "Inactive").map(({ id }) => id);
  const works = active.length === 0 ? "no active key" : `the active key ${active.join(", ")}`;
  return {
    kind: "unknown-user",
    about: user,
    message: `user ${user} has ${works}, but no file declares it`,
    fix: "If its file was removed, `ecr-customers up` deletes it. Otherwise find out in CloudTrail (CreateUser) who created it, and delete it.",
  };
}

function describeUndeclared(key: ObservedKey, user: string): [message: string, fix: string] {
  return [
    `key ${key.id} of user ${user} is ${key.status} in AWS, but no file declares it`,
    `Find out in CloudTrail (CreateAccessKey) who created it, then run \`aws iam delete-access-key --user-name ${user} --access-key-id ${key.id}\`.`,
  ];
}

function isActive(one: GenerationKey): one is GenerationKey & { key: ObservedKey } {
  return one.key?.status === "Active";
}
