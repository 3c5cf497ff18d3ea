import { counted } from "../../src/counted";
import type { CommandContext } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { openState } from "../engine/openState";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";
import { readSource } from "./sources/readSource";

/**
 * Puts the secrets of adopted keys, which another tool's state has, into this stack's encrypted state: then they can be
 * handed over. Nothing is written in AWS, and the source is not changed.
 *
 * @param file - what `readSource` reads; a pipe keeps the secrets out of files.
 * @returns the process's exit code: 1 when no key of the stack got its secret.
 */
export async function adoptSecrets(
  file: string,
  stack: string,
  json: boolean,
  { directory, environment, terminal }: CommandContext,
): Promise<ExitCode> {
  const { kind, secrets } = readSource(file, directory);
  const state = await openState(stack, { directory, environment });
  const added = await state.addSecrets(secrets);
  if (added === "interrupted") {
    throw new UsageError(
      `the last run of stack ${stack} was interrupted, and nothing was changed`,
      "`ecr-customers up` recovers what it had started. Then run this again.",
    );
  }
  if (json) terminal.print(toJson({ stack, kind, keys: added }));
  else if (added.length === 0) {
    terminal.report(
      `No key of stack ${stack} lacks a secret that the ${kind} has: run \`ecr-customers up\` first, which adopts the keys.`,
      "bad",
    );
  } else {
    const keys = counted(added.length, "key");
    terminal.print(
      `${keys} of stack ${stack} ${added.length === 1 ? "has its" : "have their"} secret now, encrypted in its state: ${added.join(", ")}`,
      "good",
    );
  }
  return added.length === 0 ? ExitCode.failed : ExitCode.done;
}
