import { counted } from "../counted";
import { daysFrom } from "../notices/days";
import { html, type Html } from "./html";
import type { ReportedKey, ReportFacts } from "./model";
import type { PageSection } from "./page";
import { bar, byId, customerHead, table } from "./parts";

/** The age from which the usual notices, and `ecr-customers keys status`, ask to rotate a key. */
const OLD = 90;

const AGES: readonly (readonly [label: string, from: number, to: number])[] = [
  ["under 30 days", 0, 30],
  ["30 to 89 days", 30, OLD],
  ["90 to 179 days", OLD, 180],
  ["180 to 364 days", 180, 365],
  ["1 year and more", 365, Infinity],
];

/** Active keys by age. */
export function keysSection({ keys, customers, today, deviations }: ReportFacts): PageSection {
  const isFromAws = deviations !== undefined;
  const active = keys.filter(({ isActive }) => isActive);
  const known = active.flatMap((key) =>
    key.since === undefined ? [] : [{ ...key, age: daysFrom(key.since, today) }],
  );
  const most = Math.max(1, ...AGES.map(([, from, to]) => within(known, from, to).length));
  const rows = AGES.map(([label, from, to]) => {
    const { length } = within(known, from, to);
    return html`<tr>
      <th scope="row">${label}</th>
      <td class="bar">${bar(length / most, from >= OLD ? "near" : "")}</td>
      <td class="number">${length}</td>
    </tr> `;
  });
  const old = within(known, OLD, Infinity).sort((a, b) => b.age - a.age);
  const unknown = active.length - known.length;
  const body = html`<p>
      ${counted(active.length, "active key")}, according to the customer
      files${isFromAws ? " and AWS" : ""}.${
        unknown === 0
          ? ""
          : html` The age of ${counted(unknown, "key")} is not known:
            ${
              isFromAws
                ? "AWS has no such key."
                : html`no hand-over is recorded, and AWS was not asked (<code>--aws</code>).`
            }`
      }
    </p>
    ${known.length === 0 ? undefined : table({ caption: "Active keys by age", columns: [["Age"], ["Share of the most frequent age", "bar"], ["Keys", "number"]], rows, classes: "bars" })}
    ${old.length === 0 ? undefined : oldKeys(old, byId(customers))}`;
  return { id: "keys", title: "Keys by age", body };
}

type AgedKey = ReportedKey & { age: number };

function within(keys: readonly AgedKey[], from: number, to: number): AgedKey[] {
  return keys.filter(({ age }) => age >= from && age < to);
}

function oldKeys(old: readonly AgedKey[], customerOf: ReturnType<typeof byId>): Html {
  const rows = old.map(
    ({ customer, generation, since = "", age, lastUsed }) =>
      html`<tr>
        ${customerHead(customerOf(customer))}
        <td class="number">${generation}</td>
        <td class="day">${since}</td>
        <td class="number">${age}</td>
        <td>${lastUsed === null ? "never" : (lastUsed ?? "not known")}</td>
      </tr> `,
  );
  return html`<h3>${OLD} days and older</h3>
    ${table({
      caption: "Active keys that should be rotated, the oldest first",
      columns: [
        ["Customer"],
        ["Generation", "number"],
        ["Since"],
        ["Days", "number"],
        ["Last used"],
      ],
      rows,
    })}`;
}
