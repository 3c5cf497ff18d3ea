import type { StackInput } from "../../src/project";
import { unlessAwsFails } from "../aws/errors";
import type { EngineEvent } from "../engine/events";
import type { RunSettings } from "../engine/stackRunner";
import { notReplaced } from "../plan/newUsers";
import { revocationsFirst } from "../plan/revocationsFirst";
import type { DeploymentResult } from "./deployment";
import { findRefusedGrants, withoutGrants, type RefusedGrant } from "./leaveOutRefused";
import { UpdateProgress } from "./progress";
import type { UpdateParts } from "./updateParts";

/** What the engine has done in an update's runs. */
export interface EngineRuns {
  /** In their order; empty for none. */
  runs: DeploymentResult[];
  /** What the last run declared: without the grants that ECR refuses. */
  declared: StackInput;
  /** Grants that ECR refuses for their principal. */
  refused: RefusedGrant[];
  /** Customers and repositories that should have changed and were not reached. */
  pending: string[];
  /** The engine failed before it could try everything; what AWS holds is then not compared. */
  stopped: boolean;
}

/**
 * Runs the engine as often as the update needs: to take over what is adopted, to revoke access before any is granted,
 * for everything, without grants that ECR refuses, and without policies that are left to others.
 */
export async function runEngine(parts: UpdateParts, settings: RunSettings): Promise<EngineRuns> {
  const { deployment, input, aws, plan, baseline, terminal, activity } = parts;
  let progress = new UpdateProgress(plan.resources, activity);
  const hooks = {
    ...settings,
    onEvent: (event: EngineEvent) => {
      settings.onEvent?.(event);
      progress.onEvent(event);
    },
  };
  const runs: DeploymentResult[] = [];
  const update = async (declared: StackInput) => {
    // What one run has replaced, the next one must not replace again.
    const replacedUsers = notReplaced(parts.replacedUsers, runs);
    const run = await deployment.update(withoutAdoption(declared), { ...hooks, replacedUsers });
    runs.push(run);
    return run;
  };
  const ended = (declared: StackInput, refused: RefusedGrant[] = []): EngineRuns => ({
    runs,
    declared,
    refused,
    pending: progress.pending(),
    stopped: hasStopped(runs.at(-1)),
  });

  // What is not in the state would be created a second time: nothing else is done until all of it is.
  if (input.adoption !== undefined && deployment.adopt !== undefined) {
    const adopting = await deployment.adopt(input, hooks);
    runs.push(adopting);
    if (adopting.error !== undefined) return { ...ended(input), stopped: true };
  }
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const ending = revocationsFirst(input, recorded);
  if (ending !== undefined) {
    terminal.report("Revoking access first, then granting it.");
    const first = await update(ending);
    // What it has reached may be half of a change: the second run shows what is left.
    progress = progress.again();
    // A failed revocation does not stop the grants of others; only Ctrl-C, or a failure of the engine, does.
    if (hasStopped(first)) return ended(input);
  }
  const run = await update(input);
  if (hasStopped(run)) return ended(input);
  let refused: RefusedGrant[] = [];
  // If AWS does not answer, the failures themselves are reported.
  await unlessAwsFails(async () => {
    refused = await findRefusedGrants(run.failures, input, aws);
  });
  const declared = withoutGrants(input, refused);
  if (refused.length > 0) await update(declared);
  // The policies that the last run has left to others are no longer this stack's.
  const { leaving, ...without } = declared;
  if (leaving !== undefined && runs.at(-1)?.error === undefined) await update(without);
  return ended(declared, refused);
}

/** Whether the engine failed, and not single resources. */
function hasStopped(run: DeploymentResult | undefined): boolean {
  return run?.error !== undefined && run.error.kind !== "resources";
}

/** What was adopted is in the state, and is declared like everything else. */
function withoutAdoption(input: StackInput): StackInput {
  const { adoption: _, ...rest } = input;
  return rest;
}
