// What `pulumi preview` and `pulumi up` run: settings → customers → stop on any problem → declare.
import * as pulumi from "@pulumi/pulumi";
import { engineMismatch, loadStackConfig } from "./src/config";
import { loadCustomers } from "./src/customers/load";
import { formatProblems, type Problem } from "./src/problem";
import { declareStack } from "./src/stack/declareStack";
import type { StackOutputs } from "./src/stack/outputs";

/** The program. Pulumi awaits it and takes what it returns as the stack's outputs. */
export = async (): Promise<StackOutputs> => {
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);

  const settings = loadStackConfig(__dirname, pulumi.getStack());
  if (settings.config === undefined) return stop(settings.problems);
  const { config } = settings;

  const loaded = loadCustomers(config.customers, config, today);
  if (loaded.problems.length > 0) return stop(loaded.problems);

  return declareStack({ config, customers: loaded.customers, today });
};

/** Ends the run before anything is declared; a RunError prints its message and no stack trace. */
function stop(problems: readonly Problem[]): never {
  throw new pulumi.RunError(`nothing was declared\n${formatProblems(problems)}`);
}
