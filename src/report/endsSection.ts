import { accessEnded } from "../access/entitlements";
import { counted } from "../counted";
import type { Customer, IsoDate } from "../customers/model";
import { daysFrom } from "../notices/days";
import { html, type Html } from "./html";
import type { ReportFacts } from "./model";
import type { PageSection } from "./page";
import { bar, customerHead, table } from "./parts";

const MONTHS = 18;
const NAMED = 3;
const SOON = 90;

type Ending = Customer & { expires: IsoDate };

/** When access ends: months on a time line, then those that end soon. */
export function endsSection({ customers, today }: ReportFacts): PageSection {
  const active = customers.filter((customer) => !accessEnded(customer, today));
  const ending = active
    .filter((customer): customer is Ending => customer.expires !== undefined)
    .sort((a, b) => (a.expires < b.expires ? -1 : 1));
  const without = active.length - ending.length;
  const body = html`<p>
      ${counted(without, "customer")} of those with access ${without === 1 ? "has" : "have"} no end
      date. A customer can still pull on its last day.
    </p>
    ${ending.length === 0 ? undefined : timeLine(ending, today)}
    <h3>Within ${SOON} days</h3>
    ${soonest(ending, today)}`;
  return { id: "ends", title: "When access ends", body };
}

function timeLine(ending: readonly Ending[], today: IsoDate): Html {
  const months = Array.from({ length: MONTHS }, (_, at) => monthAfter(today, at));
  const last = months.at(-1) ?? "";
  const groups = [...months, "later"].map((month) => ({
    month,
    its: ending.filter(({ expires }) =>
      month === "later" ? expires.slice(0, 7) > last : expires.startsWith(month),
    ),
  }));
  while (groups.length > 1 && groups.at(-1)?.its.length === 0) groups.pop();
  const most = Math.max(1, ...groups.map(({ its }) => its.length));
  const rows = groups.map(
    ({ month, its }) =>
      html`<tr>
        <th scope="row" class="day">${month}</th>
        <td class="bar">${bar(its.length / most)}</td>
        <td class="number">${its.length}</td>
        <td class="names">${names(its)}</td>
      </tr> `,
  );
  return table({
    caption: "Customers by the month of their last day with access",
    columns: [
      ["Month"],
      ["Share of the fullest month", "bar"],
      ["Customers", "number"],
      ["Who", "names"],
    ],
    rows,
    classes: "bars",
  });
}

function names(its: readonly Ending[]): Html[] {
  const left = its.length - NAMED;
  return [
    ...its.slice(0, NAMED).map(({ name }, at) => html`${at === 0 ? "" : ", "}<bdi>${name}</bdi>`),
    ...(left > 0 ? [html` and ${counted(left, "other")}`] : []),
  ];
}

function soonest(ending: readonly Ending[], today: IsoDate): Html {
  const soon = ending.filter(({ expires }) => daysFrom(today, expires) <= SOON);
  if (soon.length === 0) return html`<p>No customer's access ends within ${SOON} days.</p>`;
  const rows = soon.map((customer) => {
    const days = daysFrom(today, customer.expires);
    const tone = days <= 14 ? "number bad" : days <= 30 ? "number near" : "number";
    return html`<tr>
      ${customerHead(customer)}
      <td class="day">${customer.expires}</td>
      <td class="${tone}">${days}</td>
      <td>${customer.repositories.join(", ")}</td>
      <td>${customer.owner ?? ""}</td>
      <td>${customer.contact ?? ""}</td>
    </tr> `;
  });
  return table({
    caption: `Access that ends within ${SOON} days, the first to end first`,
    columns: [
      ["Customer"],
      ["Last day"],
      ["Days left", "number"],
      ["Repositories"],
      ["Owner"],
      ["Contact"],
    ],
    rows,
  });
}

/** `YYYY-MM`, a number of months after the one of a day. */
function monthAfter(day: IsoDate, months: number): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, "YYYY-MM".length);
}
