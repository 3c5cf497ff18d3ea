import type { Terminal } from "../output/terminal";

/**
 * Asks before something is changed. Without a terminal no one can be asked, so `--yes` is required
 * there.
 *
 * @param expected - what has to be typed.
 */
export async function confirmed(
  question: string,
  yes: boolean,
  terminal: Terminal,
  expected = "yes",
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive) {
    terminal.report("Not confirmed, and nothing was written: this is not a terminal.", "bad");
    terminal.report("Run it on a terminal, or add `--yes`.");
    return false;
  }
  const answer = await terminal.ask(`${question} Only "${expected}" continues:`);
  if (answer.trim() === expected) return true;
  terminal.report("Not confirmed, and nothing was written.", "bad");
  return false;
}
