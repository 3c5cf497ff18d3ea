import type { CommandContext, LoadedStack } from "./command";
import { applyUpdate } from "./applying";
import { confirmed } from "./confirmation";
import { openAws, openDeployment, type CellArguments } from "./connections";
import { engineText } from "./engineText";
import { ExitCode } from "./exitCode";
import { interruptible } from "./interrupt";
import { toJson } from "./json";
import { allowances, type LimitArguments } from "./limitOptions";
import { tellOutcome } from "./outcomeReport";
import { refusals } from "./plan/limits";
import { planSections, planSummary } from "./plan/planReport";
import { planUpdate, vanishedUsers } from "./planning";
import { tellRefusal } from "./refusalReport";
import { printSections } from "./report";

/** How one update is run. */
export interface UpdateOptions extends LimitArguments, CellArguments {
  yes: boolean;
  refresh: boolean;
  json: boolean;
  debug: boolean;
}

/**
 * Preview, limits, confirmation, update, read-back, summary: `up`, and the second half of `sync`.
 *
 * @returns what the process ends with.
 * @throws EngineError when the engine cannot even tell what would change.
 */
export async function runUpdate(
  { stack, input }: LoadedStack,
  options: UpdateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, today } = context;
  const text = engineText(options, terminal);
  const deployment = await openDeployment(input.config, context, options);
  const aws = await openAws(input.config, context);

  let { refresh } = options;
  let planned = await planUpdate(deployment, input, today, { refresh, ...text });
  const vanished = refresh ? [] : await vanishedUsers(planned.baseline, input, aws);
  if (vanished.length > 0) {
    terminal.tell(`Deleted in AWS by hand, and made anew: ${vanished.join(", ")}.`, "warning");
    refresh = true;
    planned = await planUpdate(deployment, input, today, { refresh, ...text });
  }
  const { plan, baseline } = planned;
  const allowed = allowances(options);
  const refused = refusals(plan.facts, allowed);
  if (!options.json) {
    printSections(planSections(plan), terminal);
    terminal.print(planSummary(plan), "strong");
  }
  if (refused.length > 0) {
    return tellRefusal(refused, { command: "up", stack, json: options.json }, terminal);
  }
  if (plan.isEmpty) {
    if (options.json) terminal.print(toJson({ stack, changed: [], failed: [] }));
    else terminal.print("Nothing to do.", "good");
    return ExitCode.done;
  }
  if (!(await confirmed(`Apply this to stack ${stack}?`, options.yes, terminal))) {
    return ExitCode.refused;
  }
  const applied = await interruptible(
    terminal,
    () => deployment.kill(),
    (signal) =>
      applyUpdate(
        { deployment, input, aws, plan, baseline, terminal },
        { signal, refresh, ...text },
      ),
  );
  return tellOutcome(applied, plan, options.json, context);
}
