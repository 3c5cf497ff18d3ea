/**
 * Rows as aligned columns, two spaces apart.
 *
 * @param rows - the first one may be a head; rows may differ in length.
 */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, at) => (widths[at] = Math.max(widths[at] ?? 0, text.length)));
  }
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `1 customer`, `2 customers`. */
export function counted(count: number, noun: string): string {
  return `${digits(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `12,345`. */
export function digits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
