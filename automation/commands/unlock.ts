import { hostname } from "node:os";
import { chooseStack } from "../stackFiles";
import type { Command, CommonArguments } from "../command";
import { openStack } from "../connections";
import { ExitCode } from "../exitCode";
import { toJson } from "../json";
import { ageText, type StackLock } from "../stackLock";

interface UnlockArguments extends CommonArguments {
  force: boolean;
}

/** Shows who holds a stack's lock, and removes a stale one. */
export const unlock: Command<UnlockArguments> = {
  usage: "unlock",
  describe: "Show who holds the stack's lock and since when; remove a stale one with --force",
  build: (yargs) =>
    yargs
      .option("force", {
        type: "boolean",
        default: false,
        describe: "remove the lock; be sure that its owner is dead",
      })
      .example("$0 unlock --stack prod", "who holds it, and since when")
      .example("$0 unlock --stack prod --force", "remove it after its owner was killed"),
  async run(args, context) {
    const { terminal, now } = context;
    const stack = chooseStack(context.directory, args.stack);
    const runner = await openStack(stack, context);
    const lock = await runner.lock();
    if (lock !== undefined && args.force) await runner.unlock();
    if (args.json) {
      terminal.print(
        toJson({ stack, lock: lock ?? null, removed: lock !== undefined && args.force }),
      );
      return lock === undefined || args.force ? ExitCode.done : ExitCode.refused;
    }
    if (lock === undefined) {
      terminal.print(`Stack ${stack} is not locked.`, "good");
      return ExitCode.done;
    }
    const age = lock.since === undefined ? "" : `, for ${ageText(lock.since, now)}`;
    terminal.print(`Stack ${stack} is locked by ${lock.owner ?? "somebody"}${age}.`, "warning");
    const alive = isAliveHere(lock);
    if (alive !== undefined) terminal.print(`That process ${alive ? "is at work" : "has ended"}.`);
    if (!args.force) {
      terminal.tell("If its owner was killed, run this again with `--force`, and then `up`.");
      return ExitCode.refused;
    }
    terminal.print("The lock is removed. `up` finishes what its owner had begun.", "good");
    return ExitCode.done;
  },
};

/** Whether the owner still runs; undefined when it is, or may be, another machine's. */
function isAliveHere({ host, pid }: StackLock): boolean | undefined {
  if (host !== hostname() || pid === undefined) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
