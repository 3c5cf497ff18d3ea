import { join, resolve } from "node:path";
import { customerStack } from "../../src/access/cells";
import type { Command, CommonArguments } from "../cli/command";
import { customersDirectory, loadStack } from "../cli/loadStack";
import { openState } from "../engine/openState";
import { ExitCode } from "../cli/exitCode";
import { findCustomer } from "../cli/findCustomer";
import { toJson } from "../output/json";
import type { Terminal } from "../output/terminal";
import { identitiesWithoutKey } from "../../src/customers/identity";
import type { Customer } from "../../src/customers/model";
import type { Delivery } from "../handover/deliver";

interface HandoverArguments extends CommonArguments {
  customer: string;
  generation?: number;
  out?: string;
  again: boolean;
}

/** Where bundles go by default; ignored by git. */
const FOLDER = "handover";

/** Writes a customer's key, with tested setup for Docker and Kubernetes, into one encrypted file. */
export const handover: Command<HandoverArguments> = {
  examples: [
    ["handover acme", "for the `ageRecipient` or `pgpKey` of its file, or a passphrase"],
    ["handover acme --generation 2 --out /media/usb", "a specific key, into another folder"],
  ],
  build: (yargs) =>
    yargs
      .positional("customer", { type: "string", demandOption: true, describe: "the customer's id" })
      .option("generation", {
        type: "number",
        requiresArg: true,
        describe: "which key; default: the newest active one",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: `folder of the bundle; default: ${FOLDER}`,
      })
      .option("again", {
        type: "boolean",
        default: false,
        describe: "write it again for the same public key, if the bundle was lost",
      })
      .check(({ generation }) => {
        if (generation === undefined || Number.isSafeInteger(generation)) return true;
        throw new Error("--generation takes a number, as under `keys` in the customer's file");
      }),
  async run(args, context) {
    const { terminal, directory, environment, today } = context;
    const { stack, input } = loadStack(args, context);
    const { config } = input;
    const customer = findCustomer(input.customers, args.customer);
    // Loaded here: reading the arguments must not wait for the encryption.
    const { deliver } = await import("../handover/deliver.js");
    const delivery = await deliver({
      customer,
      config,
      today,
      customersFolder: resolve(
        customersDirectory(args, context) ?? join(directory, config.customers),
      ),
      outFolder: resolve(directory, args.out ?? FOLDER),
      generation: args.generation,
      again: args.again,
      inCi: isSet(environment["CI"]),
      readKey: async (id, generation) =>
        (await openState(stack, context)).keyMaterial(
          id,
          generation,
          customerStack(id, stack, config.cells),
        ),
    });
    const { passphrase, before, ...done } = delivery;
    if (args.json) terminal.print(toJson({ stack, customer: customer.id, ...done }));
    else show(delivery, customer, terminal);
    if (before !== undefined) {
      terminal.report(`This key was handed over before, on ${before.on}, for the same public key.`);
    }
    if (passphrase !== undefined) {
      terminal.report(
        "The passphrase is shown only once. Send it by another channel than the file, e.g. by phone:",
      );
      terminal.report(`  ${passphrase}`, "strong");
    }
    return ExitCode.done;
  },
};

function show(delivery: Delivery, customer: Customer, terminal: Terminal): void {
  const { file, open, key, generation, to, before } = delivery;
  const { id, contact, name } = customer;
  terminal.print(file, "strong");
  terminal.print(
    to === undefined
      ? `  setup for ${identitiesWithoutKey(customer)}; contains no key and no secret, so it is not encrypted`
      : `  key ${generation} of ${id}, ${key}, encrypted for ${to === "passphrase" ? "a passphrase" : to}`,
  );
  terminal.print(`  send it to ${contact ?? name}, who can open it with`);
  terminal.print(`    ${open}`);
  if (to !== undefined && before === undefined) {
    terminal.print(`  recorded in the file of ${id}: commit that`);
  }
}

/** As CI systems set it: `CI=true`. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}
