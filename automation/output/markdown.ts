import { printable } from "../../src/printable";

/** The longest comment or description that GitHub accepts, in characters ("body is too long (maximum is 65536 characters)"). */
export const GITHUB_TEXT_LENGTH = 65_536;

/** What GitHub's Markdown may interpret as markup. */
const MARKUP = /[\\`*_{}[\]()#+\-.!|~$:^=]/g;

/**
 * Mentions, links, references and emoji become live in plain text too, whatever is escaped in Markdown;
 * inside code they do not (GitHub docs, "Autolinked references and URLs").
 */
const LIVE_TEXT = /@|:\/\/|www\.|#\d|\bGH-\d|:[\w+-]+:/i;

/**
 * Untrusted text as Markdown that shows exactly that text on one line: no markup, links, mentions or
 * HTML.
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

/**
 * Markdown that GitHub accepts as one comment or description: a longer text loses whole lines at its end.
 *
 * @param note - said instead of what was cut.
 * @param end - what is kept in any case.
 */
export function cutForGitHub(text: string, note: string, end = ""): string {
  if (text.length + end.length <= GITHUB_TEXT_LENGTH) return text + end;
  const rest = `\n\n${note}${end}`;
  const kept = text.slice(0, GITHUB_TEXT_LENGTH - rest.length);
  const line = kept.lastIndexOf("\n");
  return (line > 0 ? kept.slice(0, line) : kept) + rest;
}
