import { INVOCATION } from "../../src/invocation";
import type { Example } from "./command";

/** Columns of every help text: the default width of a terminal. */
export const HELP_WIDTH = 80;

/** The examples of a help text: each command as it can be pasted, and below it what it is for. */
export function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(([command, purpose]) => [
    ...commandLines(`  ${INVOCATION} ${command}`),
    `      ${purpose}`,
  ]);
  return ["Examples:", ...lines].join("\n");
}

/** A command on one line, or continued as a shell takes it: broken before an option. */
function commandLines(text: string): string[] {
  if (text.length <= HELP_WIDTH) return [text];
  const at = text.lastIndexOf(" --", HELP_WIDTH - " \\".length);
  return [`${text.slice(0, at)} \\`, ...commandLines(`     ${text.slice(at)}`)];
}
