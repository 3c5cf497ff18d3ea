import { accountRootArn, userArn, userName } from "../../src/access/arns";
import { entitledGrants } from "../../src/access/entitlements";
import { namedGrants, repositoryPolicy } from "../../src/access/repositoryPolicy";
import type { ListedUser } from "../aws/client";
import { UPDATE, type Finding } from "./finding";
import type { Patient } from "./diagnoseUser";
import type { DoctorView, PolicyView } from "./view";

/** A user that is gone: AWS shows its unique id where its ARN was (IAM, "Principal"). */
const ORPHAN = /^AIDA[A-Z0-9]+$/;

/** Each repository's policy in each region: whether it names the customer, and should. */
export function diagnosePolicies(patient: Patient, view: DoctorView): Finding[] {
  const { customer, config, today } = patient;
  const { id, awsAccount } = customer;
  const arn =
    awsAccount === undefined
      ? userArn(config.account, userName(config.namePrefix, id))
      : accountRootArn(awsAccount);
  const grants = entitledGrants([customer], config, today);
  return view.policies.flatMap((policy): Finding[] => {
    const { repository, region, document } = policy;
    const settings = config.repositories.get(repository);
    if (settings === undefined) return [];
    const should = namedGrants(grants, repository, settings).length > 0;
    const principals = principalsOf(document);
    const place = `${repository} in ${region}`;
    const names = principals.includes(arn);
    if (should && names) {
      const made = good(`the policy of ${place} names it`);
      // An account has no unique id.
      return awsAccount !== undefined
        ? [made]
        : (bindings(policy, principals, view.users) ?? [made]);
    }
    if (should) return [bad(`the policy of ${place} does not name it`, missingFix(principals))];
    if (!names) return orphans(principals, place, view);
    const message = `the policy of ${place} names it, and its file does not say so`;
    // Another customer of the same AWS account may be meant.
    if (awsAccount !== undefined)
      return [{ level: "warning", about: "repository", message, fix: UPDATE }];
    return [bad(message, UPDATE)];
  });
}

function missingFix(principals: readonly string[]): string {
  const gone = principals.filter((principal) => ORPHAN.test(principal));
  if (gone.length === 0) return UPDATE;
  return `It names ${gone.join(", ")}, users that were deleted; if this one was made anew, ${UPDATE}`;
}

function orphans(principals: readonly string[], place: string, { user }: DoctorView): Finding[] {
  const isOwn = user !== undefined && principals.includes(user.uniqueId);
  if (!isOwn) return [];
  return [bad(`the policy of ${place} names it by its unique id`, UPDATE)];
}

/**
 * A policy is bound to the unique ids that its users had when it was saved; the hash of them is in its
 * `Id` (src/access/repositoryPolicy.ts). Another hash: one of them was deleted and made anew since.
 */
function bindings(
  { repository, region, document }: PolicyView,
  principals: readonly string[],
  users: readonly ListedUser[],
): Finding[] | undefined {
  const { Id } = document as { Id?: string };
  const ids = new Map(users.map(({ name, uniqueId }) => [name, uniqueId]));
  const bound = principals.map((arn) => {
    const uniqueId = ids.get(arn.slice(arn.lastIndexOf("/") + 1));
    return { arn, ...(uniqueId === undefined ? {} : { uniqueId }) };
  });
  if (Id === undefined || repositoryPolicy(bound)?.Id === Id) return undefined;
  return [
    {
      level: "bad",
      about: "repository",
      message: `the policy of ${repository} in ${region} was saved for other users of these names: one of them was deleted and made anew, and AWS does not let the new one in`,
      fix: UPDATE,
    },
  ];
}

/** The principals of all statements that allow; a policy may hold one or many of either. */
function principalsOf(document: unknown): string[] {
  const { Statement } = (document ?? {}) as { Statement?: unknown };
  return listOf(Statement).flatMap((statement) => {
    const { Effect, Principal } = statement as { Effect?: string; Principal?: unknown };
    if (Effect !== "Allow") return [];
    return typeof Principal === "string"
      ? [Principal]
      : listOf((Principal as { AWS?: unknown } | undefined)?.AWS).map(String);
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function good(message: string): Finding {
  return { level: "good", about: "repository", message };
}

function bad(message: string, fix: string): Finding {
  return { level: "bad", about: "repository", message, fix };
}
