import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { counted } from "../../src/counted";
import type { StackInput } from "../../src/project";
import { dueNotices, withSent } from "../../src/notices/due";
import {
  noticeRules,
  type Notice,
  type NoticeFacts,
  type NoticeRecord,
} from "../../src/notices/model";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { loadStack } from "../cli/loadStack";
import { isAddress } from "../notices/address";
import { noticeFacts } from "../notices/facts";
import { endsAsCalendar, noticeSections } from "../notices/formats";
import { NOTICES_FOLDER } from "../notices/record";
import { samplesOf, samplesText } from "../notices/samples";
import { withRecord } from "../notices/recordStore";
import { sendNotices } from "../notices/sending";
import { printSent } from "../notices/sentReport";
import { CHANNELS, openSender, type Channel } from "../notices/senders";
import { loadTemplates } from "../notices/templates";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { printSections, sectionsAsMarkdown } from "../output/report";

interface NoticesArguments extends CommonArguments {
  format: "text" | "json" | "markdown" | "ics" | "eml";
  output?: string;
  from?: string;
  owner?: string;
  record: boolean;
  recordBranch?: string;
  sample: boolean;
  send?: Channel;
  aws: boolean;
}

/** What is coming: notices that are due and were not sent before. */
export const notices: Command<NoticesArguments> = {
  examples: [
    ["notices", "what is to be sent today"],
    ["notices --format ics > ends.ics", "the last day of each customer, for a calendar"],
    [
      "notices --send smtp --from registry@vendor.example",
      "in a daily job that commits notices/ afterwards",
    ],
    [
      "notices --format eml --output outbox --from registry@vendor.example --record",
      "writes each as a message, and records it as sent",
    ],
  ],
  build: (yargs) =>
    yargs
      .option("format", {
        choices: ["text", "json", "markdown", "ics", "eml"] as const,
        default: "text" as const,
        requiresArg: true,
        describe: "`ics`: the ends of all customers; the others: what is due and was not sent",
      })
      .option("output", {
        type: "string",
        requiresArg: true,
        describe: "folder for the messages of --format eml",
      })
      .option("from", {
        type: "string",
        requiresArg: true,
        describe: "sender of the messages",
      })
      .option("owner", {
        type: "string",
        requiresArg: true,
        describe:
          "receives what is about the stack, or about a customer without `owner`; the settings' `owner` without it",
      })
      .option("record", {
        type: "boolean",
        default: false,
        describe: `record what is shown as sent, in ${NOTICES_FOLDER}/<stack>.json`,
      })
      .option("sample", {
        type: "boolean",
        default: false,
        describe: "show every text with sample values, your own templates among them",
      })
      .option("record-branch", {
        type: "string",
        requiresArg: true,
        describe: "keep the record on this branch of `origin`, pushed after each notice",
      })
      .option("aws", {
        type: "boolean",
        default: false,
        describe: "read the age and the last use of keys from AWS, not from the files alone",
      })
      .option("send", {
        choices: CHANNELS,
        requiresArg: true,
        describe:
          "send what is due and record it; where to is in NOTICES_SMTP_URL or NOTICES_WEBHOOK_URL",
      })
      .check(({ format, json, output, from, record, sample, send }) => {
        if (send !== undefined && format !== "text") {
          throw new Error("--send and --format cannot be combined");
        }
        if (send === "smtp" && !from) throw new Error("--send smtp takes --from");
        if (json && format !== "text" && format !== "json") {
          throw new Error("--json and --format cannot be combined");
        }
        if ((format === "eml") !== (output !== undefined) || (format === "eml" && !from)) {
          throw new Error("--format eml takes --output and --from");
        }
        if (record && format === "ics") {
          throw new Error(
            "--record is about notices; --format ics shows the ends of all customers",
          );
        }
        if (sample && (record || send !== undefined || format !== "text")) {
          throw new Error("--sample shows texts, and is not combined with what sends or records");
        }
        return true;
      }),
  async run(args, context) {
    const { terminal, directory, today, now } = context;
    if (args.sample) {
      const samples = samplesOf(loadTemplates(directory));
      terminal.print(args.json ? toJson({ samples }) : samplesText(samples));
      return ExitCode.done;
    }
    const { stack, input } = loadStack(args, context);
    if (args.format === "ics") {
      terminal.print(endsAsCalendar(input.customers, stack, today, now), undefined, "\r\n");
      return ExitCode.done;
    }
    const templates = loadTemplates(directory);
    const writes = args.record || args.send !== undefined;
    const kept = { stack, branch: args.recordBranch, writes };
    return withRecord(kept, context, async ({ record, save }) => {
      const owner = args.owner ?? input.config.owner;
      const rules = noticeRules(input.config.notices);
      const options = { templates, rules, ...(owner === undefined ? {} : { owner }) };
      const fromFiles = noticeFacts(input, stack);
      const facts = args.aws ? { ...fromFiles, keys: await keysInAws(input, context) } : fromFiles;
      const due = dueNotices(facts, record, options);
      const isMail = args.format === "eml" || args.send === "smtp";
      const isReceived = ({ to }: Notice) => to !== undefined && (!isMail || isAddress(to));
      if (args.send !== undefined) {
        const sender = { from: args.from ?? "", stack, now };
        const { send, close } = await openSender(args.send, sender, context.environment);
        const reached = due.notices.map((one) => (isReceived(one) ? one : withoutReceiver(one)));
        // A day on which nothing is to be recorded leaves no commit.
        const isRecorded =
          reached.some(({ to }) => to !== undefined) || !isDeepStrictEqual(due.record, record);
        const keep = isRecorded ? save : () => undefined;
        try {
          const result = await sendNotices(reached, due.record, today, { send, save: keep });
          printSent(result, { stack, json: args.json }, terminal);
          return result.failed.length > 0 ? ExitCode.failed : ExitCode.done;
        } finally {
          close();
        }
      }
      // First since when something holds: it is a part of the keys of what is shown.
      if (args.record) save(due.record);
      await show(due.notices, stack, args, context, isReceived);
      if (args.record) save(recorded(due.notices, due.record, today, isReceived));
      return ExitCode.done;
    });
  },
};

/** Loaded when it is asked for only: AWS's clients take a while. */
async function keysInAws(input: StackInput, context: CommandContext): Promise<NoticeFacts["keys"]> {
  const { observedKeys } = await import("../notices/observedKeys.js");
  return during(context.terminal, "Reading AWS", () => observedKeys(input, context));
}

function withoutReceiver({ to: _, ...others }: Notice): Notice {
  return others;
}

/** What was shown, or written as a message, counts as sent, except what no one receives. */
function recorded(
  notices: readonly Notice[],
  record: NoticeRecord,
  today: string,
  isReceived: (notice: Notice) => boolean,
): NoticeRecord {
  const received = notices.filter(isReceived);
  return received.reduce((known, notice) => withSent(known, notice, today), record);
}

async function show(
  due: readonly Notice[],
  stack: string,
  { format, json, output, from }: NoticesArguments,
  { terminal, directory, now }: CommandContext,
  isReceived: (notice: Notice) => boolean,
): Promise<void> {
  if (json || format === "json") {
    terminal.print(toJson({ stack, notices: due }));
    return;
  }
  const sections = noticeSections(due, isReceived);
  if (format === "markdown") {
    terminal.print(sectionsAsMarkdown(`Notices of ${stack}`, sections, terminal, "all"));
    return;
  }
  if (format === "eml" && output !== undefined && from !== undefined) {
    const { asEml, idOf, messageOf } = await import("../notices/email.js");
    const folder = resolve(directory, output);
    mkdirSync(folder, { recursive: true });
    for (const notice of due) {
      const { to } = notice;
      if (to === undefined || !isReceived(notice)) continue;
      const message = messageOf({ ...notice, to }, { from, stack, now });
      writeFileSync(join(folder, `${idOf(notice, stack)}.eml`), await asEml(message));
    }
  }
  printSections(sections, terminal, "all");
  const without = due.filter((notice) => !isReceived(notice)).length;
  const hint = without === 0 ? "" : `, ${without} of them without a receiver`;
  terminal.print(`${counted(due.length, "notice")} due${hint}.`, "strong");
}
