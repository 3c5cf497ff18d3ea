import { setTimeout } from "node:timers/promises";

/** IAM shows a change to all readers within seconds (IAM user guide, "Changes that I make"). */
const LOOKS = 4;
export const PAUSE_MILLISECONDS = 1_000;

/**
 * Looks at AWS until it shows what is expected, for as long as a change may take to be seen.
 *
 * @param isExpected - whether to stop looking.
 * @returns the last look, expected or not.
 */
export async function pollUntil<T>(
  look: () => Promise<T>,
  isExpected: (seen: T) => boolean,
  pause = PAUSE_MILLISECONDS,
): Promise<T> {
  for (let looks = 1; ; looks++) {
    const seen = await look();
    if (isExpected(seen) || looks === LOOKS) return seen;
    await setTimeout(pause);
  }
}
