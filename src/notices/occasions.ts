// Files, keys and sizes of a day → why someone should be written to. What was sent is not known here.
import type { RepositoryBudget } from "../access/budget";
import { accessEnded } from "../access/entitlements";
import { counted, digits } from "../counted";
import { hasUser } from "../customers/identity";
import type { Customer } from "../customers/model";
import { daysFrom } from "./days";
import type { KeyFacts, NoticeFacts, NoticeRecord, NoticeRules, Occasion } from "./model";

const BOTH = ["customer", "owner"] as const;
const OWNER = ["owner"] as const;

/** The occasions of a day, and since when those hold that no file dates. */
export interface Occasions {
  occasions: Occasion[];
  since: NoticeRecord["since"];
}

/**
 * All occasions of a day, in the customers' order.
 *
 * @param known - since when earlier runs have seen what no file dates; what is not in it begins today.
 */
export function occasionsOf(
  facts: NoticeFacts,
  rules: NoticeRules,
  known: NoticeRecord["since"],
): Occasions {
  const { customers, budgets, today } = facts;
  const since: Record<string, string> = {};
  const begin = (what: string) => (since[what] = known[what] ?? today);
  const occasions = [
    ...customers.flatMap((customer) => [
      ...endOf(customer, facts, rules),
      ...suspensionOf(customer, facts, rules, begin),
      ...keysOf(customer, facts, rules),
    ]),
    ...budgets.flatMap((budget) => budgetOf(budget, rules, begin)),
    ...usersOf(customers, rules, begin),
  ];
  return { occasions, since };
}

type Begin = (what: string) => string;

/** Of several thresholds that have passed the last one: a run that was left out is not made up for. */
function endOf(customer: Customer, { today }: NoticeFacts, rules: NoticeRules): Occasion[] {
  const { id, name, expires, repositories } = customer;
  if (expires === undefined || repositories.length === 0 || accessEnded(customer, today)) return [];
  const left = daysFrom(today, expires);
  const [threshold] = rules.ends.filter((days) => left <= days).sort((a, b) => a - b);
  if (threshold === undefined) return [];
  const when = left === 0 ? "today" : left === 1 ? "tomorrow" : `in ${counted(left, "day")}`;
  const values = { id, name, date: expires, when, repositories: repositories.join(", ") };
  return [
    { kind: "ends", key: `${id}/ends/${expires}/${threshold}`, audiences: BOTH, customer, values },
  ];
}

function suspensionOf(
  customer: Customer,
  { today }: NoticeFacts,
  rules: NoticeRules,
  begin: Begin,
): Occasion[] {
  const { id, name, status } = customer;
  if (status !== "suspended") return [];
  const since = begin(`${id}/suspended`);
  const days = daysFrom(since, today);
  if (days < rules.suspended) return [];
  const values = { id, name, days: String(days), date: since };
  return [
    { kind: "suspended", key: `${id}/suspended/${since}`, audiences: OWNER, customer, values },
  ];
}

function keysOf(customer: Customer, { keys, today }: NoticeFacts, rules: NoticeRules): Occasion[] {
  const { id, name, user = 1 } = customer;
  if (accessEnded(customer, today)) return [];
  const active = (keys.get(id) ?? []).filter(({ isActive }) => isActive);
  const age = ({ since }: KeyFacts) => daysFrom(since, today);
  const occasion = (kind: Occasion["kind"], which: string, days: number): Occasion => ({
    ...{ kind, key: `${id}/${kind}/${user}.${which}`, customer },
    audiences: kind === "key-overlap" ? BOTH : OWNER,
    values: { id, name, generation: which, days: String(days) },
  });
  const [older, newer] = [...active].sort((a, b) => a.generation - b.generation);
  const isOpen = older !== undefined && newer !== undefined && age(newer) >= rules.keyOverlap;
  return [
    ...active
      // Once there is a newer one, the overlap is what matters.
      .filter((key) => age(key) >= rules.keyAge && active.length === 1)
      .map((key) => occasion("key-age", String(key.generation), age(key))),
    ...active
      .filter((key) => key.lastUsed === null && age(key) >= rules.neverPulled)
      .map((key) => occasion("never-pulled", String(key.generation), age(key))),
    // An older key that is no longer in use is what an overlap is for.
    ...(active.length === 1 ? active : []).flatMap(({ generation, lastUsed }) => {
      if (typeof lastUsed !== "string") return [];
      const days = daysFrom(lastUsed, today);
      if (days < rules.idle) return [];
      const { key, ...rest } = occasion("idle", String(generation), days);
      // After another use it can become idle again.
      return [{ ...rest, key: `${key}/${lastUsed}`, values: { ...rest.values, date: lastUsed } }];
    }),
    ...(isOpen
      ? [occasion("key-overlap", `${older.generation}+${newer.generation}`, age(newer))]
      : []),
  ];
}

function budgetOf(
  { repository, used, limit, room }: RepositoryBudget,
  rules: NoticeRules,
  begin: Begin,
): Occasion[] {
  if (used * 100 < limit * rules.budget) return [];
  const since = begin(`:budget/${repository}`);
  const values = { repository, used: digits(used), limit: digits(limit), room: digits(room) };
  return [{ kind: "budget", key: `:budget/${repository}/${since}`, audiences: OWNER, values }];
}

function usersOf(customers: readonly Customer[], rules: NoticeRules, begin: Begin): Occasion[] {
  const users = customers.filter(hasUser).length;
  if (users < rules.users) return [];
  const values = { users: digits(users) };
  return [{ kind: "users", key: `:users/${begin(":users")}`, audiences: OWNER, values }];
}
