import { join } from "node:path";
import { userName } from "../../src/access/arns";
import { CUSTOMER_ID, readCustomerFile } from "../../src/customers/load";
import type { Customer } from "../../src/customers/model";
import { nearest } from "../../src/yaml/nearest";
import { parseCustomer } from "../../src/customers/parse";
import { setKeys } from "../../src/customers/write";
import { ProblemsError } from "../../src/problem";
import type { AwsClient } from "../aws/client";
import type { Command, CommandContext } from "../cli/command";
import { openAws } from "../aws/open";
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
import { revokeUser, type Revocation } from "../aws/revocation";
import { requireAccount } from "../aws/requireAccount";
import { UsageError } from "../output/usageError";
import { suspended } from "./suspend";

interface RevokeArguments extends CustomerArguments {
  now: boolean;
}

/** The emergency: ends a customer's access at once, by AWS's own calls, without the engine. */
export const revoke: Command<RevokeArguments> = {
  usage: "revoke <customer>",
  describe: "Emergency: end a customer's access in AWS at once, then suspend it in its file",
  build: (yargs) =>
    customerArgument(yargs)
      .option("now", {
        type: "boolean",
        default: false,
        describe: "do it; without this, say what would be done",
      })
      .example("$0 revoke acme --now", "a key has leaked")
      .example("$0 revoke acme", "what that would do"),
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
    if (!args.now) {
      terminal.print(`In account ${config.account}, of user ${user}, this would`);
      for (const what of WOULD) terminal.print(`  ${what}`);
      terminal.tell("Nothing was written. Add `--now` to do it.", "warning");
      return ExitCode.refused;
    }
    const aws = await openAws(config, context);
    await requireAccount(aws, config);
    const revocation = await revokeUser(aws, user);
    const filed = suspendInFile(id, settings, context);
    const isOwn = customer?.awsAccount !== undefined;
    if (!revocation.exists && !isOwn && filed.left !== undefined) {
      revocation.left.push(await noSuchUser(id, user, aws, settings));
    }
    const left = [
      ...revocation.left,
      ...(isOwn ? [ownAccount(customer.awsAccount ?? "")] : []),
      ...(filed.left === undefined ? [] : [filed.left]),
    ];
    if (args.json) {
      const { exists, done } = revocation;
      terminal.print(toJson({ customer: id, user, exists, done, file: filed.file, left }));
    } else {
      tell(id, revocation, user, filed, left, context);
    }
    return left.length === 0 ? ExitCode.done : ExitCode.failed;
  },
};

const WOULD = [
  "put the policy on it that denies everything in ECR; that ends docker logins made before, too",
  "set every key inactive that AWS lists, whoever made it",
  "read back what AWS then holds",
  "write the same into its file, `status: suspended` and every key inactive, for the next update to agree",
];

/** What became of the customer's file. */
interface Filed {
  file?: string;
  changed: boolean;
  /** What a person has to write. */
  left?: string;
}

/** The access has ended in AWS whatever the file is; what cannot be written is left to a person. */
function suspendInFile(id: string, { folder }: LoadedSettings, { today }: CommandContext): Filed {
  const file = join(folder, `${id}.yaml`);
  if (!customerIds(folder).some((one) => one.id === id)) {
    return {
      changed: false,
      left: `there is no ${file}: if it is on another branch, suspend it there`,
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
        changed = canonicalJson(revoked(customer)) !== canonicalJson(customer);
        if (!changed) return text;
        const denied = customer.status === "suspended" ? text : suspended(text, `${today} revoked`);
        return keys.length === 0 ? denied : setKeys(denied, keys);
      },
      revoked,
    );
    return { file, changed };
  } catch (error) {
    if (!(error instanceof ProblemsError || error instanceof UsageError)) throw error;
    const [first = ""] = error.message.split("\n");
    return {
      file,
      changed: false,
      left: `${file} could not be edited (${first}): write \`status: suspended\` into it and set its keys inactive, or the next update gives access back`,
    };
  }
}

/**
 * Suspended, and no key that a later `active` would bring back: a key that has leaked never works again
 * but by somebody who says so.
 */
function revoked(customer: Customer): Customer {
  return { ...customer, status: "suspended", keys: allInactive(customer) };
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
  return `it pulls with its own AWS account ${account}, where nothing of ours can be denied: run \`ecr-customers up\` now, which takes the account's name out of every repository's policy`;
}

function tell(
  id: string,
  { exists, done }: Revocation,
  user: string,
  filed: Filed,
  left: readonly string[],
  { terminal }: CommandContext,
): void {
  if (!exists) terminal.print(`AWS has no user ${user}: there is nothing to end there.`);
  for (const what of done) terminal.print(`${user}: ${what}`, "good");
  if (filed.changed) terminal.print(`${filed.file}: suspended, every key inactive`, "good");
  if (left.length > 0) {
    terminal.tell("Left to do:", "bad");
    for (const what of left) terminal.tell(`  ${what}`, "bad");
    terminal.tell("Running this again does no harm and finishes what it can.");
  } else if (exists) {
    terminal.print("Read back from AWS: denied, and no key is active.", "good");
  }
  terminal.print(
    "This cannot take back images that were pulled, and a download that has begun may still end.",
  );
  tellNext(terminal, [
    "commit the file; `ecr-customers up` takes the user's name and tags away, and agrees with the rest",
    "find out what the key was used for: CloudTrail, by its id",
    `to give access back with a new key: \`ecr-customers resume ${id} --new-key\``,
  ]);
}
