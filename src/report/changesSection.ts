import { counted } from "../counted";
import type { CustomerChange } from "../history/since";
import { html, type Html } from "./html";
import type { ReportFacts } from "./model";
import type { PageSection } from "./page";
import { byId, customerHead, firstOf, table } from "./parts";

/** A page for 1,000 customers stays under a megabyte. */
const MOST = 500;

/** Who gained and lost what since a day, and the commit that did it. */
export function changesSection({ changes, customers }: ReportFacts): PageSection {
  const title = typeof changes === "object" ? `Changes since ${changes.since}` : "Changes";
  return { id: "changes", title, body: bodyOf(changes, byId(customers)) };
}

function bodyOf(known: ReportFacts["changes"], customerOf: ReturnType<typeof byId>): Html {
  if (known === undefined)
    return html`<p>Not known: the customer files are not in a git repository with commits.</p>`;
  if (typeof known === "string") {
    return html`<p class="notice">Not known: ${known}. There may have been changes.</p>`;
  }
  const { changes, since, knownFrom } = known;
  const { shown, left } = firstOf(changes, MOST);
  const rows = shown.map((change) => rowOf(change, customerOf));
  return html`${
    knownFrom === undefined
      ? undefined
      : html`<p class="notice">
          This clone has only the commits since ${knownFrom}: earlier changes are missing.
        </p>`
  }${
    rows.length === 0
      ? html`<p>No customer file has changed and no access has ended since ${since}.</p>`
      : table({
          caption:
            "The latest change first. A merge counts on the day on which it came into the branch.",
          columns: [["Customer"], ["Day"], ["Gained"], ["Lost"], ["What changed"], ["By"]],
          rows,
        })
  }${left === 0 ? undefined : html`<p>And ${counted(left, "earlier change")}: see <code>ecr-customers history</code>.</p>`}`;
}

function rowOf(change: CustomerChange, customerOf: ReturnType<typeof byId>): Html {
  const head = html`${customerHead(customerOf(change.customer))}
    <td class="day">${change.day}</td>`;
  if (change.kind === "ended") {
    return html`<tr>
      ${head}
      <td></td>
      <td class="bad">${change.lost.join(", ")}</td>
      <td class="words">its last day was ${change.expires}</td>
      <td>its end date</td>
    </tr> `;
  }
  const { commit, gained, lost, words } = change.change;
  return html`<tr>
    ${head}
    <td class="good">${gained.join(", ")}</td>
    <td class="bad">${lost.join(", ")}</td>
    <td class="words"><bdi>${words.join(", ")}</bdi></td>
    <td class="words">
      <bdi>${commit.subject}</bdi><br /><small
        ><bdi>${commit.author}</bdi>, <code>${commit.id.slice(0, 12)}</code></small
      >
    </td>
  </tr> `;
}
