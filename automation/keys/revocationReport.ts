import { nearest } from "../../src/yaml/nearest";
import type { AwsClient } from "../aws/client";
import type { Revocation } from "../aws/revocation";
import type { WatchedUpdate } from "../aws/revokeUntilEnded";
import type { CommandContext } from "../cli/command";
import { customerIds, type LoadedSettings } from "../cli/oneCustomer";
import { tellNext } from "../output/nextSteps";
import type { Filed } from "./revocationFile";

/** What `revoke --now` does, in words. */
export const WOULD = [
  "attach an inline policy that denies everything in ECR, which also ends earlier docker logins",
  "set every key inactive that AWS lists, whoever created it",
  "read back the result from AWS",
  "write `status: suspended`, the time and every key inactive into its file, so that the next update agrees",
];

export const STILL_RUNNING =
  "an update of this stack is still running and may give access back: run this command again when it has ended";

export function updateRuns(holder: string): string {
  return `An update is running (lock of ${holder}): access is kept revoked until it has ended.`;
}

export function unseenUpdate({ reason = "" }: WatchedUpdate, id: string): string {
  return `Whether an update is running could not be seen (${reason}). If one is, it may give access back: \`ecr-customers revoke ${id} --now\` again when it has ended.`;
}

/** Whether AWS lists the users, and this one is not among them. */
export function isGone(user: string, aws: Pick<AwsClient, "listUsers">): Promise<boolean> {
  return aws.listUsers().then(
    (listed) => !listed.some(({ name }) => name === user),
    () => false,
  );
}

/** That there is no such user, with the nearest name that exists. */
export async function noSuchUser(
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

export function ownAccount(account: string): string {
  return `it pulls with its own AWS account ${account}, where this stack cannot deny anything: run \`ecr-customers up\` now, which removes the account from every repository policy`;
}

/** What was done, what is left, and what to do next. */
export function tellRevocation(
  id: string,
  { exists, done }: Revocation,
  subject: string,
  filed: Filed,
  left: readonly string[],
  { terminal }: CommandContext,
): void {
  if (!exists) terminal.print(`AWS has no ${subject}: there is no access to end.`);
  for (const what of done) terminal.print(`${id}: ${what}`, "good");
  if (filed.changed) terminal.print(`${filed.file}: suspended, every key inactive`, "good");
  if (left.length > 0) {
    terminal.report("Left to do:", "bad");
    for (const what of left) terminal.report(`  ${what}`, "bad");
    terminal.report("This command can safely be run again; it finishes what it can.");
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
