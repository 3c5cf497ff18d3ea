import { stackOutputs, type UnansweredKeys, type StackOutputs } from "../../src/stack/outputs";
import { explainAwsError, unlessAwsFails } from "../aws/errors";
import { EngineError } from "../engine/errors";
import { STACK_TYPE } from "../engine/events";
import type { StateResource, UserKey } from "../engine/recovery";
import { appliedOutputs } from "./appliedOutputs";
import type { DeploymentResult } from "./deployment";
import { deleteOrphanKeys, keyAttempts } from "./orphanKeys";
import { PARTIAL, type UpdateParts } from "./updateParts";

/**
 * After a failure or an interruption: records what was applied instead of what was declared (appliedOutputs.ts),
 * and deletes keys that were created and whose secret was lost. A preview recognises what is most wrong about the
 * record by itself (plan/neverApplied.ts), so a failure here is reported and no more.
 *
 * @param started - before the update's first write.
 * @param lost - keys that an earlier update has lost, and that could not be deleted yet; they stay recorded, also after a
 *   success.
 */
export async function recordApplied(
  runs: readonly DeploymentResult[],
  { deployment, input, aws, baseline, terminal }: UpdateParts,
  { started, lost }: { started: Date; lost: readonly UnansweredKeys[] },
): Promise<{ record?: StackOutputs; orphanKeys: UserKey[] }> {
  const kind = runs.at(-1)?.error?.kind;
  const done = { orphanKeys: [] as UserKey[] };
  const ended = new Date();
  // When it has stalled, the state backend may be what cannot be reached.
  if (kind !== undefined && (!PARTIAL.includes(kind) || kind === "stalled")) return done;
  if (kind === undefined && lost.length === 0) return done;
  const before = baseline.kind === "recorded" ? baseline.outputs : undefined;
  try {
    if (kind === undefined) {
      // The program records what it declares, and knows nothing of keys that are still to be deleted.
      await deployment.record({ ...stackOutputs(input), unansweredKeys: lost });
      return done;
    }
    const resources = await deployment.resources();
    const failures = runs.flatMap((run) => run.failures);
    const kept = await unlessAwsFails(async () => {
      done.orphanKeys = await deleteOrphanKeys(failures, resources, { aws, input, started });
    });
    if (kept !== undefined) {
      terminal.report(
        `It could not be checked whether a key without an owner is left: ${kept.message}. The next \`ecr-customers up\` deletes it.`,
        "warning",
      );
    }
    if (!hasRecord(resources)) return done;
    const unanswered = kept === undefined ? [] : keyAttempts(failures, input, started, ended);
    const open = [...lost, ...unanswered];
    const record = {
      ...appliedOutputs({ input, before, resources }),
      ...(open.length === 0 ? {} : { unansweredKeys: open }),
    };
    await deployment.record(record);
    return { ...done, record };
  } catch (error) {
    const why = error instanceof EngineError ? error.message : explainAwsError(error)?.message;
    if (why === undefined) throw error;
    terminal.report(`What was applied could not be recorded: ${why}.`, "warning");
    return done;
  }
}

/** Whether an update has recorded outputs. */
function hasRecord(resources: readonly StateResource[]): boolean {
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  return Object.keys(stack?.outputs ?? {}).length > 0;
}
