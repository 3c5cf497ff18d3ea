import type { Terminal } from "./terminal";

/** Tells what a person does next, in order. */
export function tellNext(terminal: Terminal, steps: readonly string[]): void {
  terminal.print("Next:");
  steps.forEach((step, at) => {
    terminal.print(`  ${at + 1}. ${step}`);
  });
}
