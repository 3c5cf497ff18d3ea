import { commentText } from "../../src/customers/comments";
import { setKey } from "../../src/customers/write";
import type { Command } from "../cli/command";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";

interface SuspendArguments extends CustomerArguments {
  reason?: string;
}

/** Ends a customer's access with the next update, in the file. */
export const suspend: Command<SuspendArguments> = {
  usage: "suspend <customer>",
  describe: "Write `status: suspended` into a customer's file: access ends with the next update",
  build: (yargs) =>
    customerArgument(yargs)
      .option("reason", {
        type: "string",
        requiresArg: true,
        describe: "lands beside it as a comment",
      })
      .example('$0 suspend acme --reason "invoice 4711 open"', "then merge and update")
      .example("$0 revoke acme --now", "at once, in an emergency"),
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
      terminal.print(`${file}: ${id} is suspended already; nothing was written.`);
      return ExitCode.done;
    }
    terminal.print(`${file}: ${id} is suspended.`, "good");
    tellNext(terminal, [
      "merge the change; `ecr-customers up` ends the access, also of docker logins made before",
      `until then nothing has changed in AWS; in an emergency \`ecr-customers revoke ${id} --now\``,
      `\`ecr-customers resume ${id}\` gives it back, with the same user and keys`,
    ]);
    return ExitCode.done;
  },
};

/** The file's text with the customer suspended, and why behind it. */
export function suspended(text: string, note?: string): string {
  return setKey(
    text,
    "status",
    note === undefined ? "suspended" : `suspended # ${commentText(note)}`,
  );
}
