import pMap from "p-map";
import { deviationWords, type Deviation } from "../../src/account/deviation";
import { removalCommand } from "../../src/account/removal";
import type { AwsClient } from "../aws/client";
import { confirmed } from "../cli/confirmation";
import { explainAwsError } from "../aws/errors";
import type { Terminal } from "../output/terminal";

const AT_ONCE = 4;

/** What a run has taken from customers' users, and what is left. */
export interface Removed {
  removed: Deviation[];
  left: Deviation[];
}

/**
 * Takes from customers' users what no file gives them. What AWS refuses is left with the reason, and stops
 * nothing else.
 */
export async function removeFromAws(
  deviations: readonly Deviation[],
  aws: Pick<AwsClient, "remove">,
): Promise<Removed> {
  const done: Removed = { removed: [], left: [] };
  const results = await pMap(deviations, (one) => removeOne(one, aws), { concurrency: AT_ONCE });
  results.forEach((why, at) => {
    const deviation = deviations[at];
    if (deviation === undefined) return;
    if (why === REMOVED) done.removed.push(deviation);
    else done.left.push(why === undefined ? deviation : refused(deviation, why));
  });
  return done;
}

/** The same; without `yes` only after a confirmation on the terminal. */
export async function removeConfirmed(
  deviations: readonly Deviation[],
  aws: Pick<AwsClient, "remove">,
  yes: boolean,
  terminal: Terminal,
): Promise<Removed> {
  const removable = deviations.filter(({ removal }) => removal !== undefined);
  if (!yes && removable.length > 0) {
    terminal.report("In AWS, and in no file:", "warning");
    for (const one of removable) terminal.report(`  ${deviationWords(one)}`, "warning");
    const isConfirmed = await confirmed("Remove this from AWS?", yes, terminal);
    if (!isConfirmed) return { removed: [], left: [...deviations] };
  }
  return removeFromAws(deviations, aws);
}

const REMOVED = Symbol("removed");

/** @returns undefined: nothing to remove; a text: why it could not be removed. */
async function removeOne(
  { removal }: Deviation,
  aws: Pick<AwsClient, "remove">,
): Promise<typeof REMOVED | string | undefined> {
  if (removal === undefined) return undefined;
  try {
    await aws.remove(removal);
    return REMOVED;
  } catch (error) {
    const why = explainAwsError(error)?.message;
    if (why === undefined) throw error;
    return why;
  }
}

function refused({ removal, ...deviation }: Deviation, why: string): Deviation {
  const command = removal === undefined ? "" : ` By hand: \`${removalCommand(removal)}\`.`;
  const wayOut = `This run could not remove it: ${why}. ${deviation.wayOut ?? ""}${command}`;
  return { ...deviation, repair: "operator", wayOut };
}

/** Reports what was removed: someone has changed AWS by hand, which an operator has to look into. */
export function tellRemoved(removed: readonly Deviation[], terminal: Terminal): void {
  if (removed.length === 0) return;
  terminal.report("Removed from AWS, because no file gives it:", "bad");
  for (const deviation of removed) {
    terminal.report(`  ${deviationWords(deviation)}`, "bad");
    if (deviation.wayOut !== undefined) terminal.report(`    ${deviation.wayOut}`);
  }
  terminal.report("This run exits with 1 because AWS was changed by hand; the next one does not.");
}
