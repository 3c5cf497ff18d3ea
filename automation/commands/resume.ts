import { join } from "node:path";
import { accessEnded } from "../../src/access/entitlements";
import { checkCustomer } from "../../src/customers/checks";
import type { Customer } from "../../src/customers/model";
import { setKeys, setRevoked, setStatus } from "../../src/customers/write";
import { ProblemsError } from "../../src/problem";
import type { Command } from "../cli/command";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { nextGeneration, requireOwnKeys } from "../keys/rotation";
import { tellNext } from "../output/nextSteps";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";
import { UsageError } from "../output/usageError";

interface ResumeArguments extends CustomerArguments {
  newKey: boolean;
}

/** Ends a customer's suspension, in its file. */
export const resume: Command<ResumeArguments> = {
  examples: [
    ["resume acme", "with the same user and keys"],
    ["resume acme --new-key", "with a new key, after one has leaked"],
  ],
  build: (yargs) =>
    customerArgument(yargs).option("new-key", {
      type: "boolean",
      default: false,
      describe: "add a new key and keep the old ones inactive, e.g. after a leak",
    }),
  run(args, context) {
    const { terminal, today } = context;
    const { customer, config, folder, root } = loadOneCustomer(args, context);
    const { id } = customer;
    if (customer.status === "active") {
      if (args.json) terminal.print(toJson({ customer: id, status: "active", changed: false }));
      else terminal.print(`${id} is not suspended; nothing was written.`);
      return ExitCode.done;
    }
    const after = resumed(customer, args.newKey);
    const checked = { customer: after, file: join(folder, `${id}.yaml`), root };
    const problems = checkCustomer(checked, { config, today });
    if (problems.length > 0) throw new ProblemsError(problems);
    const file = editCustomerFile(
      folder,
      id,
      (text) => {
        const active = setRevoked(setStatus(text, "active"), undefined);
        return args.newKey ? setKeys(active, after.keys) : active;
      },
      (before) => resumed(before, args.newKey),
    );
    const added = args.newKey ? after.keys.at(-1)?.generation : undefined;
    if (args.json) {
      terminal.print(toJson({ customer: id, file, status: "active", changed: true, added }));
      return ExitCode.done;
    }
    terminal.print(`${file}: ${id} is active again.`, "good");
    if (accessEnded(after, today)) {
      const end = `its last day was ${after.expires}: it cannot pull until its end date is later`;
      terminal.print(`But ${end}.`, "warning");
    }
    tellNext(terminal, [
      ...(customer.revoked !== undefined
        ? [
            "it was revoked: make sure that `ecr-customers up` has run since, while it was suspended; only then does the stack know the deny in AWS and remove it",
          ]
        : []),
      "merge the change; `ecr-customers up` then restores its access",
      ...(added === undefined ? [] : [`\`ecr-customers handover ${id}\` hands key ${added} over`]),
    ]);
    return ExitCode.done;
  },
};

/**
 * The customer with access again.
 *
 * @throws UsageError when none of its keys would work.
 */
export function resumed({ revoked: _, ...customer }: Customer, newKey: boolean): Customer {
  const { id, keys, awsAccount } = customer;
  if (newKey) {
    requireOwnKeys(customer);
    // Two keys at most (IAM quotas): of two old ones, the older is removed.
    const kept = keys.slice(-1).map((key) => ({ ...key, status: "inactive" as const }));
    const added = { generation: nextGeneration(customer), status: "active" as const };
    return { ...customer, status: "active", keys: [...kept, added] };
  }
  if (awsAccount === undefined && !keys.some(({ status }) => status === "active")) {
    throw new UsageError(
      `all keys of ${id} are inactive in its file, so it could not log in`,
      `\`ecr-customers resume ${id} --new-key\` adds one; or set one of them active first.`,
    );
  }
  return { ...customer, status: "active" };
}
