import type { Terminal } from "./terminal";

/** Prints what to do next, in order. */
export function tellNext(terminal: Terminal, steps: readonly string[]): void {
  terminal.print("Next:");
  steps.forEach((step, at) => {
    terminal.print(`  ${at + 1}. ${step}`);
  });
}
