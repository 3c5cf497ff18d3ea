/** `12,345`: a number as messages and reports show it. */
export function digits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * `1 customer`, `1,200 customers`, `2 repositories`.
 *
 * @param plural - only where it is not the noun with -s, or -ies for -y after a consonant.
 */
export function counted(count: number, noun: string, plural = regularPlural(noun)): string {
  return `${digits(count)} ${count === 1 ? noun : plural}`;
}

function regularPlural(noun: string): string {
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
