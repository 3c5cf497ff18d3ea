import type { ReportFigure } from "../../src/report/report";
import { digits } from "../../src/counted";
import { escapeMarkdown } from "../output/markdown";

/** The figures of a report for a job's summary. It names no customer; `notice` says that the page does. */
export function summaryMarkdown(
  stack: string,
  today: string,
  figures: readonly ReportFigure[],
  notice: string,
): string {
  const rows = figures.map(({ label, count }) => `| ${label} | ${digits(count)} |`);
  return [
    `### Customers of ${escapeMarkdown(stack)}, ${today}`,
    "",
    "| | |",
    "| --- | ---: |",
    ...rows,
    "",
    notice,
    "",
  ].join("\n");
}
