// Text that is HTML already, apart from text that is not: what is not marked is escaped.
import { INVISIBLE_IN_NAME } from "../printable";

/** A piece of HTML. Only `html` and `raw` make one. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const INVISIBLE = new RegExp(INVISIBLE_IN_NAME, "gu");

/**
 * Text from outside as HTML that shows exactly that text, inside an element or a quoted attribute. Characters that
 * are not seen, or that turn the direction of what follows, become `\u{…}`.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** HTML with values in it: text is escaped, lists are joined, undefined is nothing. */
export function html(template: TemplateStringsArray, ...values: readonly Part[]): Html {
  const strings = withoutIndentation(template);
  let text = strings[0] ?? "";
  values.forEach((value, at) => (text += textOf(value) + (strings[at + 1] ?? "")));
  return new Html(text);
}

const CLEANED = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Line breaks and indentation are for those who read the source; in thousands of rows they would be half the page. */
function withoutIndentation(template: TemplateStringsArray): readonly string[] {
  const known = CLEANED.get(template);
  if (known !== undefined) return known;
  const strings = template.map((one) =>
    one.replace(/\s*\n\s*/g, (_, at: number) => {
      const afterTag = at === 0 || one[at - 1] === ">";
      const beforeTag = /^\s*(<|$)/.test(one.slice(at));
      return afterTag && beforeTag ? "" : " ";
    }),
  );
  CLEANED.set(template, strings);
  return strings;
}

/** Text that this program itself wrote as HTML. */
export function raw(text: string): Html {
  return new Html(text);
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return typeof part === "number" ? String(part) : escapeHtml(part);
}
