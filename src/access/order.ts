/** Code-unit order. Never the locale's: the same files must give the same bytes everywhere. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
