import { resolve } from "node:path";
import { writeFileSync } from "node:fs";
import { asOfDay, type Command, type CommonArguments } from "../cli/command";
import { cellOptions, type CellArguments } from "../cells/options";
import { loadDeployment, openDeployment } from "../cells/openDeployment";
import { engineText } from "../engine/text";
import { interruptible } from "../cli/interrupt";
import { ExitCode } from "../cli/exitCode";
import { stallOption, type StallArguments } from "../cli/stallOption";
import { toJson } from "../output/json";
import { refusals } from "../plan/limits";
import type { Plan } from "../plan/plan";
import { planSections, planSummary, refusalSections } from "../plan/planReport";
import { planUpdate } from "../update/planning";
import { printSections, sectionsAsMarkdown } from "../output/report";

interface PreviewArguments extends CommonArguments, CellArguments, StallArguments {
  asOf?: string;
  markdown?: string;
  expectNoChanges: boolean;
  refresh: boolean;
}

/** Who gains and who loses access by the next update; changes nothing. */
export const preview: Command<PreviewArguments> = {
  usage: "preview",
  describe: "Show who would gain and who would lose access, and what changes in AWS",
  build: (yargs) =>
    stallOption(cellOptions(yargs))
      .option("as-of", {
        type: "string",
        requiresArg: true,
        describe: "as if the update ran on that day, YYYY-MM-DD: who has lost access by then",
      })
      .option("markdown", {
        type: "string",
        requiresArg: true,
        describe: "also write it to a file, for a pull request's comment",
      })
      .option("expect-no-changes", {
        type: "boolean",
        default: false,
        describe: "end with 3 when there is any change",
      })
      .option("refresh", {
        type: "boolean",
        default: false,
        describe: "read everything from AWS first, to see what was changed there by hand",
      })
      .example("$0 preview --stack prod", "what the next update would do")
      .example("$0 preview --as-of 2027-02-01", "who has lost access by then")
      .example("$0 preview --refresh --expect-no-changes", "nightly: has anything drifted?"),
  async run(args, context) {
    const { terminal, today } = context;
    const day = asOfDay(args.asOf, context);
    const loaded = await loadDeployment(args, context);
    const { stack, input } = loaded;
    const deployment = await openDeployment(loaded, context, args);
    const { plan } = await interruptible(
      terminal,
      deployment,
      args.stallTimeout,
      ({ signal, onProgress }) =>
        planUpdate(deployment, { ...input, today: day }, today, {
          refresh: args.refresh,
          signal,
          onEvent: onProgress,
          ...engineText(args, terminal),
        }),
    );
    const sections = [...planSections(plan), ...refusalSections(plan)];
    if (args.json) terminal.print(toJson(planAsJson(plan)));
    else {
      printSections(sections, terminal);
      terminal.print(planSummary(plan), "strong");
    }
    if (args.markdown !== undefined) {
      const text = sectionsAsMarkdown(`${stack}: ${planSummary(plan)}`, sections, terminal);
      writeFileSync(resolve(context.directory, args.markdown), text);
    }
    return args.expectNoChanges && !plan.isEmpty ? ExitCode.changes : ExitCode.done;
  },
};

/** The plan for a machine: the same that is printed, as values. */
function planAsJson(plan: Plan) {
  const { facts, resources, ...others } = plan;
  return {
    ...others,
    entitledBefore: facts.entitled ?? null,
    losing: facts.losers,
    refusals: refusals(facts, {}),
    resources: resources.map(({ urn, type, name, change }) => ({ urn, type, name, change })),
  };
}
