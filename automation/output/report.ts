import { escapeMarkdown } from "./markdown";
import type { Terminal, Tone } from "./terminal";
import { digits } from "../../src/counted";
import { textTable } from "./textTable";

/** One line of a report: cells that a terminal aligns. */
export interface ReportLine {
  cells: readonly string[];
  tone?: Tone;
}

/** A heading and its lines, for a terminal and for a pull request alike. */
export interface Section {
  title: string;
  lines: readonly ReportLine[];
  /** Shown whole, in its order, however long. */
  whole?: boolean;
}

/** Lines that a section shows; more of them are counted. What is bad is always shown whole. */
const LINES_SHOWN = 100;

/** Prints sections as a part of the result. */
export function printSections(sections: readonly Section[], terminal: Terminal): void {
  for (const section of sections) {
    terminal.print(section.title, "strong");
    const { shown, more } = shorten(section);
    // A single sentence must not push the columns of the others apart.
    const texts = textTable(shown.map(({ cells }) => (cells.length > 1 ? cells : [])));
    shown.forEach(({ cells, tone }, at) => {
      terminal.print(`  ${cells.length > 1 ? texts[at] : cells.join("")}`, tone);
    });
    if (more > 0) terminal.print(`  … and ${digits(more)} more`, "quiet");
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
): string {
  const escaped = (text: string) => escapeMarkdown(terminal?.shown(text) ?? text);
  const parts = sections.map((section) => {
    const { shown, more } = shorten(section);
    const items = shown.map(({ cells, tone }) => {
      const [first = "", ...others] = cells.filter((cell) => cell !== "").map(escaped);
      const words = [`**${first}**`, ...others].join(" ");
      return `- ${tone === "bad" ? "🔴 " : ""}${words}`;
    });
    const rest = more > 0 ? [`- … and ${digits(more)} more`] : [];
    return [`### ${escaped(section.title)}`, "", ...items, ...rest].join("\n");
  });
  return `${[`## ${escaped(heading)}`, ...parts].join("\n\n")}\n`;
}

/** Losses and refusals first and whole, then as many others as a person reads. */
function shorten({ lines, whole }: Section): { shown: readonly ReportLine[]; more: number } {
  if (whole === true || lines.length <= LINES_SHOWN) return { shown: lines, more: 0 };
  const bad = lines.filter(({ tone }) => tone === "bad");
  const others = lines.filter(({ tone }) => tone !== "bad");
  const kept = Math.max(0, LINES_SHOWN - bad.length);
  return { shown: [...bad, ...others.slice(0, kept)], more: others.length - kept };
}
