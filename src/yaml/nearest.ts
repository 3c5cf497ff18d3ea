// Which of the allowed words was probably meant.

/** A longer word cannot be a typo of one of ours. */
const LONGEST = 64;

/** The candidate with the fewest letters to change, if that is at most a third of the word; else none. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const changes = lettersToChange(word.toLowerCase(), candidate.toLowerCase());
    if (changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/**
 * Insertions, deletions, replacements and exchanges of two neighbouring letters from one word to the other
 * ("optimal string alignment").
 */
function lettersToChange(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isExchange = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const exchanged = isExchange ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}

/** Whether a word may stand for another one: `repos` for `repositories`, `nmae` for `name`. */
export function mayMean(word: string, other: string): boolean {
  const isShort = word.length > 2 && other.toLowerCase().startsWith(word.trim().toLowerCase());
  return isShort || nearest(word, [other]) !== undefined;
}

/** `Write one of: a, b, c.`, with the nearest one named first if there is one; long lists are shortened. */
export function suggest(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  if (meant !== undefined) return `Write "${meant}", or one of: ${cutList(candidates)}.`;
  return `Write one of: ${cutList(candidates)}.`;
}

/** All keys of a customer file fit. */
const SHOWN = 30;

function cutList(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).join(", ");
  return words.length > SHOWN ? `${shown}, … (${words.length - SHOWN} more)` : shown;
}
