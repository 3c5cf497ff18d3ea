import type { Command } from "../cli/command";
import { editCustomerFile } from "../files/customerFile";
import { suspended } from "../files/suspension";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";

interface SuspendArguments extends CustomerArguments {
  reason?: string;
}

/** Ends a customer's access with the next update, in the file. */
export const suspend: Command<SuspendArguments> = {
  examples: [
    ['suspend acme --reason "invoice 4711 open"', "merge and update afterwards"],
    ["revoke acme --now", "now, in an emergency"],
  ],
  build: (yargs) =>
    customerArgument(yargs).option("reason", {
      type: "string",
      requiresArg: true,
      describe: "recorded next to it as a comment",
    }),
  run(args, context) {
    const { terminal, today } = context;
    const { customer, folder } = loadOneCustomer(args, context);
    const { id } = customer;
    const changed = customer.status !== "suspended";
    const note = args.reason === undefined ? undefined : `${today} ${args.reason}`;
    const file = editCustomerFile(
      folder,
      id,
      (text) => (changed ? suspended(text, note) : text),
      (before) => ({ ...before, status: "suspended" }),
    );
    if (args.json) {
      terminal.print(toJson({ customer: id, file, status: "suspended", changed }));
      return ExitCode.done;
    }
    if (!changed) {
      terminal.print(`${file}: ${id} is already suspended; nothing was written.`);
      return ExitCode.done;
    }
    terminal.print(`${file}: ${id} is suspended.`, "good");
    tellNext(terminal, [
      "merge the change; `ecr-customers up` then ends its access, including earlier docker logins",
      `until then nothing changes in AWS; in an emergency: \`ecr-customers revoke ${id} --now\``,
      `\`ecr-customers resume ${id}\` restores it, with the same user and keys`,
    ]);
    return ExitCode.done;
  },
};
