import { hasRole, hasUser } from "../../src/customers/identity";
import { join } from "node:path";
import { accessEnded } from "../../src/access/entitlements";
import { utcSecond } from "../../src/access/revocationMark";
import { checkCustomer } from "../../src/customers/checks";
import type { Customer } from "../../src/customers/model";
import { setKeys, setRevoked, setStatus, setUser } from "../../src/customers/write";
import { ProblemsError } from "../../src/problem";
import type { Command } from "../cli/command";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { loginsEnd } from "../plan/emergencies";
import { nextGeneration, requireOwnKeys } from "../keys/rotation";
import { tellNext } from "../output/nextSteps";
import { customerArgument, loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";
import { UsageError } from "../output/usageError";

interface ResumeArguments extends CustomerArguments {
  newKey: boolean;
  newUser: boolean;
}

/** Ends a customer's suspension, in its file. */
export const resume: Command<ResumeArguments> = {
  examples: [
    ["resume acme", "with the same user and keys"],
    ["resume acme --new-key", "with a new key, 12 hours after one has leaked"],
    ["resume acme --new-user", "with a new user and a new key, at once"],
  ],
  build: (yargs) =>
    customerArgument(yargs)
      .option("new-key", {
        type: "boolean",
        default: false,
        describe: "add a new key and keep the old ones inactive, e.g. after a leak",
      })
      .option("new-user", {
        type: "boolean",
        default: false,
        describe: "replace the user with all its keys, which ends earlier docker logins",
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
    if (!args.newUser) requireNoOldLogin(customer, context.now);
    const resume = (before: Customer) =>
      args.newUser ? withNewUser(before) : resumed(before, args.newKey);
    const after = resume(customer);
    const hasNewKey = args.newKey || args.newUser;
    const checked = { customer: after, file: join(folder, `${id}.yaml`), root };
    const problems = checkCustomer(checked, { config, today });
    if (problems.length > 0) throw new ProblemsError(problems);
    const file = editCustomerFile(
      folder,
      id,
      (text) => {
        const active = setRevoked(setStatus(text, "active"), undefined);
        const renewed = args.newUser ? setUser(active, after.user ?? 1) : active;
        return hasNewKey ? setKeys(renewed, after.keys) : renewed;
      },
      resume,
    );
    const added = hasNewKey ? after.keys.at(-1)?.generation : undefined;
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
      ...(customer.revoked !== undefined && !args.newUser
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
 * A registry login outlives its key: whoever has a leaked one may have logged in with it.
 *
 * @throws UsageError within 12 hours of an emergency revocation.
 */
function requireNoOldLogin(customer: Customer, now: Date): void {
  const { id, revoked } = customer;
  if (revoked === undefined || (!hasUser(customer) && !hasRole(customer))) return;
  const until = loginsEnd(revoked);
  if (utcSecond(now) >= until) return;
  if (hasRole(customer)) {
    throw new UsageError(
      `${id} was revoked at ${revoked}: a registry login made with an old token lasts until ${until}, and works again once access is back`,
      "Run it after that time.",
    );
  }
  throw new UsageError(
    `${id} was revoked at ${revoked}: a registry login made with an old key lasts until ${until}, and works again once access is back`,
    `Run it after that time, or give it a new user now: \`ecr-customers resume ${id} --new-user\`.`,
  );
}

/** The customer with a new user, which has one new key. Old keys and logins end with the old user. */
function withNewUser({ revoked: _, ...customer }: Customer): Customer {
  requireOwnKeys(customer);
  const keys = [{ generation: nextGeneration(customer), status: "active" as const }];
  return { ...customer, status: "active", user: (customer.user ?? 1) + 1, keys };
}

/**
 * The customer with access again.
 *
 * @throws UsageError when none of its keys would work.
 */
export function resumed({ revoked: _, ...customer }: Customer, newKey: boolean): Customer {
  const { id, keys, awsAccount, oidc } = customer;
  if (newKey) {
    requireOwnKeys(customer);
    // Two keys at most (IAM quotas): of two old ones, the older is removed.
    const kept = keys.slice(-1).map((key) => ({ ...key, status: "inactive" as const }));
    const added = { generation: nextGeneration(customer), status: "active" as const };
    return { ...customer, status: "active", keys: [...kept, added] };
  }
  const hasOther = (awsAccount ?? oidc) !== undefined;
  if (!hasOther && !keys.some(({ status }) => status === "active")) {
    throw new UsageError(
      `all keys of ${id} are inactive in its file, so it could not log in`,
      `\`ecr-customers resume ${id} --new-key\` adds one; or set one of them active first.`,
    );
  }
  return { ...customer, status: "active" };
}
