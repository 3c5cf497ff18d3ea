// A page about a stack's customers, as one HTML text.
import { accessEnded } from "../access/entitlements";
import { digits } from "../counted";
import { accessSection } from "./accessSection";
import { budgetSection } from "./budgetSection";
import { changesSection } from "./changesSection";
import { driftSection } from "./driftSection";
import { daysFrom } from "../notices/days";
import { endsSection } from "./endsSection";
import { html } from "./html";
import { keysSection } from "./keysSection";
import type { ReportFacts } from "./model";
import { page } from "./page";

/** What whoever passes the page on has to know. */
export const NAMES_NOTICE =
  "This page contains customers' names and contacts. Share it only with those who may know them.";

/** The figures at the top of a report, in their order. */
export interface ReportFigure {
  label: string;
  count: number;
  tone?: "near" | "bad";
}

/**
 * The page: complete in itself, without a request to anywhere, and the same for the same facts.
 *
 * Text from outside (names, contacts, titles of commits) is shown as text, whatever it contains.
 */
export function reportPage(facts: ReportFacts): string {
  const { stack, today } = facts;
  const figures = reportFigures(facts).map(
    ({ label, count, tone }) =>
      html`<div><dt>${label}</dt><dd${tone === undefined || count === 0 ? "" : html` class="${tone}"`}>${digits(count)}</dd></div>`,
  );
  const intro = html`<p class="quiet">Stack ${stack} on ${today} (UTC)</p>
    <p class="notice">${NAMES_NOTICE}</p>
    <dl class="figures">${figures}</dl>`;
  return page(`Customers of ${stack}, ${today}`, intro, [
    accessSection(facts),
    endsSection(facts),
    changesSection(facts),
    keysSection(facts),
    budgetSection(facts),
    driftSection(facts),
  ]);
}

/** What can be counted. */
export function reportFigures(facts: ReportFacts): ReportFigure[] {
  const { customers, grants, today, budgets, deviations } = facts;
  const active = customers.filter((customer) => !accessEnded(customer, today));
  const within = (days: number) =>
    active.filter(({ expires }) => expires !== undefined && daysFrom(today, expires) <= days);
  const nearly = budgets.filter(({ level }) => level !== "ok");
  return [
    { label: "customers", count: customers.length },
    { label: "can pull", count: new Set(grants.map(({ customer }) => customer)).size },
    { label: "suspended", count: customers.filter(({ status }) => status === "suspended").length },
    { label: "end within 30 days", count: within(30).length, tone: "near" },
    { label: "policies nearly full", count: nearly.length, tone: "near" },
    ...(deviations === undefined
      ? []
      : [{ label: "differences from AWS", count: deviations.length, tone: "bad" as const }]),
  ];
}
