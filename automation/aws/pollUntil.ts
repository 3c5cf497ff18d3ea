import { setTimeout } from "node:timers/promises";

/** IAM is eventually consistent: a change is visible to all readers within seconds (IAM User Guide, "Troubleshooting IAM"). */
const ATTEMPTS = 4;
export const PAUSE_MILLISECONDS = 1_000;

/**
 * Reads AWS until it shows what is expected, for as long as a change may take to become visible.
 *
 * @param isExpected - whether to stop reading.
 * @returns the last result, expected or not.
 */
export async function pollUntil<T>(
  read: () => Promise<T>,
  isExpected: (seen: T) => boolean,
  pause = PAUSE_MILLISECONDS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const seen = await read();
    if (isExpected(seen) || attempt === ATTEMPTS) return seen;
    await setTimeout(pause);
  }
}
