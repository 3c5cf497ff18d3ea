import { REPOSITORY_POLICY_LIMIT } from "../access/budget";
import { digits } from "../counted";
import { html } from "./html";
import type { ReportFacts } from "./model";
import type { PageSection } from "./page";
import { bar, table } from "./parts";

/** How full the repositories' policies are. */
export function budgetSection({ budgets }: ReportFacts): PageSection {
  const rows = budgets.map(({ repository, customers, used, limit, room, level }) => {
    const tone = level === "ok" ? "" : level === "near" ? "near" : "bad";
    return html`<tr>
      <th scope="row">${repository}</th>
      <td class="bar">${bar(used / limit, tone)}</td>
      <td class="number">${digits(used)} of ${digits(limit)}</td>
      <td class="number">${digits(customers)}</td>
      <td class="number ${tone}">${digits(room)}</td>
    </tr> `;
  });
  const body =
    rows.length === 0
      ? html`<p>No repository has a policy that names customers.</p>`
      : html`<p>
            A repository policy holds at most ${digits(REPOSITORY_POLICY_LIMIT)} characters. When
            one is nearly full, set
            <code>grants: tagged</code> for its repository.
          </p>
          ${table({
            caption: "Repository policies",
            columns: [
              ["Repository"],
              ["Share of the limit", "bar"],
              ["Characters", "number"],
              ["Customers", "number"],
              ["Room for more", "number"],
            ],
            rows,
            classes: "bars",
          })}`;
  return { id: "budgets", title: "Room in repository policies", body };
}
