import { roleName, userName } from "../../src/access/arns";
import { commentGeneration, commentText } from "../../src/customers/comments";
import { hasRole } from "../../src/customers/identity";
import type { Customer, KeyGeneration } from "../../src/customers/model";
import { setKeys, withoutKeys } from "../../src/customers/write";
import type { Command, CommandContext } from "../cli/command";
import { openAws } from "../aws/open";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { generationKeys } from "../../src/account/keyChecks";
import { compareWithAws } from "../compare/compare";
import { readRecordedIds } from "../engine/readState";
import { lastKeyOf, lastKeyRetirement } from "../keys/lastKey";
import { retirement, twoKeys, type Retirement } from "../keys/retirement";
import { cachedKeyUse } from "../pulls/last";
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
    const last = lastKeyOf(customer);
    if (last !== undefined) return retireLast(one, last, args, context);
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

/** The last key of a customer that has changed to another identity. */
async function retireLast(
  one: OneCustomer,
  last: KeyGeneration,
  { idleDays, force, json }: RetireArguments,
  context: CommandContext,
): Promise<ExitCode> {
  const { customer, config, folder } = one;
  const { terminal, today, now } = context;
  const { id } = customer;
  const { generations, roleUsed } = await readKeys(one, context);
  const key = generations.find(({ generation }) => generation === last.generation);
  const pulls = cachedKeyUse(context.directory, config.stack);
  const read = { key, today, now, idleDays, pulls };
  const facts = roleUsed === undefined ? read : { ...read, roleUsed };
  const next = lastKeyRetirement(customer, last, facts);
  const { step, generation, objections } = next;
  if (objections.length > 0 && force === undefined) {
    return refuse(customer, next, json, terminal);
  }
  const isRemoved = step === "remove";
  const keys = [{ ...last, status: "inactive" as const }];
  const reason = objections.length > 0 ? force : undefined;
  const file = editCustomerFile(
    folder,
    id,
    (text) => {
      if (isRemoved) return withoutKeys(text);
      const changed = setKeys(text, keys);
      if (reason === undefined) return changed;
      const comment = `${today} key ${generation} set inactive by force: ${commentText(reason)}`;
      return commentGeneration(changed, generation, comment);
    },
    ({ withKey, ...before }) =>
      isRemoved ? { ...before, keys: [] } : { ...before, ...(withKey && { withKey }), keys },
  );
  if (json) {
    terminal.print(toJson({ customer: id, file, step, generation, objections }));
    return ExitCode.done;
  }
  for (const objection of objections) terminal.report(`Forced: ${objection}.`, "warning");
  terminal.print(
    `${file}: key ${generation} ${isRemoved ? "is removed, with `key: true`" : "is set inactive"}.`,
    "good",
  );
  tellNext(
    terminal,
    isRemoved
      ? [
          `merge the change; \`ecr-customers up\` then deletes the user ${userName(config.namePrefix, customer)}, which cannot be undone`,
        ]
      : [
          "merge the change; `ecr-customers up` then sets the key inactive in AWS, which can be undone",
          `later, \`ecr-customers keys retire ${id}\` again removes it with its user`,
        ],
  );
  return ExitCode.done;
}

async function readFacts(one: OneCustomer, idleDays: number, context: CommandContext) {
  const { today, now } = context;
  // Reports what can be known without asking AWS.
  twoKeys(one.customer, today);
  const { generations } = await readKeys(one, context);
  const pulls = cachedKeyUse(context.directory, one.config.stack);
  return { generations, today, now, idleDays, pulls };
}

/** The customer's keys in AWS with their last use, and when its role was used last, if it has one. */
async function readKeys({ customer, config }: OneCustomer, context: CommandContext) {
  const { today } = context;
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
  if (!hasRole(customer)) return { generations };
  const roleUsed = await aws.roleLastUse(roleName(config.namePrefix, customer));
  return { generations, roleUsed: roleUsed ?? null };
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
  { generation, objections, step }: Pick<Retirement, "generation" | "objections" | "step">,
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
