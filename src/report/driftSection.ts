import { counted } from "../counted";
import { html, type Html } from "./html";
import type { ReportedDeviation, ReportFacts } from "./model";
import type { PageSection } from "./page";
import { firstOf, table } from "./parts";

const MOST = 300;

/** How AWS differs from the files. */
export function driftSection({ deviations }: ReportFacts): PageSection {
  return { id: "drift", title: "Differences between AWS and the files", body: bodyOf(deviations) };
}

function bodyOf(deviations: readonly ReportedDeviation[] | undefined): Html {
  if (deviations === undefined) {
    return html`<p>
      Not known: AWS was not asked. <code>ecr-customers report --aws</code> compares.
    </p>`;
  }
  if (deviations.length === 0) return html`<p class="good">AWS holds what the files say.</p>`;
  const { shown, left } = firstOf(deviations, MOST);
  const rows = shown.map(
    ({ what, fix }) =>
      html`<tr>
        <td class="words">${what}</td>
        <td class="words">${fix}</td>
      </tr> `,
  );
  return html`<p class="bad">AWS differs from the files in ${counted(deviations.length, "way")}.</p>
    ${table({ caption: "Differences", columns: [["What differs"], ["What ends it"]], rows })}
    ${left === 0 ? undefined : html`<p>And ${counted(left, "other")}: see <code>ecr-customers drift</code>.</p>`}`;
}
