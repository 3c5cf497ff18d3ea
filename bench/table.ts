/** Prints rows as a Markdown table, so that figures can be pasted into pages. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${heads.join(" | ")} |`);
  console.log(`|${heads.map(() => "---").join("|")}|`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
