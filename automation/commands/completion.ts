import { basename } from "node:path";
import yargs from "yargs";
import { INVOCATION, PROGRAM } from "../../src/invocation";
import type { Command } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";

/** Without `--silent` npm prints what it runs, which is part of neither a script nor a completion. */
const SILENT = INVOCATION.replace(/^npm run /, "npm run --silent ");

/** Prints a script for the shell: a function named like the program, and its completions. */
export const completion: Command = {
  examples: [["completion > completion.sh", "for the shell that SHELL names; source that file"]],
  run({ json }, { terminal, environment }) {
    const shell = basename(environment["SHELL"] ?? "");
    const script = [
      `# Source this in your shell's start file; \`${PROGRAM}\` then works in the project's folder.`,
      shell === "fish"
        ? `function ${PROGRAM}; ${SILENT} $argv; end`
        : `${PROGRAM}() { ${SILENT} "$@"; }`,
      completions(),
    ].join("\n");
    terminal.print(json ? toJson({ shell, script }) : script);
    return ExitCode.done;
  },
};

/** yargs' own script for the shell that `SHELL` names, without its words about how to install it. */
function completions(): string {
  let script = "";
  void yargs()
    .scriptName(PROGRAM)
    .completion("completion", false)
    .exitProcess(false)
    .parse(["completion"], {}, (_error, _args, shown) => {
      script = shown;
    });
  return script.replace(/^#(?: Installation:| {4}or ).*\n/gm, "").trimEnd();
}
