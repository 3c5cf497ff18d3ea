// One import from the export to the files: plan, report, limits, and, when asked to, the write.
// `import` is this and no more; a command that continues with the written files calls it first.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ProblemsError, type Problem, formatProblem } from "../../src/problem";
import { loadStackConfig } from "../../src/config";
import type { CommandContext, CommonArguments } from "../cli/command";
import { customersDirectory } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { printSections, sectionsAsComment, type Section } from "../output/report";
import { chooseStack } from "../files/stackFiles";
import { counted } from "../../src/counted";
import { importRefusals, type ImportAllowances, type ImportRefusal } from "./importLimits";
import type { ImportPlan, ImportRequest } from "./importPlan";
import { folderOf, planImport } from "./planImport";
import { importAsJson, importRefusalSections, importSections, importSummary } from "./importReport";
import { withImportLock } from "./importLock";
import { isHalfWritten, takeBack, writeAll } from "./journal";
import { ledgerFolder } from "./ledger";

/** What an import is asked to do. Paths are relative to the project's folder. */
export interface ImportArguments extends CommonArguments {
  file: string;
  mapping: string;
  write: boolean;
  removals: "report" | "suspend";
  /** Only the plan with this digest may be written. */
  planDigest?: string;
  /** Also write the report there. */
  markdown?: string;
}

/** How an import ended. */
export interface ImportOutcome {
  plan: ImportPlan;
  refused: readonly ImportRefusal[];
  /** The files are as the plan wants them, also when there was nothing to write. */
  done: boolean;
  code: ExitCode;
}

/**
 * Plans an import, reports it, and with `write` writes all files or none.
 *
 * @throws ProblemsError with all that is wrong in export, mapping, settings and files.
 * @throws UsageError when another import is running, or files changed meanwhile.
 */
export async function runImport(
  args: ImportArguments,
  allowed: ImportAllowances,
  context: CommandContext,
): Promise<ImportOutcome> {
  const request: ImportRequest = {
    directory: context.directory,
    stack: chooseStack(context.directory, args.stack),
    customersDirectory: customersDirectory(args, context),
    exportPath: resolve(context.directory, args.file),
    mappingPath: resolve(context.directory, args.mapping),
    removals: args.removals,
    today: context.today,
  };
  const folder = importFolder(request);
  const work = () => planAndWrite(request, args, allowed, context);
  if (folder === undefined || !(args.write || isHalfWritten(folder))) return work();
  const warn = (message: string) => {
    context.terminal.report(message, "warning");
  };
  return withImportLock(ledgerFolder(folder), context.now, warn, async () => {
    if (takeBack(folder)) warn("Rolled back what an import that was killed had written.");
    return work();
  });
}

/**
 * The folder of the customer files; undefined when the settings cannot be read, which the plan
 * reports.
 */
function importFolder(request: ImportRequest): string | undefined {
  const { config } = loadStackConfig(request.directory, request.stack);
  return config === undefined ? undefined : folderOf(request, config);
}

async function planAndWrite(
  request: ImportRequest,
  args: ImportArguments,
  allowed: ImportAllowances,
  context: CommandContext,
): Promise<ImportOutcome> {
  const { plan, problems } = await planImport(request);
  if (plan === undefined) {
    if (args.markdown !== undefined)
      writeMarkdown(args.markdown, problemSections(problems), context);
    throw new ProblemsError(problems);
  }
  const refused = [...importRefusals(plan.facts, allowed), ...otherPlan(plan, args.planDigest)];
  const done = refused.length === 0 && (args.write || plan.writes.length === 0);
  if (done) writeAll(plan.folder, plan.writes);
  report(plan, refused, args, context);
  return { plan, refused, done, code: refused.length > 0 ? ExitCode.refused : ExitCode.done };
}

/** The plan that was reviewed and the one that would be written must be the same. */
function otherPlan({ digest }: ImportPlan, reviewed: string | undefined): ImportRefusal[] {
  if (reviewed === undefined || reviewed === digest) return [];
  const message = "the plan does not have that digest: export, mapping or files have changed since";
  return [{ limit: "digest", message, items: [], flag: `--plan-digest ${digest} after a review` }];
}

function report(
  plan: ImportPlan,
  refused: readonly ImportRefusal[],
  args: ImportArguments,
  context: CommandContext,
): void {
  const { terminal, today } = context;
  const written = args.write && refused.length === 0;
  const sections = [...importSections(plan, today), ...importRefusalSections(refused)];
  if (args.json) terminal.print(toJson(importAsJson(plan, refused, written)));
  else {
    printSections(sections, terminal);
    terminal.print(importSummary(plan), "strong");
    terminal.print(`plan ${plan.digest}`, "quiet");
    terminal.print(outcomeWords(plan, refused, args), refused.length > 0 ? "bad" : undefined);
  }
  if (args.markdown === undefined) return;
  const digest: Section = { title: "Plan", lines: [{ cells: [plan.digest] }] };
  writeMarkdown(args.markdown, [...sections, digest], context, `Import: ${importSummary(plan)}`);
}

function outcomeWords(
  { writes, folder }: ImportPlan,
  refused: readonly ImportRefusal[],
  { write }: ImportArguments,
): string {
  if (refused.length > 0) return "Nothing was written.";
  if (writes.length === 0) return "There is nothing to write.";
  const files = counted(writes.length, "file");
  return write
    ? `Wrote ${files} in ${folder} and ${ledgerFolder(folder)}.`
    : `Nothing was written. \`--write\` writes ${files}; add \`--plan-digest\` with the digest above to write exactly this plan.`;
}

function problemSections(problems: readonly Problem[]): Section[] {
  const lines = problems.map((problem) => ({
    cells: [formatProblem(problem)],
    tone: "bad" as const,
  }));
  return [{ title: "Problems", lines }];
}

function writeMarkdown(
  file: string,
  sections: readonly Section[],
  { directory, terminal }: CommandContext,
  heading = "Import: the export cannot be read",
): void {
  const text = sectionsAsComment(heading, sections, terminal);
  writeFileSync(resolve(directory, file), text);
}
