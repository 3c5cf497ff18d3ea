import { setKeys } from "../../src/customers/write";
import type { Command } from "../cli/command";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { rotated } from "../keys/rotation";
import { tellNext } from "../output/nextSteps";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";

/** Adds the next key beside the current one, in the file. */
export const keysRotate: Command<CustomerArguments> = {
  examples: [["keys rotate acme", "afterwards: update, hand over, retire the old key"]],
  build: (yargs) => customerArgument(yargs),
  run(args, context) {
    const { terminal, today } = context;
    const { customer, folder } = loadOneCustomer(args, context);
    const { id } = customer;
    const { added } = rotated(customer, today);
    const file = editCustomerFile(
      folder,
      id,
      (text) => setKeys(text, rotated(customer, today).keys),
      (before) => ({ ...before, keys: rotated(before, today).keys }),
    );
    if (args.json) {
      terminal.print(toJson({ customer: id, file, added }));
      return ExitCode.done;
    }
    terminal.print(`${file}: key ${added} is added; the current key keeps working.`, "good");
    tellNext(terminal, [
      "merge the change; `ecr-customers up` then creates the key in AWS",
      `\`ecr-customers handover ${id}\` writes the bundle for the customer`,
      `\`ecr-customers keys retire ${id}\` once the customer uses key ${added}; \`ecr-customers keys status ${id}\` shows when`,
    ]);
    return ExitCode.done;
  },
};
