import type { StackInput } from "../../src/project";
import { resolve } from "node:path";
import { writeFileSync } from "node:fs";
import { openAws } from "../aws/open";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { asOfDay, type LoadedStack } from "../cli/loadStack";
import { compareWithAws, idsIfReadable, type Comparison } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { deviationAsJson, deviationSections } from "../compare/report";
import { during } from "../output/activity";
import { cellOptions, type CellArguments } from "../cells/options";
import { loadDeployment, openUpdate } from "../cells/openDeployment";
import { engineText } from "../engine/text";
import { interruptible } from "../cli/interrupt";
import { ExitCode } from "../cli/exitCode";
import { stallOption, type StallArguments } from "../cli/stallOption";
import { extentOf, fullOption, type FullArguments } from "../cli/fullOption";
import { toJson } from "../output/json";
import { refusals } from "../plan/limits";
import type { Plan } from "../plan/plan";
import { emergencySections } from "../plan/emergencies";
import { planSections, planSummary, refusalSections } from "../plan/planReport";
import { adjusted } from "../update/adjusting";
import { byHandAsJson, byHandSections } from "../update/byHandReport";
import { findByHand, NOTHING_BY_HAND } from "../update/findByHand";
import { planUpdate } from "../update/planning";
import { showPreview } from "../update/progress";
import { printSections, sectionsAsComment } from "../output/report";

interface PreviewArguments extends CommonArguments, CellArguments, StallArguments, FullArguments {
  asOf?: string;
  markdown?: string;
  expectNoChanges: boolean;
  refresh: boolean;
}

/** Shows who gains and who loses access by the next update; changes nothing. */
export const preview: Command<PreviewArguments> = {
  examples: [
    ["preview --stack prod", "what the next update would do"],
    ["preview --full", "every line of a long preview"],
    ["preview --as-of 2027-02-01", "who will have lost access by then"],
    ["preview --refresh --expect-no-changes", "nightly: has anything drifted?"],
  ],
  build: (yargs) =>
    fullOption(stallOption(cellOptions(yargs)))
      .option("as-of", {
        type: "string",
        requiresArg: true,
        describe: "as if the update ran on another day, YYYY-MM-DD",
      })
      .option("markdown", {
        type: "string",
        requiresArg: true,
        describe: "also write the preview to a file, for a pull request comment",
      })
      .option("expect-no-changes", {
        type: "boolean",
        default: false,
        describe: "exit with 3 if there is any change",
      })
      .option("refresh", {
        type: "boolean",
        default: false,
        describe: "read everything from AWS first, to find manual changes",
      }),
  async run(args, context) {
    const { terminal, today } = context;
    const day = asOfDay(args.asOf, context);
    const loaded = await loadDeployment(args, context);
    const { stack } = loaded;
    const parts = await openUpdate(loaded, context, args);
    const planWith = (changed: StackInput, refresh = args.refresh, exclude: string[] = []) =>
      interruptible(terminal, parts.deployment, args.stallTimeout, ({ signal, onProgress }) =>
        showPreview(terminal, onProgress, (onEvent) =>
          planUpdate(parts, changed, today, {
            refresh,
            exclude,
            signal,
            onEvent,
            ...engineText(args, terminal),
          }),
        ),
      );
    const wanted = { ...loaded.input, today: day };
    const first = await planWith(wanted);
    const compared = args.refresh ? await differences(loaded, context) : undefined;
    const byHand = compared
      ? await findByHand(compared, first, wanted, () => planWith(wanted, false))
      : NOTHING_BY_HAND;
    const { exclude, unread } = byHand;
    const { planned, input, emergencies } = await adjusted(
      first,
      wanted,
      (changed) => planWith(changed, args.refresh, exclude),
      parts,
      {
        refresh: args.refresh,
        keepsFound: true,
        restores: false,
        unread,
        exclude,
        now: context.now,
      },
    );
    const { plan } = planned;
    const deviations = compared?.deviations ?? [];
    const sections = [
      ...planSections(plan),
      ...emergencySections(emergencies),
      ...refusalSections(plan),
      // With a refresh, they are among the differences.
      ...(args.refresh ? [] : byHandSections(byHand, input.withheld)),
      ...deviationSections(deviations),
    ];
    if (args.json) {
      const found = args.refresh ? { deviations: deviations.map(deviationAsJson) } : {};
      terminal.print(
        toJson({
          ...planAsJson(plan),
          revokedInAws: emergencies,
          ...byHandAsJson(byHand),
          ...found,
        }),
      );
    } else {
      printSections(sections, terminal, extentOf(args));
      terminal.print(planSummary(plan), "strong");
    }
    if (args.markdown !== undefined) {
      const heading = `${stack}: ${planSummary(plan)}`;
      const extent = args.full ? "all" : "long";
      const text = sectionsAsComment(heading, sections, terminal, extent);
      writeFileSync(resolve(context.directory, args.markdown), text);
    }
    // No option of an update allows a renamed file, so a pull request's check fails on it.
    if (plan.facts.renamed.length > 0) return ExitCode.refused;
    const isSame = plan.isEmpty && deviations.length === 0;
    return args.expectNoChanges && !isSame ? ExitCode.changes : ExitCode.done;
  },
};

/** How AWS differs from the files, beside what the engine would change. */
async function differences({ input }: LoadedStack, context: CommandContext): Promise<Comparison> {
  const { config } = input;
  return during(context.terminal, "Reading AWS", async () => {
    const elsewhere = declaredElsewhere(config, context);
    const aws = await openAws(config, context);
    const state = idsIfReadable(config, context);
    return compareWithAws(aws, input, { elsewhere, state });
  });
}

/** What is printed, as values. */
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
