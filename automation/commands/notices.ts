import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
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
import { NOTICES_FOLDER, readRecord, recordFile, writeRecord } from "../notices/record";
import { sendNotices, type Sent } from "../notices/sending";
import { CHANNELS, openSender, type Channel } from "../notices/senders";
import { loadTemplates } from "../notices/templates";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { printSections, sectionsAsMarkdown } from "../output/report";
import type { Terminal } from "../output/terminal";
import { withImportLock } from "../sales/importLock";

interface NoticesArguments extends CommonArguments {
  format: "text" | "json" | "markdown" | "ics" | "eml";
  output?: string;
  from?: string;
  owner?: string;
  record: boolean;
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
      .check(({ format, json, output, from, record, send }) => {
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
        return true;
      }),
  async run(args, context) {
    const { terminal, directory, today, now } = context;
    const { stack, input } = loadStack(args, context);
    if (args.format === "ics") {
      terminal.print(endsAsCalendar(input.customers, stack, today, now));
      return ExitCode.done;
    }
    const file = recordFile(directory, stack);
    const templates = loadTemplates(directory);
    const work = async (): Promise<ExitCode> => {
      const owner = args.owner ?? input.config.owner;
      const rules = noticeRules(input.config.notices);
      const options = { templates, rules, ...(owner === undefined ? {} : { owner }) };
      const fromFiles = noticeFacts(input, stack);
      const facts = args.aws ? { ...fromFiles, keys: await keysInAws(input, context) } : fromFiles;
      const due = dueNotices(facts, readRecord(file), options);
      const isMail = args.format === "eml" || args.send === "smtp";
      const isReceived = ({ to }: Notice) => to !== undefined && (!isMail || isAddress(to));
      if (args.send !== undefined) {
        const sender = { from: args.from ?? "", stack, now };
        const { send, close } = await openSender(args.send, sender, context.environment);
        const save = (record: NoticeRecord) => {
          writeRecord(file, record);
        };
        const reached = due.notices.map((one) => (isReceived(one) ? one : withoutReceiver(one)));
        try {
          const result = await sendNotices(reached, due.record, today, { send, save });
          return reportSent(result, stack, args, terminal);
        } finally {
          close();
        }
      }
      // First since when something holds: it is a part of the keys of what is shown.
      if (args.record) writeRecord(file, due.record);
      await show(due.notices, stack, args, context, isReceived);
      if (args.record) writeRecord(file, recorded(due.notices, due.record, today, isReceived));
      return ExitCode.done;
    };
    if (!args.record && args.send === undefined) return work();
    const warn = (message: string) => {
      terminal.report(message, "warning");
    };
    return withImportLock(dirname(file), now, warn, work, "`ecr-customers notices`");
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

function reportSent(
  { sent, withoutReceiver, failed }: Sent,
  stack: string,
  { json }: CommonArguments,
  terminal: Terminal,
): ExitCode {
  const failures = failed.map(({ notice, error }) => ({ key: notice.key, error: reasonOf(error) }));
  const ended = failed.length > 0 ? ExitCode.failed : ExitCode.done;
  if (json) {
    const keys = (notices: readonly Notice[]) => notices.map(({ key }) => key);
    const [done, without] = [keys(sent), keys(withoutReceiver)];
    terminal.print(toJson({ stack, sent: done, withoutReceiver: without, failed: failures }));
    return ended;
  }
  for (const { subject, to = "" } of sent) terminal.print(`sent to ${to}: ${subject}`, "good");
  for (const { subject, customer = stack } of withoutReceiver) {
    terminal.print(`no receiver (${customer}): ${subject}`, "warning");
  }
  for (const { key, error } of failures) terminal.print(`not sent: ${key}: ${error}`, "bad");
  const parts = [
    `${counted(sent.length, "notice")} sent`,
    ...(withoutReceiver.length > 0 ? [`${withoutReceiver.length} without a receiver`] : []),
    ...(failed.length > 0 ? [`${failed.length} not sent, which the next run sends`] : []),
  ];
  terminal.print(`${parts.join(", ")}.`, "strong");
  return ended;
}

/** A mail server's answer may hold the address of the server, never the password. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
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
