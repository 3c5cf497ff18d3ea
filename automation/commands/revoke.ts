import { hasRole, hasUser } from "../../src/customers/identity";
import { roleName, userName } from "../../src/access/arns";
import { denyPolicy } from "../../src/access/denyPolicy";
import { utcSecond } from "../../src/access/revocationMark";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { readCustomerFile } from "../../src/customers/load";
import type { Command } from "../cli/command";
import { openAwsForEmergency } from "../aws/open";
import { lockHolder } from "../update/lockHolder";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { customerArgument, loadSettings, type CustomerArguments } from "../cli/oneCustomer";
import { suspendInFile } from "../keys/revocationFile";
import {
  isGone,
  noSuchUser,
  ownAccount,
  STILL_RUNNING,
  tellRevocation,
  unseenUpdate,
  updateRuns,
  WOULD,
} from "../keys/revocationReport";
import { userTarget } from "../aws/revocation";
import { allTargets, roleTarget } from "../aws/revokeRole";
import { keepRevoked, revokeUntilEnded, type WatchedUpdate } from "../aws/revokeUntilEnded";
import { requireAccountInEmergency } from "../aws/requireAccount";
import { UsageError } from "../output/usageError";

interface RevokeArguments extends CustomerArguments {
  now: boolean;
  retryFor: number;
}

/** Milliseconds between two attempts, and between two looks at a running update. */
const PAUSE = 1_000;
/** An update of 5,000 customers takes less. */
const WATCH_MILLISECONDS = 60 * 60_000;

/** The emergency: ends a customer's access now, by direct calls to AWS, without the engine. */
export const revoke: Command<RevokeArguments> = {
  examples: [
    ["revoke acme --now", "a key has leaked"],
    ["revoke acme", "shows what that would do"],
  ],
  build: (yargs) =>
    customerArgument(yargs)
      .option("now", {
        type: "boolean",
        default: false,
        describe: "do it; without this option, only show what would be done",
      })
      .option("retry-for", {
        type: "number",
        requiresArg: true,
        default: 60,
        describe: "seconds for which it is repeated while AWS throttles or fails",
      })
      .check(({ retryFor }) => {
        if (Number.isFinite(retryFor) && Number(retryFor) >= 0) return true;
        throw new Error("expected a number of seconds for --retry-for");
      }),
  async run(args, context) {
    const { terminal } = context;
    const settings = loadSettings(args, context);
    const { config } = settings;
    const id = args.customer;
    if (!CUSTOMER_ID.test(id)) {
      throw new UsageError(
        `expected a customer's id, got ${JSON.stringify(id)}`,
        "It is its file's name without .yaml, or the IAM user's name without the stack's prefix.",
      );
    }
    const { customer } = readCustomerFile(settings.folder, id);
    const user = userName(config.namePrefix, customer ?? { id });
    const role = roleName(config.namePrefix, { id });
    // Without a file both may exist.
    const [ofUser, ofRole] =
      customer === undefined ? [true, true] : [hasUser(customer), hasRole(customer)];
    // An identity of its own account alone: the user that it had may be there still.
    const asksUser = ofUser || !ofRole;
    const names = { ...(asksUser ? { user } : {}), ...(ofRole ? { role } : {}) };
    const subject = Object.entries(names)
      .map(([kind, name]) => `${kind} ${name}`)
      .join(" and ");
    // A file that knows of a revocation keeps its time, so that the file and AWS agree.
    const time = customer?.revoked ?? utcSecond(context.now);
    const deny = denyPolicy({ status: "suspended", revoked: time });
    if (!args.now) {
      if (args.json) {
        const { account } = config;
        terminal.print(toJson({ customer: id, ...names, account, refused: true, would: WOULD }));
      } else {
        terminal.print(`For ${subject} in account ${config.account}, this would`);
        for (const what of WOULD) terminal.print(`  ${what}`);
      }
      terminal.report(
        `Nothing was written. \`ecr-customers revoke ${id} --now\` does it.`,
        "warning",
      );
      return ExitCode.refused;
    }
    const aws = await openAwsForEmergency(config, context);
    const accountProblems = await requireAccountInEmergency(aws, config);
    const limits = { limit: args.retryFor * 1000, pause: PAUSE };
    const target = allTargets([
      ...(asksUser ? [userTarget(aws, user, deny)] : []),
      ...(ofRole ? [roleTarget(aws, role, deny)] : []),
    ]);
    const revocation = await revokeUntilEnded(target, limits, (left) => {
      terminal.report(`Not done yet, trying again: ${left.join("; ")}`, "warning");
    });
    const filed = suspendInFile(id, settings, context, time);
    const watch = {
      holder: () => lockHolder(id, settings, context),
      onHeld: (holder: string) => {
        terminal.report(updateRuns(holder), "warning");
      },
      pause: PAUSE,
      limit: WATCH_MILLISECONDS,
    };
    const watched: WatchedUpdate = revocation.exists
      ? await keepRevoked(target, watch)
      : { update: "none" };
    if (watched.update === "ended") revocation.left = await target.stillOpen();
    if (watched.update === "running") revocation.left.push(STILL_RUNNING);
    const isOwn = customer?.awsAccount !== undefined;
    // A role that does not exist may be refused like one that the caller may not change.
    const isNowhere =
      !revocation.exists || (revocation.done.length === 0 && (await isGone(user, aws)));
    if (isNowhere && ofUser && filed.left !== undefined) {
      revocation.left.push(await noSuchUser(id, user, aws, settings));
    }
    const left = [
      ...(await accountProblems()),
      ...revocation.left,
      ...(isOwn ? [ownAccount(customer.awsAccount ?? "")] : []),
      ...(filed.left === undefined ? [] : [filed.left]),
    ];
    if (args.json) {
      const { exists, done } = revocation;
      const { update } = watched;
      terminal.print(
        toJson({ customer: id, ...names, exists, done, file: filed.file, left, update }),
      );
    } else {
      tellRevocation(id, revocation, subject, filed, left, context);
    }
    if (watched.update === "unknown") terminal.report(unseenUpdate(watched, id), "warning");
    return left.length === 0 ? ExitCode.done : ExitCode.failed;
  },
};
