import type { Command, CommonArguments } from "../cli/command";
import { confirmed } from "../cli/confirmation";
import { loadDeployment, openDeployment } from "../cells/openDeployment";
import type { EngineEvent } from "../engine/events";
import { engineText } from "../engine/text";
import { ExitCode } from "../cli/exitCode";
import { stallOption, type StallArguments } from "../cli/stallOption";
import { failureLines } from "../update/failureReport";
import { interruptible } from "../cli/interrupt";
import { toJson } from "../output/json";
import { allowances, limitOptions, type LimitArguments } from "../plan/limitOptions";
import { readBaseline, recordedGrants } from "../plan/baseline";
import { refusals } from "../plan/limits";
import { replacementsIn, unknownIn } from "../plan/resourceFacts";
import { UpdateProgress } from "../update/progress";
import { tellRefusal } from "../update/refusalReport";
import { counted } from "../../src/counted";

interface DestroyArguments extends CommonArguments, LimitArguments, StallArguments {
  yes: boolean;
}

/** Takes down the whole stack: every customer loses access. The same limits hold as for an update. */
export const destroy: Command<DestroyArguments> = {
  examples: [
    ["destroy --stack dev", "says what would be refused, and which flag overrides it"],
    ["destroy --stack dev --allow-revocations 8", "eight customers lose access"],
  ],
  build: (yargs) =>
    stallOption(limitOptions(yargs)).option("yes", {
      alias: "y",
      type: "boolean",
      default: false,
      describe: "do not ask",
    }),
  async run(args, context) {
    const { terminal, today } = context;
    const loaded = await loadDeployment(args, context);
    const { stack, input } = loaded;
    const text = engineText(args, terminal);
    const deployment = await openDeployment(loaded, context);
    const preview = await interruptible(
      terminal,
      deployment,
      args.stallTimeout,
      ({ signal, onProgress }) =>
        deployment.previewDestroy(input, { signal, onEvent: onProgress, ...text }),
    );
    if (preview.error !== undefined) throw preview.error;
    const baseline = readBaseline(preview.outputsBefore ?? (await deployment.outputs()));
    const losers =
      baseline.kind === "recorded"
        ? recordedGrants(baseline.outputs, input.config, today).map(({ customer }) => customer)
        : [];
    const unique = [...new Set(losers)].sort();
    if (!args.json) {
      terminal.print(`Destroying stack ${stack}`, "strong");
      terminal.print(`  ${counted(unique.length, "customer")} would lose access`, "bad");
      terminal.print(`  ${counted(preview.changes.length, "resource")} would be deleted`);
    }
    const facts = {
      entitled: baseline.kind === "recorded" ? unique.length : undefined,
      losers: unique,
      replacements: replacementsIn(preview.changes, new Set()),
      unknown: preview.changes.length === 0 ? [] : unknownIn(preview, baseline),
    };
    const refused = refusals(facts, allowances(args));
    if (refused.length > 0) {
      return tellRefusal(refused, { command: "destroy", stack, json: args.json }, terminal);
    }
    if (!(await confirmed(`This cannot be taken back.`, args.yes, terminal, stack))) {
      return ExitCode.refused;
    }
    const progress = new UpdateProgress(preview.changes, terminal);
    const run = await interruptible(
      terminal,
      deployment,
      args.stallTimeout,
      ({ signal, onProgress }) => {
        const onEvent = (event: EngineEvent) => {
          onProgress();
          progress.onEvent(event);
        };
        return deployment.destroy(input, { signal, onEvent, ...text });
      },
    );
    if (args.json) {
      terminal.print(toJson({ stack, deleted: run.changes.length, failed: run.failures.length }));
    } else terminal.print(`${counted(run.changes.length, "resource")} deleted.`);
    for (const { cells } of failureLines(run.failures))
      terminal.tell(`  ${cells.join(": ")}`, "bad");
    if (run.error !== undefined) throw run.error;
    return ExitCode.done;
  },
};
