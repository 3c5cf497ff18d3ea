import { budgetLine } from "./budgetReport";
import type { ResourceChange } from "../engine/events";
import type { LineGroup, ReportLine, Section } from "../output/report";
import { counted } from "../../src/counted";
import { accessLine } from "./accessWords";
import { foreignLines } from "./foreignReport";
import { refusals, type Refusal } from "./limits";
import type { Plan } from "./plan";
import { losesAccess, type AccessReason } from "./plannedAccess";
import type { EndingSoon } from "./endingSoon";
import { subjectText } from "./subject";
import type { KeyChange } from "./keyChanges";

/**
 * A plan for its reader: customers first, then sizes, keys, resources. Sections without lines are
 * omitted, except access and resources.
 */
export function planSections(plan: Plan): Section[] {
  const near = plan.budgets.filter(({ level }) => level !== "ok");
  const optional: Section[] = [
    {
      title: "Policies near their limit",
      lines: near.map((budget) => ({ cells: [budgetLine(budget)], tone: "warning" })),
    },
    { title: "Statements of others", lines: foreignLines(plan.foreign), whole: true },
    {
      title: "Adopted",
      lines: plan.adopted.map(({ customer, user, keys }) => ({
        cells: [customer, adoptedWords(user, keys)],
        group: ["adopted customer", "adopted customers"],
      })),
    },
    {
      title: "Keys",
      lines: plan.keys.map((key) => ({
        cells: [key.customer, keyWords(key)],
        group: KEY_GROUPS[key.change],
      })),
    },
  ];
  return [
    { title: ACCESS_TITLES[plan.baseline], lines: accessLines(plan) },
    ...optional.filter(({ lines }) => lines.length > 0),
    { title: "Resources", lines: resourceLines(plan.resources) },
  ];
}

const ACCESS_TITLES: Readonly<Record<Plan["baseline"], string>> = {
  recorded: "Access",
  none: "Access (first deployment: nothing is recorded yet, so every customer is new)",
  unreadable: "Access (what the last update recorded cannot be read)",
};

/** What `up` would refuse when it is run without an option; empty when nothing. */
export function refusalSections(plan: Plan): Section[] {
  const refused = refusals(plan.facts, {});
  if (refused.length === 0) return [];
  return [{ title: "This update would be refused", lines: refusalLines(refused), whole: true }];
}

/** Why an update stops, and the command that lets the same update pass. */
export function refusalLines(refused: readonly Refusal[], command = "up"): ReportLine[] {
  const flags = refused.flatMap(({ flag }) => flag ?? []).join(" ");
  const fixes = refused.flatMap(({ fix }) => fix ?? []);
  return [
    ...refused.flatMap(({ message, items }): ReportLine[] => [
      { cells: [`${message}:`], tone: "bad" },
      ...items.map((item): ReportLine => ({ cells: [`  ${item}`], tone: "bad" })),
    ]),
    ...(fixes.length > 0
      ? fixes.map((fix): ReportLine => ({ cells: [fix] }))
      : [{ cells: [`If this is intended: \`ecr-customers ${command} ${flags}\`.`] }]),
  ];
}

function accessLines(plan: Plan): ReportLine[] {
  const changed = new Set(plan.access.map(({ customer }) => customer));
  const modes = plan.modes.map(({ repository, after }): ReportLine => ({
    cells: [
      repository,
      after === "tagged"
        ? "switches to grants by tag; no one loses access"
        : "switches to grants by name; no one loses access",
    ],
  }));
  const lines: ReportLine[] = [
    ...plan.access.map((change): ReportLine => ({
      cells: [change.customer, accessLine(change)],
      tone: losesAccess(change) ? "bad" : "good",
      group: ACCESS_GROUPS[change.reason],
    })),
    ...modes,
    ...plan.endingSoon
      .filter(({ customer }) => !changed.has(customer))
      .map((ending): ReportLine => ({
        cells: [ending.customer, endWords(ending)],
        tone: "warning",
        group: ["customer whose last day is near", "customers whose last day is near"],
      })),
  ];
  return lines.length > 0 ? lines : [{ cells: ["no one gains or loses access"], tone: "quiet" }];
}

/** The customers of each reason, for "… and 290 more". */
const ACCESS_GROUPS: Readonly<Record<AccessReason, LineGroup>> = {
  new: ["new customer", "new customers"],
  back: ["customer that has access again", "customers that have access again"],
  removed: ["removed customer", "removed customers"],
  suspended: ["suspended customer", "suspended customers"],
  ended: ["customer past its last day", "customers past their last day"],
  edited: ["edited customer", "edited customers"],
};

const KEY_GROUPS: Readonly<Record<KeyChange["change"], LineGroup>> = {
  new: ["new key", "new keys"],
  another: ["key that its customer does not have", "keys that their customers do not have"],
  activated: ["key that becomes active", "keys that become active"],
  deactivated: ["key that becomes inactive", "keys that become inactive"],
  deleted: ["deleted key", "deleted keys"],
};

/** `ends tomorrow`, `ends in 5 days, after 2026-11-28`. */
export function endWords({ expires, daysLeft }: EndingSoon): string {
  if (daysLeft === 0) return "ends today";
  return daysLeft === 1 ? "ends tomorrow" : `ends in ${daysLeft} days, after ${expires}`;
}

/** `user Acme_Puller with key AKIA… is taken over as it is`. */
function adoptedWords(user: string, keys: readonly string[]): string {
  const its =
    keys.length === 0 ? "" : ` with ${keys.length === 1 ? "key" : "keys"} ${keys.join(" and ")}`;
  return `user ${user}${its} is taken over as it is`;
}

function keyWords({ generation, change, works }: KeyChange): string {
  switch (change) {
    case "new":
      return works
        ? `key ${generation} is new: hand it over after the update`
        : `key ${generation} is new, and inactive`;
    case "another":
      return works
        ? `key ${generation} is not the key that the customer has: hand it over`
        : `key ${generation} is not the key that the customer has, and inactive`;
    case "activated":
      return works
        ? `key ${generation} works again`
        : `key ${generation} becomes active, but does not work while its customer has no access`;
    case "deactivated":
      return `key ${generation} becomes inactive`;
    case "deleted":
      return `key ${generation} is deleted, which cannot be undone`;
  }
}

function resourceLines(resources: readonly ResourceChange[]): ReportLine[] {
  const count = (change: ResourceChange["change"]) =>
    resources.filter((one) => one.change === change).length;
  const other = count("read") + count("import") + count("other");
  const counts = [
    `${count("create")} to create`,
    `${count("update")} to update`,
    `${count("replace")} to replace`,
    `${count("delete")} to delete`,
    ...(other > 0 ? [`${other} other`] : []),
  ].join(", ");
  const named = resources.filter(({ change }) => change === "replace" || change === "delete");
  return [
    { cells: [resources.length === 0 ? "no change" : counts], tone: "quiet" },
    ...named.map((one): ReportLine => ({
      cells: [`${one.change === "replace" ? "replaced" : "deleted"}: ${subjectText(one)}`],
      group: ["resource to delete", "resources to delete"],
      tone: one.change === "replace" ? "bad" : undefined,
    })),
  ];
}

/** `3 customers change, 1 loses access; 7 resources change`. */
export function planSummary(plan: Plan): string {
  const losing = plan.access.filter(losesAccess).length;
  const customers =
    plan.access.length === 0
      ? "no one gains or loses access"
      : `${counted(plan.access.length, "customer")} ${plan.access.length === 1 ? "changes" : "change"}, ${losing === 0 ? "no one loses access" : `${losing} ${losing === 1 ? "LOSES" : "LOSE"} access`}`;
  const count = plan.resources.length;
  const resources = count === 0 ? "no change in AWS" : `${counted(count, "change")} in AWS`;
  return `${customers}; ${resources}`;
}
