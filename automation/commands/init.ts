import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { version } from "../../package.json";
import { counted } from "../../src/counted";
import { packageFile } from "../../src/package";
import type { AskOptions } from "../init/ask";
import { compareFiles, leftFiles, type ComparedFile } from "../init/comparison";
import type { Draft } from "../init/draft";
import { QUESTIONS } from "../init/questions";
import { readRecord, textHash, writeRecord, type InitRecord } from "../init/record";
import {
  differenceLines,
  filesAsJson,
  nextSteps,
  reportStates,
  reportWritten,
} from "../init/report";
import { fillTemplate } from "../init/template";
import { stackAnswers, type StackValues, type VendorValues } from "../init/values";
import {
  firstValues,
  furtherValues,
  recordedStacks,
  recordedValues,
  sharedFlags,
} from "../init/vendorValues";
import workflows from "../init/workflowsPin.json";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { confirmed } from "../cli/confirmation";
import { ExitCode } from "../cli/exitCode";
import { withFileErrors, writeAtomic } from "../files/writeAtomic";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import { UsageError } from "../output/usageError";

type InitArguments = CommonArguments &
  Draft & { dir?: string; yes: boolean; check: boolean; overwrite: string[] };

const FOLDERS = {
  template: packageFile("template"),
  policies: packageFile("docs", "aws-setup"),
};

/** Makes a vendor's repository, and later brings the files that it wrote up to date. */
export const init: Command<InitArguments> = {
  examples: [
    ["init acme-registry", "asks, and writes a new repository into acme-registry/"],
    [
      "init --yes --account 123456789012 --region eu-central-1 --repositories edge-agent --github acme/registry",
      "asks nothing, here",
    ],
    ["init", "later: updates the roles after a repository was added, and the template's files"],
    [
      "init --stack stg --account 210987654321",
      "adds a stack: its settings, roles and workflows; those of the others stay",
    ],
    ["init --check", "lists template files that are behind, and exits with 3"],
  ],
  build: (yargs) => {
    yargs
      .positional("dir", { type: "string", describe: "the folder; created if it is missing" })
      .options({
        check: { type: "boolean", default: false, describe: "change nothing; list what is behind" },
        yes: {
          type: "boolean",
          default: false,
          describe: "take defaults, and write without asking",
        },
        overwrite: {
          type: "array",
          string: true,
          requiresArg: true,
          default: [],
          describe: "a file that gets the template's text although it was changed by hand",
        },
      });
    for (const { name, text } of QUESTIONS.filter((one) => one.name !== "stack")) {
      yargs.option(name, { type: "string", describe: text });
    }
    return yargs;
  },
  async run(args, context) {
    const { terminal } = context;
    const directory = resolve(context.directory, args.dir ?? ".");
    const record = readRecord(directory);
    const values = await vendorValues(args, context, directory, record);
    const template = fillTemplate(FOLDERS, values);
    const unknown = args.overwrite.find((path) =>
      template.files.every((file) => file.path !== path),
    );
    if (unknown !== undefined) {
      throw new UsageError(
        `${JSON.stringify(unknown)} is not a file of the template`,
        `Write one of: ${template.files.map(({ path }) => path).join(", ")}.`,
      );
    }
    const overwrite = new Set(args.overwrite);
    const compared = compareFiles(directory, template.files, record?.files, overwrite);
    if (record === undefined) refuseForeign(compared, directory);
    const changes = compared.filter(({ state }) => state === "new" || state === "behind");
    const left = leftFiles(directory, record?.files, template.files);
    const isBehind = left.length > 0 || compared.some(({ state }) => state !== "current");
    const stacks = [values, ...values.further].map(({ answers }) => answers.stack);
    const result = { directory, stacks, ...filesAsJson(compared, template), left };
    if (args.check) {
      if (args.json) terminal.print(toJson(result));
      else reportStates(compared, left, terminal);
      return isBehind ? ExitCode.changes : ExitCode.done;
    }
    if (record !== undefined && !args.json) {
      reportStates(compared, left, terminal);
      for (const line of differenceLines(compared)) terminal.print(line);
    }
    const question = `Write ${counted(changes.length, "file")}?`;
    const isAsked = record !== undefined && changes.length > 0;
    if (isAsked && !(await confirmed(question, args.yes, terminal))) {
      if (args.json) terminal.print(toJson({ ...result, written: [] }));
      return ExitCode.refused;
    }
    write(directory, changes);
    const next = newRecord(values, compared, left, record);
    if (JSON.stringify(next) !== JSON.stringify(record)) writeRecord(directory, next);
    if (args.json) {
      terminal.print(toJson({ ...result, written: changes.map(({ path }) => path) }));
      return ExitCode.done;
    }
    if (changes.length === 0) return ExitCode.done;
    reportWritten(changes, template, terminal);
    tellNext(terminal, nextSteps(directory, context.directory, values, changes, record));
    return ExitCode.done;
  },
};

async function vendorValues(
  args: InitArguments,
  { terminal, environment }: CommandContext,
  directory: string,
  record: InitRecord | undefined,
): Promise<VendorValues> {
  const flags: Draft = Object.fromEntries(
    QUESTIONS.flatMap(({ name }) => (args[name] === undefined ? [] : [[name, args[name]]])),
  );
  const options = { terminal, environment, yes: args.yes, stacks: [] };
  const stacks = await stacksOf(directory, record, flags, args.check, options);
  const [first, ...further] = stacks;
  return { ...first, further, version, workflows };
}

/** The repository's stacks, and the one that this run adds. */
async function stacksOf(
  directory: string,
  record: InitRecord | undefined,
  flags: Draft,
  check: boolean,
  options: AskOptions,
): Promise<[StackValues, ...StackValues[]]> {
  const { stack } = flags;
  if (record === undefined) {
    if (!check) return [await firstValues(flags, options)];
    throw new UsageError(
      `${directory} has no .ecr-customers.json: \`ecr-customers init\` has not written there`,
      "Run `ecr-customers init --check` in a folder that it made.",
    );
  }
  const known = recordedStacks(directory, record);
  if (stack === undefined || known.includes(stack)) return recordedValues(directory, record, flags);
  if (check) {
    throw new UsageError(
      `there is no stack ${stack} here, but ${known.join(", ")}`,
      `\`ecr-customers init --stack ${stack}\` adds it.`,
    );
  }
  const stacks = recordedValues(directory, record, sharedFlags(flags));
  return [...stacks, await furtherValues(directory, { ...flags, stack }, { ...options, stacks })];
}

function refuseForeign(compared: readonly ComparedFile[], directory: string): void {
  const foreign = compared.filter(({ state }) => state === "foreign").map(({ path }) => path);
  if (foreign.length === 0) return;
  throw new UsageError(
    `${directory} has ${counted(foreign.length, "file")} that would be overwritten: ${foreign.join(", ")}`,
    "Nothing was written. Move them elsewhere, or name each with `--overwrite`, e.g. `--overwrite README.md`.",
  );
}

function write(directory: string, changes: readonly ComparedFile[]): void {
  for (const { path, text } of changes) {
    const file = join(directory, path);
    withFileErrors(file, () => {
      mkdirSync(dirname(file), { recursive: true });
      writeAtomic(file, { text, mode: 0o644 }, dirname(file));
    });
  }
}

/** The template's texts that the vendor has, or has been shown beside its own; and what is left of a removed stack. */
function newRecord(
  { answers, further, version: written }: VendorValues,
  compared: readonly ComparedFile[],
  left: readonly string[],
  record: InitRecord | undefined,
): InitRecord {
  const files = compared.map(({ path, text, once }): [string, string] => [
    path,
    once ? (record?.files[path] ?? textHash(text)) : textHash(text),
  ]);
  const kept = left.map((path): [string, string] => [path, record?.files[path] ?? ""]);
  return {
    version: written,
    answers,
    ...(further.length === 0 ? {} : { further: further.map((one) => stackAnswers(one.answers)) }),
    files: Object.fromEntries([...files, ...kept]),
  };
}
