import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Argv } from "yargs";
import { loadStackConfig, type StackConfig } from "../../src/config";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { readCustomerFile } from "../../src/customers/load";
import type { Customer } from "../../src/customers/model";
import type { YamlNode } from "../../src/yaml/nodes";
import { ProblemsError } from "../../src/problem";
import type { CommandContext, CommonArguments } from "./command";
import { customersDirectory } from "./loadStack";
import { findCustomer } from "./findCustomer";
import { chooseStack } from "../files/stackFiles";

/** A stack's settings and where its customer files are, without reading those. */
export interface LoadedSettings {
  stack: string;
  config: StackConfig;
  /** Folder of the customer files, as problems name it. */
  folder: string;
}

/** One customer, read from its file alone: a mistake in another customer's file does not matter. */
export interface OneCustomer extends LoadedSettings {
  customer: Customer;
  /** Its nodes, for problems found later. */
  root: YamlNode;
}

/** The arguments of a command about one customer; `customerArgument` adds them. */
export interface CustomerArguments extends CommonArguments {
  customer: string;
}

/** The customer that a command is about, as its first argument. */
export function customerArgument<T>(yargs: Argv<T>): Argv<T> {
  return yargs.positional("customer", {
    type: "string",
    demandOption: true,
    describe: "the customer's id: its file's name without .yaml",
  });
}

/** @throws UsageError when it is not clear which stack is meant; ProblemsError */
export function loadSettings(args: CommonArguments, context: CommandContext): LoadedSettings {
  const stack = chooseStack(context.directory, args.stack);
  const { config, problems } = loadStackConfig(context.directory, stack);
  if (config === undefined) throw new ProblemsError(problems);
  const folder =
    customersDirectory(args, context) ??
    relative(process.cwd(), join(context.directory, config.customers));
  return { stack, config, folder };
}

/** @throws UsageError when there is no such customer; ProblemsError with what is wrong in its file. */
export function loadOneCustomer(args: CustomerArguments, context: CommandContext): OneCustomer {
  const settings = loadSettings(args, context);
  const { id } = findCustomer(customerIds(settings.folder), args.customer);
  const { customer, root, problems } = readCustomerFile(settings.folder, id);
  if (customer === undefined || root === undefined) throw new ProblemsError(problems);
  return { ...settings, customer, root };
}

/** The ids that have a file, whatever it contains; none if there is no folder. */
export function customerIds(folder: string): { id: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ id: name.slice(0, -".yaml".length) }))
    .filter(({ id }) => CUSTOMER_ID.test(id));
}
