// Pieces that several sections use.
import type { Customer } from "../customers/model";
import { html, raw, type Html } from "./html";

/** A share of a whole, as a bar; what it shows is also in a cell beside it. */
export function bar(share: number, tone: "" | "near" | "bad" = ""): Html {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1_000) / 10;
  return raw(
    `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">` +
      `<rect class="track" width="100" height="10"/><rect class="fill ${tone}" width="${width}" height="10"/></svg>`,
  );
}

/** A customer in a row's first cell. */
export function customerHead({ id, name }: Pick<Customer, "id" | "name">): Html {
  return html`<th scope="row"><bdi>${name}</bdi><small>${id}</small></th>`;
}

/** A table that can be scrolled sideways, also with the keyboard. */
export function table(options: {
  caption: string;
  /** Title, and the class of its column. */
  columns: readonly (readonly [title: string, className?: string])[];
  rows: readonly Html[];
  classes?: string;
  isTall?: boolean;
}): Html {
  const { caption, columns, rows, classes = "sortable", isTall = false } = options;
  const heads = columns.map(([title, name]) =>
    name === undefined
      ? html`<th scope="col">${title}</th>`
      : html`<th scope="col" class="${name}"><span>${title}</span></th>`,
  );
  return html`<div
    class="scroll${isTall ? " tall" : ""}"
    role="region"
    aria-label="${caption}"
    tabindex="0"
  >
    <table class="${classes}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** By id: for what knows a customer by its id only. */
export function byId(
  customers: readonly Customer[],
): (id: string) => Pick<Customer, "id" | "name"> {
  const known = new Map(customers.map((customer) => [customer.id, customer]));
  // A customer that has no file any more.
  return (id) => known.get(id) ?? { id, name: id };
}

/** The first of a list, so that the page stays small; and how many were left out. */
export function firstOf<T>(
  all: readonly T[],
  limit: number,
): { shown: readonly T[]; left: number } {
  return { shown: all.slice(0, limit), left: Math.max(0, all.length - limit) };
}
