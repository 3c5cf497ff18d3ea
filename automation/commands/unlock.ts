import { availableParallelism } from "node:os";
import pMap from "p-map";
import { readCellStack } from "../../src/access/cells";
import { chooseStack } from "../files/stackFiles";
import type { Command, CommonArguments } from "../cli/command";
import { openState } from "../engine/openState";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { ageText, isAliveHere } from "../engine/stackLock";
import type { StackState } from "../engine/stackState";
import { counted } from "../../src/counted";

/** Each query is a process of the engine. */
const CONCURRENCY = { concurrency: availableParallelism() };

interface UnlockArguments extends CommonArguments {
  force: boolean;
}

/** Shows who holds the locks of a stack and of its cells, and removes stale ones. */
export const unlock: Command<UnlockArguments> = {
  examples: [
    ["unlock --stack prod", "who holds it and for how long"],
    ["unlock --stack prod --force", "remove it after its owner was killed"],
  ],
  build: (yargs) =>
    yargs.option("force", {
      type: "boolean",
      default: false,
      describe: "remove the lock; make sure first that its owner has ended",
    }),
  async run(args, context) {
    const { terminal, now } = context;
    const stack = chooseStack(context.directory, args.stack);
    const state = await openState(stack, context);
    const locks = await locksOf(state, stack);
    if (args.force) await pMap(locks, (lock) => state.unlock(lock.stack), CONCURRENCY);
    const code = locks.length === 0 || args.force ? ExitCode.done : ExitCode.refused;
    if (args.json) {
      terminal.print(toJson({ stack, locks, removed: locks.length > 0 && args.force }));
      return code;
    }
    if (locks.length === 0) terminal.print(`Stack ${stack} is not locked.`, "good");
    for (const lock of locks) {
      const age = lock.since === undefined ? "" : `, for ${ageText(lock.since, now)}`;
      const owner = lock.owner ?? "an unknown process";
      terminal.print(`Stack ${lock.stack} is locked by ${owner}${age}.`, "warning");
      const alive = isAliveHere(lock);
      if (alive !== undefined) {
        terminal.print(`That process ${alive ? "is running" : "has ended"}.`);
      }
    }
    if (code === ExitCode.refused) {
      terminal.report(
        "If its owner was killed: `ecr-customers unlock --force`, then `ecr-customers up`.",
      );
    } else if (locks.length > 0) {
      const removed = locks.length === 1 ? "The lock is" : `${counted(locks.length, "lock")} are`;
      terminal.print(
        `${removed} removed. \`ecr-customers up\` finishes what its owner had started.`,
        "good",
      );
    }
    return code;
  },
};

/** The locks of a deployment's stacks: its only one, or its base and its cells, in the order of their names. */
async function locksOf(state: StackState, stack: string) {
  const names = (await state.stacks()).filter(
    (name) => name === stack || readCellStack(name)?.stack === stack,
  );
  // Even if there is no such stack: the engine reports that.
  const stacks = names.length === 0 ? [stack] : names.sort();
  const found = await pMap(
    stacks,
    async (name) => {
      const lock = await state.lock(name);
      return lock === undefined ? [] : [{ ...lock, stack: name }];
    },
    CONCURRENCY,
  );
  return found.flat();
}
