import { deviationWords, deviationsOf, type Deviation } from "../../src/account/deviation";
import type { ObservedUser } from "../../src/account/observed";
import { setAdopted } from "../../src/customers/write";
import type { AwsClient } from "../aws/client";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { CommandContext } from "../cli/command";
import { confirmed } from "../cli/confirmation";
import { ExitCode } from "../cli/exitCode";
import { loadOneCustomer, type CustomerArguments } from "../cli/oneCustomer";
import type { ServiceUse } from "../aws/serviceUse";
import { compareWithAws } from "../compare/compare";
import { editCustomerFile } from "../files/customerFile";
import { userName } from "../../src/access/arns";
import { PULL_ACTIONS } from "../../src/access/repositoryPolicy";
import { daysBetween } from "../keys/days";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";
import { pullsBeyondFile, readPullsSince } from "./pullsBeyond";
import { removeFromAws } from "../update/removing";

/** A use of anything else than pulls keeps the rights for this many days. */
const IDLE_DAYS = 90;

/** Services that a customer uses by its own rights. */
const OWN_SERVICES = new Set(["ecr", "sts"]);
/** What it may call of them; the identity is everyone's to ask for. */
const OWN_ACTIONS = new Set<string>([
  ...PULL_ACTIONS,
  "ecr:GetAuthorizationToken",
  "sts:GetCallerIdentity",
]);

/**
 * Takes from an adopted customer's user what it had before it had a file, when that is no longer in use, and records
 * in its file that it is done. Nothing is written while something is in use, or cannot be judged.
 *
 * @returns the process's exit code.
 * @throws UsageError for a customer that was not adopted.
 */
export async function finishAdoption(
  args: CustomerArguments & { yes: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, today, now } = context;
  const { customer, config, folder } = loadOneCustomer(args, context);
  const { id, adopted } = customer;
  if (adopted === undefined) {
    throw new UsageError(
      `${id} was not adopted: its file has no \`adopted\``,
      "Only what a user had before its file is removed by this; `ecr-customers drift` shows all else.",
    );
  }
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const { observed, deviations } = await compareWithAws(
    aws,
    { config, customers: [customer], today },
    { customers: [id], policies: false, lastUse: true, otherCredentials: true },
  );
  const name = userName(config.namePrefix, customer);
  const user = observed.users.find((one) => one.name === name);
  const rights = deviationsOf(deviations, id).filter((one) => one.beforeAdoption === true);
  const keys = new Set((user?.keys ?? []).map((key) => key.id));
  // Without anything to remove, no use of it has to be looked for.
  const trail =
    rights.length === 0 ? { pulls: [] } : await readPullsSince(config, idleSince(now), context);
  if ("unread" in trail) {
    terminal.report(
      `Whether ${id} pulls repositories that its file does not give is not known: CloudTrail could not be read (${trail.unread}).`,
      "warning",
    );
  }
  const objections = [
    ...("pulls" in trail ? pullsBeyondFile(trail.pulls, customer, keys, config) : []),
    ...(user === undefined
      ? [`AWS has no user ${name}`]
      : inUse(
          { ...user, ...(await passwordUse(aws, user)) },
          await aws.serviceUses(user.arn),
          now,
        )),
    ...observed.unread.map(({ reason }) => `AWS could not be read: ${reason}`),
    ...rights.filter(({ finishing }) => finishing === undefined).map(byHand),
  ];
  if (objections.length > 0) {
    if (args.json) terminal.print(toJson({ customer: id, refused: true, objections }));
    terminal.report(`The adoption of ${id} is not finished, and nothing was written:`, "bad");
    for (const objection of objections) terminal.report(`  ${objection}`, "bad");
    return ExitCode.refused;
  }
  for (const one of rights) terminal.report(`Removes: ${deviationWords(one)}`, "warning");
  if (rights.length > 0 && !(await confirmed(`Remove this from ${name}?`, args.yes, terminal))) {
    if (args.json) terminal.print(toJson({ customer: id, refused: true, objections: [] }));
    return ExitCode.refused;
  }
  const { removed, left } = await removeFromAws(
    rights.map(({ finishing, ...one }) => ({ ...one, ...(finishing && { removal: finishing }) })),
    aws,
  );
  if (left.length > 0) {
    for (const one of left) terminal.report(`${deviationWords(one)}: ${one.wayOut ?? ""}`, "bad");
    if (args.json)
      terminal.print(toJson({ customer: id, removed: removed.length, left: left.length }));
    return ExitCode.failed;
  }
  const done = { ...adopted, finished: today };
  const file = editCustomerFile(
    folder,
    id,
    (text) => setAdopted(text, done),
    (before) => ({ ...before, adopted: done }),
  );
  if (args.json) terminal.print(toJson({ customer: id, file, removed: removed.length, left: 0 }));
  else terminal.print(`${file}: the adoption is finished; ${removed.length} removed.`, "good");
  return ExitCode.done;
}

/** The first moment of the day from which on a use counts. */
function idleSince(now: Date): string {
  const day = new Date(now.getTime() - IDLE_DAYS * 24 * 60 * 60 * 1000);
  return `${day.toISOString().slice(0, "YYYY-MM-DD".length)}T00:00:00Z`;
}

/** The last use of a password is asked for only where there is one. */
async function passwordUse(
  aws: Pick<AwsClient, "passwordLastUsed">,
  { name, hasLoginProfile }: ObservedUser,
): Promise<{ passwordLastUsed?: string | null }> {
  return hasLoginProfile === true ? { passwordLastUsed: await aws.passwordLastUsed(name) } : {};
}

/** What may show that rights are in use. */
type Uses = Pick<ObservedUser, "keys" | "hasLoginProfile"> & {
  /** Null: never used; absent: not known. */
  passwordLastUsed?: string | null;
};

/** What speaks for the rights being used: a use of anything but pulls, by a key or by the password. */
export function inUse(
  { keys = [], hasLoginProfile, passwordLastUsed }: Uses,
  uses: readonly ServiceUse[],
  now: Date,
): string[] {
  const isRecent = (at: string) => daysBetween(at, now) <= IDLE_DAYS;
  // The last use of a key is known at once, that of services up to four hours later.
  const byKey = keys.flatMap(({ id, lastUsed }) => {
    if (lastUsed === undefined) return [`the last use of key ${id} could not be read`];
    if (lastUsed === null || OWN_SERVICES.has(lastUsed.service ?? "")) return [];
    if (!isRecent(lastUsed.at)) return [];
    return [`key ${id} was used for ${lastUsed.service ?? "another service"} at ${lastUsed.at}`];
  });
  const byService = uses.flatMap(({ service, at, actions }) => {
    if (!isRecent(at)) return [];
    if (!OWN_SERVICES.has(service)) return [`it used ${service} at ${at}`];
    if (actions === undefined) return [`AWS does not say which actions of ${service} it called`];
    return [...actions].flatMap(([action, last]) =>
      OWN_ACTIONS.has(`${service}:${action}`) || !isRecent(last)
        ? []
        : [`it called ${service}:${action} at ${last}`],
    );
  });
  return [
    ...byKey,
    ...byService,
    ...(hasLoginProfile === true ? signIns(passwordLastUsed, isRecent) : []),
  ];
}

function signIns(lastUsed: string | null | undefined, isRecent: (at: string) => boolean): string[] {
  if (lastUsed === undefined) return ["the last use of its console password could not be read"];
  if (lastUsed === null || !isRecent(lastUsed)) return [];
  return [`it signed in to the AWS console at ${lastUsed}`];
}

/** It may deny something, or is no policy at all: then the deviation says what to do. */
function byHand(deviation: Deviation): string {
  const { wayOut = "Remove it by hand: it may deny something." } = deviation;
  return `${deviationWords(deviation)}. ${wayOut}`;
}
