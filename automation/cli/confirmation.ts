import type { Terminal } from "../output/terminal";

/**
 * Asks before something is changed. Without a terminal nobody can be asked, so `--yes` has to be
 * given there.
 *
 * @param expected - what the person has to type.
 */
export async function confirmed(
  question: string,
  yes: boolean,
  terminal: Terminal,
  expected = "yes",
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive) {
    terminal.tell("Not confirmed, and nothing was written: nobody can be asked here.", "bad");
    terminal.tell("Run it on a terminal, or give `--yes`.");
    return false;
  }
  const answer = await terminal.ask(`${question} Only "${expected}" goes on:`);
  if (answer.trim() === expected) return true;
  terminal.tell("Not confirmed, and nothing was written.", "bad");
  return false;
}
