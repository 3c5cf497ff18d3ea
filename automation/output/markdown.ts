import { printable } from "../../src/printable";

/** What Markdown, as GitHub reads it, may take for markup. */
const MARKUP = /[\\`*_{}[\]()#+\-.!|~$:^=]/g;

/**
 * Mentions, links, references and emoji come to life in plain text too, after Markdown and whatever
 * was escaped there; inside of code they do not (GitHub docs, "Autolinked references and URLs").
 */
const LIVE_TEXT = /@|:\/\/|www\.|#\d|\bGH-\d|:[\w+-]+:/i;

/**
 * Untrusted text as Markdown that shows just that text, on one line: no markup, no link, no mention,
 * no HTML.
 */
export function escapeMarkdown(text: string): string {
  const safe = printable(text).trim();
  if (LIVE_TEXT.test(safe)) return codeSpan(safe);
  return safe
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(MARKUP, (character) => `\\${character}`);
}

/** A fence longer than any run of backticks inside (CommonMark, "Code spans"). */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${text} ${fence}`;
}
