import type { RunHooks } from "./stackRunner";
import type { Terminal } from "../output/terminal";

/** Shows the engine's raw text with `--debug`, and only then. */
export function engineText(
  { debug }: { debug: boolean },
  terminal: Terminal,
): Pick<RunHooks, "onText"> {
  return debug
    ? {
        onText: (text) => {
          terminal.report(text.trimEnd(), "quiet");
        },
      }
    : {};
}
