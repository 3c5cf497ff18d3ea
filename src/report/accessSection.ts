import { accessEnded } from "../access/entitlements";
import type { Grant, Principal } from "../access/model";
import type { Customer } from "../customers/model";
import { html, raw, type Html } from "./html";
import type { ReportFacts } from "./model";
import type { PageSection } from "./page";
import { customerHead, table } from "./parts";

/** With more repositories a row names them: a matrix would be wider than any screen. */
const MOST_COLUMNS = 40;

const DAY = "YYYY-MM-DD".length;

const TICK = raw('<td class="r">✓</td>');
const NO_TICK = raw('<td class="r"></td>');

/** Who can pull what: a row for each customer. */
export function accessSection(facts: ReportFacts): PageSection {
  const { customers, grants, repositories, pulls } = facts;
  const own = new Map(customers.map(({ id }) => [id, new Map<string, Grant>()]));
  for (const grant of grants) own.get(grant.customer)?.set(grant.repository, grant);
  const isMatrix = repositories.length <= MOST_COLUMNS;
  const rows = customers.map((customer) => {
    const its = own.get(customer.id) ?? new Map<string, Grant>();
    const cells = isMatrix
      ? repositories.map((repository) => (its.has(repository) ? TICK : NO_TICK))
      : html`<td class="list">${listed([...its.keys()], repositories.length)}</td>`;
    const [first] = its.values();
    return html`<tr>
      ${customerHead(customer)}${cells}
      <td>${customer.expires ?? ""}</td>
      <td>${statusOf(customer, facts.today)}</td>
      <td>${howOf(first)}</td>
      ${pulls === undefined ? undefined : html`<td>${(pulls.last.get(customer.id) ?? "").slice(0, DAY)}</td>`}
    </tr> `;
  });
  const body = html`<form class="search" role="search" hidden>
      <label for="search">Search customers and repositories</label
      ><input id="search" type="search" autocomplete="off" /><span
        role="status"
        class="quiet"
      ></span>
    </form>
    ${table({
      caption: `A tick is a repository that the customer can pull today, according to the customer files.${knownPulls(facts)}`,
      columns: [
        ["Customer"],
        ...(isMatrix
          ? repositories.map((repository) => [repository, "r"] as const)
          : [["Repositories"] as const]),
        ["Last day"],
        ["Status"],
        ["Pulls with"],
        ...(pulls === undefined ? [] : [["Last pull"] as const]),
      ],
      rows,
      classes: "matrix sortable",
      isTall: true,
    })}`;
  return { id: "access", title: "Who can pull what", body };
}

function knownPulls({ pulls }: ReportFacts): string {
  if (pulls === undefined) return "";
  const { from, through } = pulls;
  return ` Pulls are known from ${from.slice(0, DAY)} to ${through.slice(0, DAY)}.`;
}

function statusOf(customer: Customer, today: string): Html {
  if (customer.revoked !== undefined) return html`<span class="bad">revoked</span>`;
  if (customer.status === "suspended") return html`<span class="near">suspended</span>`;
  return accessEnded(customer, today) ? html`<span class="quiet">ended</span>` : html`active`;
}

/** A principal in words. */
const HOW: Readonly<Record<Principal["kind"], string>> = {
  user: "key",
  account: "AWS account",
  role: "role of its AWS account",
  oidcRole: "tokens",
};

/** `key`, `AWS account`, `key, from certain networks`. All grants of a customer are alike in this. */
function howOf(grant: Grant | undefined): string {
  if (grant === undefined) return "";
  const kinds = grant.principals.map(({ kind }) => HOW[kind]);
  const restrictions = [
    ...(grant.from === undefined ? [] : ["from certain networks"]),
    ...(grant.regions === undefined ? [] : [`in ${grant.regions.join(", ")}`]),
  ];
  return [...new Set(kinds), ...restrictions].join(", ");
}

function listed(names: readonly string[], all: number): string {
  return names.length === all ? `all ${all} repositories` : names.join(", ");
}
