import type { Argv } from "yargs";
import { loadCustomers } from "../../src/customers/load";
import { counted } from "../../src/counted";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { loadOneCustomer } from "../cli/oneCustomer";
import { compareWithAws, idsIfReadable } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { deviationAsJson, deviationSections, deviationSummary } from "../compare/report";
import { diagnose, expectation } from "../doctor/diagnose";
import type { Finding } from "../doctor/finding";
import { explainPullError, type PullError } from "../doctor/pullErrors";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { printSections } from "../output/report";
import type { Terminal } from "../output/terminal";
import { UsageError } from "../output/usageError";
import { cachedLastPull } from "../pulls/last";
import { customersOfPull, type KnownPull } from "../../src/pulls/customers";

interface DoctorArguments extends CommonArguments {
  customer?: string;
  error?: string;
}

/** Why a customer can or cannot pull: compares its file, or all of them, with what AWS holds now. */
export const doctor: Command<DoctorArguments> = {
  examples: [
    ["doctor", "all customers; exits with 1 if something is wrong"],
    ["doctor acme", "one customer, with its keys and their last use"],
    [
      'doctor acme --error "no basic auth credentials"',
      "also explains the customer's error message",
    ],
  ],
  build: (yargs: Argv) =>
    yargs
      .positional("customer", {
        type: "string",
        describe: "only this customer: its file's name without .yaml",
      })
      .option("error", {
        type: "string",
        requiresArg: true,
        describe: "the error message that the customer sees",
      }),
  run(args, context) {
    const { customer } = args;
    if (customer !== undefined) return one({ ...args, customer }, context);
    if (args.error === undefined) return all(args, context);
    throw new UsageError("--error is about one customer", "Name it: `ecr-customers doctor acme`.");
  },
};

async function all(args: DoctorArguments, context: CommandContext): Promise<ExitCode> {
  const { terminal, today } = context;
  const { stack, input } = loadStack(args, context);
  const { config, customers } = input;
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const { deviations } = await during(terminal, "Reading AWS", () => {
    const elsewhere = declaredElsewhere(config, context);
    return compareWithAws(aws, input, { elsewhere, state: idsIfReadable(config, context) });
  });
  if (args.json) {
    terminal.print(toJson({ stack, today, deviations: deviations.map(deviationAsJson) }));
  } else {
    terminal.print(`${counted(customers.length, "customer")} examined.`, "strong");
    printSections(deviationSections(deviations), terminal);
    terminal.print(deviationSummary(deviations), deviations.length === 0 ? "good" : "warning");
  }
  return deviations.length === 0 ? ExitCode.done : ExitCode.failed;
}

async function one(
  args: DoctorArguments & { customer: string },
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, today } = context;
  const { stack, customer, config, folder } = loadOneCustomer(args, context);
  const { id } = customer;
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  // The policies name the others too; a mistake in one of their files does not matter here.
  const { customers } = loadCustomers(folder, config, today);
  const others = customers.filter((other) => other.id !== id);
  const state = await idsIfReadable(config, context, [id]);
  const comparison = await compareWithAws(
    aws,
    { config, customers: [customer, ...others], today },
    { customers: [id], lastUse: true, otherCredentials: true, ...(state && { state }) },
  );
  const diagnosed = { customer, config, today };
  const findings = diagnose(comparison, customer);
  const pullError = args.error === undefined ? undefined : explainPullError(args.error, diagnosed);
  const lastPull = cachedLastPull(context.directory, config, [customer, ...others], id);
  const isWell = findings.every(({ level }) => level === "good");
  if (args.json) {
    const expected = expectation(diagnosed);
    const error = pullError === undefined ? {} : { error: pullError };
    const pulled = lastPull === undefined ? {} : { lastPull };
    terminal.print(toJson({ stack, customer: id, today, expected, findings, ...pulled, ...error }));
  } else {
    terminal.print(`${id} ${expectation(diagnosed)}.`, "strong");
    if (lastPull !== undefined) terminal.print(lastPullWords(lastPull));
    tellFindings(findings, terminal);
    if (pullError !== undefined) tellError(pullError, isWell, terminal);
  }
  return isWell ? ExitCode.done : ExitCode.failed;
}

function lastPullWords(pull: KnownPull): string {
  const { at, as, address, repository, image, error } = pull;
  const customers = customersOfPull(pull);
  const shared = customers.length > 1 ? ` (shared by ${customers.join(", ")})` : "";
  const result = `${shared}${error === undefined ? "" : `, refused with ${error}`}`;
  return `Last pull that \`ecr-customers pulls\` has read: ${at}, ${repository} ${image} by ${as} from ${address}${result}.`;
}

const MARKS = { good: "ok", warning: "CHECK", bad: "WRONG" } as const;
const TONES = { good: "good", warning: "warning", bad: "bad" } as const;

function tellFindings(findings: readonly Finding[], terminal: Terminal): void {
  for (const { level, message, fix } of findings) {
    terminal.print(`  ${MARKS[level].padEnd(5)}  ${message}`, TONES[level]);
    if (fix !== undefined) terminal.print(`         ${fix}`);
  }
  const wrong = findings.filter(({ level }) => level !== "good").length;
  if (wrong === 0) terminal.print("AWS holds what the files say.", "good");
  else terminal.print(`${counted(wrong, "finding")} to review.`, "warning");
}

function tellError(error: PullError, isWell: boolean, terminal: Terminal): void {
  terminal.print("The customer's error message:", "strong");
  for (const observation of error.observations) terminal.print(`  ${observation}`);
  terminal.print(`  ${error.meaning}`, error.kind === "unknown" ? "warning" : "strong");
  terminal.print(`  ${error.fix}`);
  if (!isWell) terminal.print("  Check the findings above first: they may be its cause.");
}
