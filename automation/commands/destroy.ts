import type { StackInput } from "../../src/project";
import { counted } from "../../src/counted";
import { loadDeployment, openUpdate } from "../cells/openDeployment";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { confirmed } from "../cli/confirmation";
import { ExitCode } from "../cli/exitCode";
import { stallOption, type StallArguments } from "../cli/stallOption";
import type { EngineEvent } from "../engine/events";
import { interruptible } from "../cli/interrupt";
import { engineText } from "../engine/text";
import { toJson } from "../output/json";
import { readBaseline, recordedGrants, type Baseline } from "../plan/baseline";
import { allowances, limitOptions, type LimitArguments } from "../plan/limitOptions";
import { refusals } from "../plan/limits";
import { replacementsIn, unknownIn } from "../plan/resourceFacts";
import type { Deployment, DeploymentResult } from "../update/deployment";
import { failureLines } from "../update/failureReport";
import { withAccount } from "../update/planning";
import { othersAlone } from "../update/presentPolicies";
import { tellEngineError } from "../update/outcomeReport";
import { showPreview, UpdateProgress } from "../update/progress";
import { during } from "../output/activity";
import { tellNotConfirmed, tellRefusal } from "../update/refusalReport";

interface DestroyArguments extends CommonArguments, LimitArguments, StallArguments {
  yes: boolean;
}

/** Deletes the whole stack: every customer loses access. The same limits apply as to an update. */
export const destroy: Command<DestroyArguments> = {
  examples: [
    ["destroy --stack dev", "shows who would lose access, and how to allow it"],
    ["destroy --stack dev --allow-revocations 8", "eight customers lose access"],
  ],
  build: (yargs) =>
    stallOption(limitOptions(yargs)).option("yes", {
      alias: "y",
      type: "boolean",
      default: false,
      describe: "do not ask for confirmation",
    }),
  async run(args, context) {
    const { terminal } = context;
    const { json } = args;
    const loaded = await loadDeployment(args, context);
    const { stack, input } = loaded;
    const text = engineText(args, terminal);
    const { deployment, aws } = await openUpdate(loaded, context, {});
    const preview = await interruptible(
      terminal,
      deployment,
      args.stallTimeout,
      ({ signal, onProgress }) =>
        showPreview(terminal, onProgress, (onEvent) =>
          deployment.previewDestroy(input, { signal, onEvent, ...text }),
        ),
    );
    if (preview.error !== undefined) throw withAccount(preview.error, input.config);
    const baseline = readBaseline(preview.outputsBefore ?? (await deployment.outputs()));
    const losers = customersWithAccess(baseline, input, context);
    if (!json) {
      terminal.print(`Destroying stack ${stack}`, "strong");
      terminal.print(`  ${counted(losers.length, "customer")} would lose access`, "bad");
      terminal.print(`  ${counted(preview.changes.length, "resource")} would be deleted`);
    }
    const facts = {
      entitled: baseline.kind === "recorded" ? losers.length : undefined,
      losers,
      renamed: [],
      replacements: replacementsIn(preview.changes, new Set()),
      foreign: [],
      unknown: preview.changes.length === 0 ? [] : unknownIn(preview, baseline),
    };
    const refused = refusals(facts, allowances(args));
    if (refused.length > 0) {
      return tellRefusal(refused, { command: "destroy", stack, json }, terminal);
    }
    if (!(await confirmed("This cannot be undone.", args.yes, terminal, stack))) {
      return tellNotConfirmed(stack, json, terminal);
    }
    const others = await othersAlone(input, aws);
    if (others !== undefined) {
      const left = await interruptible(
        terminal,
        deployment,
        args.stallTimeout,
        ({ signal, onProgress }) =>
          during(terminal, "Keeping statements of others", () =>
            deployment.update(others, { signal, onEvent: onProgress, ...text }),
          ),
      );
      if (left.error !== undefined) return report(left, stack, json, context);
    }
    const run = await destroyed(deployment, input, preview, { args, context });
    return report(run, stack, json, context);
  },
};

/** Ids of the customers that can pull today, according to what the last update recorded. */
function customersWithAccess(
  baseline: Baseline,
  { config }: StackInput,
  { today }: CommandContext,
): string[] {
  if (baseline.kind !== "recorded") return [];
  const grants = recordedGrants(baseline.outputs, config, today);
  return [...new Set(grants.map(({ customer }) => customer))].sort();
}

function destroyed(
  deployment: Deployment,
  input: StackInput,
  { changes }: DeploymentResult,
  { args, context: { terminal } }: { args: DestroyArguments; context: CommandContext },
): Promise<DeploymentResult> {
  return interruptible(terminal, deployment, args.stallTimeout, ({ signal, onProgress }) =>
    during(terminal, "Destroying", (activity) => {
      const progress = new UpdateProgress(changes, activity);
      const onEvent = (event: EngineEvent) => {
        onProgress();
        progress.onEvent(event);
      };
      return deployment.destroy(input, { signal, onEvent, ...engineText(args, terminal) });
    }),
  );
}

function report(
  { changes, failures, error }: DeploymentResult,
  stack: string,
  json: boolean,
  { terminal }: CommandContext,
): ExitCode {
  const failed = failureLines(failures);
  if (json) {
    terminal.print(
      toJson({
        stack,
        deleted: changes.length,
        failed: failed.map(({ cells: [name, message] }) => ({ name, message })),
        ...(error && { error: { message: error.message, advice: error.advice } }),
      }),
    );
  } else terminal.print(`${counted(changes.length, "resource")} deleted.`);
  for (const { cells } of failed) terminal.report(`  ${cells.join(": ")}`, "bad");
  if (error === undefined) return ExitCode.done;
  tellEngineError(error, terminal);
  return ExitCode.failed;
}
