import { cutForGitHub, escapeMarkdown } from "./markdown";
import type { Terminal, Tone } from "./terminal";
import { digits } from "../../src/counted";
import { textTable } from "./textTable";

/** One line of a report: cells that a terminal aligns. */
export interface ReportLine {
  cells: readonly string[];
  tone?: Tone;
  /** What lines of the same kind are. */
  group?: LineGroup;
}

/** One of a kind and several: `new customer`, `new customers`. */
export type LineGroup = readonly [one: string, many: string];

/** A heading and its lines, for a terminal and for a pull request alike. */
export interface Section {
  title: string;
  lines: readonly ReportLine[];
  /** Shown whole, in its order, however long. */
  whole?: boolean;
}

/** How much of a long section is shown; what is bad always is. */
export type Extent =
  /** The first lines of each group, and how many more there are; for commands with `--full`. */
  | "grouped"
  /** Up to a hundred lines. */
  | "long"
  | "all";

const LINES = { grouped: 20, long: 100, all: Infinity };
const LINES_OF_A_GROUP = 10;

/** Prints sections as a part of the result. */
export function printSections(
  sections: readonly Section[],
  terminal: Terminal,
  extent: Extent = "long",
): void {
  for (const section of sections) {
    terminal.print(section.title, "strong");
    const parts = shorten(section, extent);
    // A single sentence must not push the columns of the others apart.
    const texts = textTable(
      parts.flatMap(({ shown }) => shown.map(({ cells }) => (cells.length > 1 ? cells : []))),
    );
    for (const { shown, more } of parts) {
      for (const { cells, tone } of shown) {
        const text = texts.shift() ?? "";
        terminal.print(`  ${cells.length > 1 ? text : cells.join("")}`, tone);
      }
      if (more !== "") terminal.print(`  ${more}`, "quiet");
    }
  }
}

/**
 * The same sections for a pull request's comment; nothing in them is live markup.
 *
 * @param terminal - the one of this run, which knows how commands are written here.
 */
export function sectionsAsMarkdown(
  heading: string,
  sections: readonly Section[],
  terminal?: Pick<Terminal, "shown">,
  extent: Extent = "long",
): string {
  const escaped = (text: string) => escapeMarkdown(terminal?.shown(text) ?? text);
  const parts = sections.map((section) => {
    const items = shorten(section, extent).flatMap(({ shown, more }) => [
      ...shown.map(({ cells, tone }) => {
        const [first = "", ...others] = cells.filter((cell) => cell !== "").map(escaped);
        const words = [`**${first}**`, ...others].join(" ");
        return `- ${tone === "bad" ? "🔴 " : ""}${words}`;
      }),
      ...(more === "" ? [] : [`- ${more}`]),
    ]);
    return [`### ${escaped(section.title)}`, "", ...items].join("\n");
  });
  return `${[`## ${escaped(heading)}`, ...parts].join("\n\n")}\n`;
}

/**
 * The same, as long as GitHub accepts a comment.
 *
 * @param note - said instead of what is too long.
 */
export function sectionsAsComment(
  heading: string,
  sections: readonly Section[],
  terminal: Pick<Terminal, "shown">,
  extent?: Extent,
  note = "… the rest is cut off",
): string {
  const text = sectionsAsMarkdown(heading, sections, terminal, extent);
  return cutForGitHub(text, `${terminal.shown(note)}\n`);
}

/** Lines that are shown, and how many like them are not; empty when none. */
interface Part {
  shown: readonly ReportLine[];
  more: string;
}

/** Losses and refusals first and whole, then as many others as are read. */
function shorten({ lines, whole }: Section, extent: Extent): Part[] {
  if (whole === true || lines.length <= LINES[extent]) return [{ shown: lines, more: "" }];
  const bad = lines.filter(({ tone }) => tone === "bad");
  const others = lines.filter(({ tone }) => tone !== "bad");
  if (extent === "grouped") {
    const groups = new Map(others.map(({ group }) => [group?.[0], group]));
    return [
      { shown: bad, more: "" },
      ...[...groups].map(([one, group]) => {
        const all = others.filter((line) => line.group?.[0] === one);
        const { shown, more } = first(all, LINES_OF_A_GROUP, group);
        return { shown, more: more === "" ? more : `${more}; \`--full\` shows all` };
      }),
    ];
  }
  const kept = Math.max(0, LINES[extent] - bad.length);
  return [{ shown: bad, more: "" }, first(others, kept)];
}

function first(lines: readonly ReportLine[], count: number, group?: LineGroup): Part {
  const left = lines.length - count;
  const what = group?.[left === 1 ? 0 : 1] ?? "";
  const more = left > 0 ? `… and ${digits(left)} more ${what}`.trimEnd() : "";
  return { shown: lines.slice(0, count), more };
}
