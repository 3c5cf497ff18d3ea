import { setTimeout as sleep } from "node:timers/promises";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/**
 * Repeats `action` while it fails with a transient error. The delay doubles from half a second to ten, as
 * in the real provider.
 *
 * @param totalSeconds - for how long at most; the last error is thrown after that.
 */
export async function retrying<T>(
  action: () => Promise<T>,
  passes: (error: unknown) => boolean,
  totalSeconds: number,
): Promise<T> {
  const end = Date.now() + totalSeconds * 1000;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    try {
      return await action();
    } catch (error) {
      const left = end - Date.now();
      if (!passes(error) || left <= 0) throw error;
      await sleep(Math.min(delay, left));
    }
  }
}
