import { userName } from "../../src/access/arns";
import { commentGeneration, commentText } from "../../src/customers/comments";
import type { Customer } from "../../src/customers/model";
import { setKeys } from "../../src/customers/write";
import type { Command, CommandContext } from "../cli/command";
import { openAws } from "../aws/open";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { generationKeys } from "../../src/account/keyChecks";
import { compareWithAws } from "../compare/compare";
import { readRecordedIds } from "../engine/readState";
import { retirement, twoKeys, type Retirement } from "../keys/retirement";
import { tellNext } from "../output/nextSteps";
import {
  customerArgument,
  loadOneCustomer,
  type CustomerArguments,
  type OneCustomer,
} from "../cli/oneCustomer";
import { requireAccount } from "../aws/requireAccount";
import type { Terminal } from "../output/terminal";
import { UsageError } from "../output/usageError";

interface RetireArguments extends CustomerArguments {
  idleDays: number;
  force?: string;
}

/** Sets the older of two keys inactive, and later removes it. */
export const keysRetire: Command<RetireArguments> = {
  examples: [
    ["keys retire acme", "once the customer has used the new key for a week"],
    [
      'keys retire acme --force "laptop lost, reported by phone"',
      "now, whatever AWS reports about its use",
    ],
  ],
  build: (yargs) =>
    customerArgument(yargs)
      .option("idle-days", {
        type: "number",
        default: 7,
        requiresArg: true,
        describe: "days for which the old key must not have been used",
      })
      .option("force", {
        type: "string",
        requiresArg: true,
        describe:
          "retire it even if it is in use or its successor was never used; the reason is recorded in the file",
      })
      .check(({ idleDays, force }) => {
        if (!(Number(idleDays) >= 0)) throw new Error("--idle-days takes a number of days");
        if ((force ?? "-").trim() === "") throw new Error('--force takes a reason: --force "…"');
        return true;
      }),
  async run(args, context) {
    const { terminal, today } = context;
    const one = loadOneCustomer(args, context);
    const { customer, folder } = one;
    const facts = await readFacts(one, args.idleDays, context);
    const next = retirement(customer, facts);
    if (next.objections.length > 0 && args.force === undefined) {
      return refuse(customer, next, args.json, terminal);
    }
    const reason = next.objections.length > 0 && args.force !== undefined ? args.force : undefined;
    const file = editCustomerFile(
      folder,
      customer.id,
      (text) => edited(text, next, reason, today),
      (before) => ({ ...before, keys: retirement(before, facts).keys }),
    );
    if (args.json) {
      const { step, generation, keeps, objections } = next;
      terminal.print(toJson({ customer: customer.id, file, step, generation, keeps, objections }));
      return ExitCode.done;
    }
    show(file, customer, next, terminal);
    return ExitCode.done;
  },
};

async function readFacts(
  { customer, config }: OneCustomer,
  idleDays: number,
  context: CommandContext,
) {
  const { today, now } = context;
  // Reports what can be known without asking AWS.
  twoKeys(customer, today);
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const state = await readRecordedIds(config, context, [customer.id]);
  const input = { config, customers: [customer], today };
  const what = { customers: [customer.id], policies: false, lastUse: true, state };
  const { observed } = await compareWithAws(aws, input, what);
  const user = userName(config.namePrefix, customer);
  const { keys } = observed.users.find(({ name }) => name === user) ?? { keys: [] };
  if (keys === undefined || observed.unread.some(({ part }) => part === "user")) {
    throw new UsageError(
      `the keys of ${user} could not be read: ${observed.unread.map(({ reason }) => reason).join("; ")}`,
      'Give the role of this run the right to read them (docs/keys.md, "What each command may do in AWS").',
    );
  }
  const { generations } = generationKeys(customer, keys, state);
  if (state.keyIds.size === 0 && keys.length > 0) {
    throw new UsageError(
      `stack ${config.stack} has no key recorded, although ${user} has ${keys.length} in AWS`,
      "Check `--stack` and `pulumi whoami -v`: the state says which key is which generation.",
    );
  }
  return { generations, today, now, idleDays };
}

function edited(text: string, next: Retirement, reason: string | undefined, today: string): string {
  const { step, generation, keeps, keys } = next;
  const changed = setKeys(text, keys);
  if (reason === undefined) return changed;
  const what = step === "remove" ? `key ${generation} removed` : `key ${generation} set inactive`;
  const comment = `${today} ${what} by force: ${commentText(reason)}`;
  return commentGeneration(changed, step === "remove" ? keeps : generation, comment);
}

function refuse(
  { id }: Customer,
  { generation, objections, step }: Retirement,
  json: boolean,
  terminal: Terminal,
): ExitCode {
  if (json) terminal.print(toJson({ customer: id, refused: true, step, generation, objections }));
  terminal.report(`Key ${generation} of ${id} was not changed, and nothing was written:`, "bad");
  for (const objection of objections) terminal.report(`  ${objection}`, "bad");
  terminal.report(
    `\`ecr-customers keys status ${id}\` shows when each was used; \`--force "reason"\` overrides this.`,
  );
  return ExitCode.refused;
}

function show(file: string, { id }: Customer, next: Retirement, terminal: Terminal): void {
  const { step, generation, objections } = next;
  for (const objection of objections) terminal.report(`Forced: ${objection}.`, "warning");
  if (step === "remove") {
    terminal.print(`${file}: key ${generation} is removed.`, "good");
    tellNext(terminal, [
      "merge the change; `ecr-customers up` then deletes the key in AWS, which cannot be undone",
    ]);
    return;
  }
  terminal.print(`${file}: key ${generation} is set inactive.`, "good");
  tellNext(terminal, [
    "merge the change; `ecr-customers up` then sets the key inactive in AWS, which can be undone",
    `if the customer still needs it: set \`${generation}: active\` again and update`,
    `later, \`ecr-customers keys retire ${id}\` again removes it`,
  ]);
}
