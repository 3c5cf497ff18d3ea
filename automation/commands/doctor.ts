import type { Command } from "../cli/command";
import { openAws } from "../aws/open";
import { diagnose, expectation } from "../doctor/diagnose";
import type { Finding } from "../doctor/finding";
import { explainPullError, type PullError } from "../doctor/pullErrors";
import { readDoctorView } from "../doctor/view";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";
import { requireAccount } from "../aws/requireAccount";
import type { Terminal } from "../output/terminal";
import { counted } from "../../src/counted";

interface DoctorArguments extends CustomerArguments {
  error?: string;
}

/** Why a customer can or cannot pull: compares its file with what AWS holds now. */
export const doctor: Command<DoctorArguments> = {
  examples: [
    ["doctor acme", "exits with 1 if something is wrong"],
    [
      'doctor acme --error "no basic auth credentials"',
      "also explains the customer's error message",
    ],
  ],
  build: (yargs) =>
    customerArgument(yargs).option("error", {
      type: "string",
      requiresArg: true,
      describe: "the error message that the customer sees",
    }),
  async run(args, context) {
    const { terminal, today, now } = context;
    const { stack, customer, config } = loadOneCustomer(args, context);
    const aws = await openAws(config, context);
    await requireAccount(aws, config);
    const diagnosed = { customer, config, today };
    const findings = diagnose(diagnosed, await readDoctorView(aws, customer, config), now);
    const pullError =
      args.error === undefined ? undefined : explainPullError(args.error, diagnosed);
    const isWell = findings.every(({ level }) => level === "good");
    if (args.json) {
      const { id } = customer;
      const error = pullError === undefined ? {} : { error: pullError };
      terminal.print(
        toJson({
          stack,
          customer: id,
          today,
          expected: expectation(diagnosed),
          findings,
          ...error,
        }),
      );
    } else {
      terminal.print(`${customer.id} ${expectation(diagnosed)}.`, "strong");
      tellFindings(findings, terminal);
      if (pullError !== undefined) tellError(pullError, isWell, terminal);
    }
    return isWell ? ExitCode.done : ExitCode.failed;
  },
};

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
