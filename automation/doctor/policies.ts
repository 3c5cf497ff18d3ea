import { accountRootArn, userArn, userName } from "../../src/access/arns";
import { entitledGrants } from "../../src/access/entitlements";
import type { PolicyOwner } from "../../src/access/model";
import { ownershipOf } from "../../src/access/policyId";
import { hashOfIds, namedGrants } from "../../src/access/repositoryPolicy";
import type { ListedUser } from "../aws/client";
import { UPDATE, type Finding } from "./finding";
import type { DiagnosedCustomer } from "./user";
import type { DoctorView, PolicyView } from "./view";

/** A deleted user: AWS shows its unique id in place of its ARN (IAM user guide, "AWS JSON policy elements: Principal"). */
const ORPHAN = /^AIDA[A-Z0-9]+$/;

/** Diagnoses each repository's policy in each region: whether it names the customer, and whether it should. */
export function diagnosePolicies(diagnosed: DiagnosedCustomer, view: DoctorView): Finding[] {
  const { customer, config, today } = diagnosed;
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
      // Only users have unique ids.
      return awsAccount !== undefined
        ? [made]
        : (bindings(policy, config, principals, view.users) ?? [made]);
    }
    if (should) return [bad(`the policy of ${place} does not name it`, missingFix(principals))];
    if (!names) return orphans(principals, place, view);
    const message = `the policy of ${place} names it, but its file does not grant that`;
    // Another customer may use the same AWS account.
    if (awsAccount !== undefined)
      return [{ level: "warning", about: "repository", message, fix: UPDATE }];
    return [bad(message, UPDATE)];
  });
}

function missingFix(principals: readonly string[]): string {
  const gone = principals.filter((principal) => ORPHAN.test(principal));
  if (gone.length === 0) return UPDATE;
  return `The policy names deleted users (${gone.join(", ")}); this one may have been re-created. ${UPDATE}`;
}

function orphans(principals: readonly string[], place: string, { user }: DoctorView): Finding[] {
  const isOwn = user !== undefined && principals.includes(user.uniqueId);
  if (!isOwn) return [];
  return [bad(`the policy of ${place} names it by its unique id`, UPDATE)];
}

/**
 * A policy is bound to the unique ids that its users had when it was saved. A hash of these ids is in its
 * `Id` (src/access/repositoryPolicy.ts); a different hash means that a user was re-created since.
 */
function bindings(
  { repository, region, document }: PolicyView,
  config: PolicyOwner,
  principals: readonly string[],
  users: readonly ListedUser[],
): Finding[] | undefined {
  const ownership = ownershipOf(document, config);
  const ids = new Map(users.map(({ name, uniqueId }) => [name, uniqueId]));
  const bound = principals.map((arn) => {
    const uniqueId = ids.get(arn.slice(arn.lastIndexOf("/") + 1));
    return { arn, ...(uniqueId === undefined ? {} : { uniqueId }) };
  });
  if (!("hash" in ownership) || ownership.hash === hashOfIds(bound)) return undefined;
  return [
    {
      level: "bad",
      about: "repository",
      message: `the policy of ${repository} in ${region} was saved before one of its users was deleted and re-created, and AWS does not let the new user in`,
      fix: UPDATE,
    },
  ];
}

/** The principals of all `Allow` statements. Statement and principal may each be a single value or a list. */
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
