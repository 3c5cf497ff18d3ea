import type { RunHooks } from "./stackRunner";
import type { Terminal } from "../output/terminal";

/** What the engine writes, shown with `--debug` only. */
export function engineText(
  { debug }: { debug: boolean },
  terminal: Terminal,
): Pick<RunHooks, "onText"> {
  return debug
    ? {
        onText: (text) => {
          terminal.tell(text.trimEnd(), "quiet");
        },
      }
    : {};
}
