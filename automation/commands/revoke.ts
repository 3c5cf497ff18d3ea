import { join } from "node:path";
import { userName } from "../../src/access/arns";
import { denyPolicy } from "../../src/access/denyPolicy";
import { utcSecond } from "../../src/access/revocationMark";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { readCustomerFile } from "../../src/customers/load";
import type { Customer, IsoTime } from "../../src/customers/model";
import { nearest } from "../../src/yaml/nearest";
import { parseCustomer } from "../../src/customers/parse";
import { setKeys, setRevoked } from "../../src/customers/write";
import { ProblemsError } from "../../src/problem";
import type { AwsClient } from "../aws/client";
import type { Command, CommandContext } from "../cli/command";
import { openAwsForEmergency } from "../aws/open";
import { lockHolder } from "../update/lockHolder";
import { editCustomerFile } from "../files/customerFile";
import { ExitCode } from "../cli/exitCode";
import { canonicalJson, toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import {
  customerArgument,
  customerIds,
  loadSettings,
  type CustomerArguments,
  type LoadedSettings,
} from "../cli/oneCustomer";
import { stillOpen, type Revocation } from "../aws/revocation";
import { keepRevoked, revokeUntilEnded, type WatchedUpdate } from "../aws/revokeUntilEnded";
import { requireAccountInEmergency } from "../aws/requireAccount";
import { UsageError } from "../output/usageError";
import { suspended } from "../files/suspension";

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
    const user = userName(config.namePrefix, id);
    const { customer } = readCustomerFile(settings.folder, id);
    // A file that knows of a revocation keeps its time, so that the file and AWS agree.
    const time = customer?.revoked ?? utcSecond(context.now);
    const deny = denyPolicy({ status: "suspended", revoked: time });
    if (!args.now) {
      if (args.json) {
        const { account } = config;
        terminal.print(toJson({ customer: id, user, account, refused: true, would: WOULD }));
      } else {
        terminal.print(`For user ${user} in account ${config.account}, this would`);
        for (const what of WOULD) terminal.print(`  ${what}`);
      }
      terminal.tell(
        `Nothing was written. \`ecr-customers revoke ${id} --now\` does it.`,
        "warning",
      );
      return ExitCode.refused;
    }
    const aws = await openAwsForEmergency(config, context);
    const accountProblems = await requireAccountInEmergency(aws, config);
    const limits = { limit: args.retryFor * 1000, pause: PAUSE };
    const revocation = await revokeUntilEnded(
      aws,
      user,
      limits,
      (left) => {
        terminal.tell(`Not done yet, trying again: ${left.join("; ")}`, "warning");
      },
      deny,
    );
    const filed = suspendInFile(id, settings, context, time);
    const watch = {
      holder: () => lockHolder(id, settings, context),
      onHeld: (holder: string) => {
        terminal.tell(updateRuns(holder), "warning");
      },
      pause: PAUSE,
      limit: WATCH_MILLISECONDS,
    };
    const watched: WatchedUpdate = revocation.exists
      ? await keepRevoked(aws, user, watch, deny)
      : { update: "none" };
    if (watched.update === "ended") revocation.left = await stillOpen(aws, user, deny);
    if (watched.update === "running") revocation.left.push(STILL_RUNNING);
    const isOwn = customer?.awsAccount !== undefined;
    if (!revocation.exists && !isOwn && filed.left !== undefined) {
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
      terminal.print(toJson({ customer: id, user, exists, done, file: filed.file, left, update }));
    } else {
      tell(id, revocation, user, filed, left, context);
    }
    if (watched.update === "unknown") terminal.tell(unseenUpdate(watched, id), "warning");
    return left.length === 0 ? ExitCode.done : ExitCode.failed;
  },
};

const WOULD = [
  "attach an inline policy that denies everything in ECR, which also ends earlier docker logins",
  "set every key inactive that AWS lists, whoever created it",
  "read back the result from AWS",
  "write `status: suspended`, the time and every key inactive into its file, so that the next update agrees",
];

const STILL_RUNNING =
  "an update of this stack is still running and may give access back: run this command again when it has ended";

function updateRuns(holder: string): string {
  return `An update is running (lock of ${holder}): access is kept revoked until it has ended.`;
}

function unseenUpdate({ reason = "" }: WatchedUpdate, id: string): string {
  return `Whether an update is running could not be seen (${reason}). If one is, it may give access back: \`ecr-customers revoke ${id} --now\` again when it has ended.`;
}

/** What happened to the customer's file. */
interface Filed {
  file?: string;
  changed: boolean;
  /** What is left to be written by hand. */
  left?: string;
}

/** Access has ended in AWS whatever the file says; what cannot be written is reported. */
function suspendInFile(
  id: string,
  { folder }: LoadedSettings,
  { today }: CommandContext,
  time: IsoTime,
): Filed {
  const file = join(folder, `${id}.yaml`);
  if (!customerIds(folder).some((one) => one.id === id)) {
    return {
      changed: false,
      left: `there is no ${file}: if it is on another branch, suspend the customer there`,
    };
  }
  try {
    let changed = false;
    editCustomerFile(
      folder,
      id,
      (text) => {
        const { customer } = parseCustomer(text, id, file);
        if (customer === undefined) return text;
        const keys = allInactive(customer);
        changed = canonicalJson(revoked(customer, time)) !== canonicalJson(customer);
        if (!changed) return text;
        const denied = customer.status === "suspended" ? text : suspended(text, `${today} revoked`);
        const marked = setRevoked(denied, time);
        return keys.length === 0 ? marked : setKeys(marked, keys);
      },
      (before) => revoked(before, time),
    );
    return { file, changed };
  } catch (error) {
    if (!(error instanceof ProblemsError || error instanceof UsageError)) throw error;
    const [first = ""] = error.message.split("\n");
    return {
      file,
      changed: false,
      left: `${file} could not be edited (${first}): write \`status: suspended\` into it and set its keys inactive, or the next update restores access`,
    };
  }
}

/**
 * Suspended, with no active key that a later `status: active` would bring back: a leaked key works again
 * only if an operator sets it active.
 */
function revoked(customer: Customer, time: IsoTime): Customer {
  return { ...customer, status: "suspended", revoked: time, keys: allInactive(customer) };
}

function allInactive({ keys }: Customer): Customer["keys"] {
  return keys.map(({ generation }) => ({ generation, status: "inactive" }));
}

async function noSuchUser(
  id: string,
  user: string,
  aws: AwsClient,
  { folder, config }: LoadedSettings,
): Promise<string> {
  const inAws = await aws.listUsers().catch(() => []);
  const ids = [
    ...customerIds(folder).map((one) => one.id),
    ...inAws.map(({ name }) => name.slice(config.namePrefix.length)),
  ];
  const close = nearest(id, new Set(ids));
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  return `AWS has no user ${user} in account ${config.account}${hint}`;
}

function ownAccount(account: string): string {
  return `it pulls with its own AWS account ${account}, where this stack cannot deny anything: run \`ecr-customers up\` now, which removes the account from every repository policy`;
}

function tell(
  id: string,
  { exists, done }: Revocation,
  user: string,
  filed: Filed,
  left: readonly string[],
  { terminal }: CommandContext,
): void {
  if (!exists) terminal.print(`AWS has no user ${user}: there is no access to end.`);
  for (const what of done) terminal.print(`${user}: ${what}`, "good");
  if (filed.changed) terminal.print(`${filed.file}: suspended, every key inactive`, "good");
  if (left.length > 0) {
    terminal.tell("Left to do:", "bad");
    for (const what of left) terminal.tell(`  ${what}`, "bad");
    terminal.tell("This command can safely be run again; it finishes what it can.");
  } else if (exists) {
    terminal.print("Read back from AWS: denied, no key active.", "good");
  }
  terminal.print(
    "Images already pulled cannot be taken back, and a download in progress may still finish.",
  );
  tellNext(terminal, [
    "commit the file; `ecr-customers up` then removes the user from policies and tags",
    "find out what the key was used for: search CloudTrail for its id",
    `to restore access with a new key in 12 hours, when the last docker login made with the old one has ended: \`ecr-customers resume ${id} --new-key\``,
    `to restore it at once, with a new user: \`ecr-customers resume ${id} --new-user\``,
  ]);
}
