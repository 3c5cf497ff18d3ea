import { rmSync } from "node:fs";
import { join } from "node:path";
import { deviationWords } from "../../src/account/deviation";
import { openAccess } from "../../src/account/openAccess";
import { errorCode } from "../../src/errorCode";
import { loadCustomers } from "../../src/customers/load";
import { loadRetired, RETIRED_FILE, withRetired } from "../../src/customers/retired";
import { ProblemsError } from "../../src/problem";
import type { Command, CommandContext } from "../cli/command";
import { openAws } from "../aws/open";
import { compareWithAws } from "../compare/compare";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import {
  customerArgument,
  customerIds,
  loadOneCustomer,
  loadSettings,
  type CustomerArguments,
  type OneCustomer,
} from "../cli/oneCustomer";
import { requireAccount } from "../aws/requireAccount";
import { UsageError } from "../output/usageError";
import { readFileText, writeAtomic, withFileErrors } from "../files/writeAtomic";
import { suspended } from "../files/suspension";

/** Removes a customer in two steps: suspends it; once AWS shows that, deletes its file. */
export const offboard: Command<CustomerArguments> = {
  examples: [
    ["offboard acme", "suspends it; merge and update afterwards"],
    ["offboard acme", "later: deletes the file, and reserves the id so that it is never reused"],
  ],
  build: (yargs) => customerArgument(yargs),
  async run(args, context) {
    const { terminal, directory, today } = context;
    const settings = loadSettings(args, context);
    const retired = loadRetired(directory);
    if (retired.problems.length > 0) throw new ProblemsError(retired.problems);
    const since = retired.ids.get(args.customer);
    const hasFile = customerIds(settings.folder).some(({ id }) => id === args.customer);
    if (since !== undefined && !hasFile) {
      if (args.json) terminal.print(toJson({ customer: args.customer, step: "none", since }));
      else terminal.print(`${args.customer} was off-boarded on ${since}; nothing was written.`);
      return ExitCode.done;
    }
    const one = loadOneCustomer(args, context);
    const { id } = one.customer;
    if (one.customer.status !== "suspended") {
      if (since !== undefined) {
        throw new UsageError(
          `${id} was off-boarded on ${since}, but its file says that it is active`,
          "Give a new customer another id: rename the file.",
        );
      }
      return suspendFirst(one, args.json, context);
    }
    // A run that was killed after its first write has checked already.
    const open = since === undefined ? await openInAws(one, context) : [];
    if (open.length > 0) {
      if (args.json) terminal.print(toJson({ customer: id, step: "refused", open }));
      terminal.report(
        `The file of ${id} was kept: its suspension has not taken effect in AWS.`,
        "bad",
      );
      for (const what of open) terminal.report(`  ${what}`, "bad");
      terminal.report(`Run \`ecr-customers up\`, then \`ecr-customers offboard ${id}\` again.`);
      return ExitCode.refused;
    }
    const file = join(one.folder, `${id}.yaml`);
    retire(directory, id, since ?? today);
    withFileErrors(file, () => {
      rmSync(file);
    });
    if (args.json) {
      terminal.print(toJson({ customer: id, step: "removed", file, list: RETIRED_FILE }));
      return ExitCode.done;
    }
    terminal.print(`${file} is deleted, and ${id} is listed in ${RETIRED_FILE}.`, "good");
    tellNext(terminal, [
      "merge both changes; `ecr-customers up` then deletes the user and its keys in AWS, which cannot be undone",
      "the customer keeps the images it has pulled: agree with it what happens to them",
    ]);
    return ExitCode.done;
  },
};

function suspendFirst(
  { customer: { id }, folder }: OneCustomer,
  json: boolean,
  { terminal, today }: CommandContext,
): ExitCode {
  const file = editCustomerFile(
    folder,
    id,
    (text) => suspended(text, `${today} off-boarding`),
    (before) => ({ ...before, status: "suspended" }),
  );
  if (json) terminal.print(toJson({ customer: id, step: "suspended", file }));
  else {
    terminal.print(`${file}: ${id} is suspended. Its file is kept until AWS shows that.`, "good");
    tellNext(terminal, [
      "merge the change; `ecr-customers up` then ends its access",
      `\`ecr-customers offboard ${id}\` again, once it is certain that it will not return, deletes the file`,
    ]);
  }
  return ExitCode.done;
}

async function openInAws(one: OneCustomer, context: CommandContext): Promise<string[]> {
  const { customer, config, folder } = one;
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const { today } = context;
  // Another customer may use the same AWS account; a mistake in its file does not matter here.
  const others = loadCustomers(folder, config, today).customers.filter(
    ({ id }) => id !== customer.id,
  );
  const input = { config, customers: [customer, ...others], today };
  const { deviations } = await compareWithAws(aws, input, { customers: [customer.id] });
  return openAccess(deviations, customer.id).map((one) => deviationWords(one));
}

/** The list is written before the file is deleted: the next run finishes one that was killed in between. */
function retire(directory: string, id: string, day: string): void {
  const list = join(directory, RETIRED_FILE);
  withFileErrors(list, () => {
    const before = readIfThere(list);
    const text = withRetired(before?.text ?? "", id, day);
    if (loadRetired(directory).ids.has(id)) return;
    writeAtomic(list, { text, mode: before?.mode ?? 0o644 }, directory);
  });
}

function readIfThere(file: string) {
  try {
    return readFileText(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
