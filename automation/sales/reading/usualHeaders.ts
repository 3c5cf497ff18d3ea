// Headers that usually hold a field, where no ready mapping knows them.
import { fold } from "./cellText";

/** The columns that a mapping may name. */
export const FIELDS = [
  "id",
  "name",
  "status",
  "products",
  "repositories",
  "expires",
  "contact",
] as const;
export type MappedField = (typeof FIELDS)[number];

/** The first pattern is the best one. */
const USUAL: Readonly<Record<MappedField, readonly RegExp[]>> = {
  id: [/^(?:account|customer|company|record|organi[sz]ation|client)[ _-]?id$/, /\bid$/, /^id\b/],
  name: [/^(?:account|customer|company|organi[sz]ation|client)(?:[ _-]?name)?$/, /name$/],
  status: [/status$/, /stage$/, /^state$/],
  products: [/^products?\b/, /^(?:plan|item|sku)\b/, /\bproducts?$/],
  repositories: [/^repositor/],
  expires: [
    /\b(?:contract|licen[cs]e|subscription)\b.*\b(?:end|expir)/,
    /\bend(?: date)?$/,
    /\bexpir/,
  ],
  contact: [/e ?mail/, /^contact\b/],
};

/** Headers that usually hold a field, the likeliest first. */
export function usualHeaders(field: MappedField, headers: readonly string[]): string[] {
  const found = USUAL[field].flatMap((pattern) =>
    headers.filter((header) => pattern.test(fold(header).replace(/[_-]/g, " "))),
  );
  return [...new Set(found)];
}
