/**
 * What someone has revoked in AWS by hand stays revoked until an operator or a file says otherwise
 * (docs/architecture.md, "Repairs"). Pure.
 */
import { principalArn } from "../../src/access/arns";
import { entitledGrants } from "../../src/access/entitlements";
import { presentPolicy } from "../../src/access/presentPolicy";
import { namedGrants } from "../../src/access/repositoryPolicy";
import { isDeleted, listedPrincipals, normalizedPrincipal } from "../../src/access/statementWords";
import type { Deviation } from "../../src/account/deviation";
import type { StackInput, Withheld } from "../../src/project";
import { ACCESS_KEY_TYPE, REPOSITORY_POLICY_TYPE, type ResourceChange } from "../engine/events";
import type { Baseline } from "./baseline";
import { place, type PresentDocument } from "./foreign";
import { recordedInput } from "./recordedInput";
import { ROLE, ROLE_ATTACHMENT, USER } from "./subject";
import { writtenPolicies } from "./writtenPolicies";

/** Check → type of the resource that an update leaves as it is; everything else that only takes access away is repaired. */
const LEFT: Readonly<Record<string, string>> = {
  "key-status": ACCESS_KEY_TYPE,
  "user-not-in-group": "aws:iam/userGroupMembership:UserGroupMembership",
  "user-tags": USER,
  "user-boundary": USER,
  "user-deny": "aws:iam/userPolicy:UserPolicy",
  "role-tags": ROLE,
  "role-trust": ROLE,
  "role-boundary": ROLE,
  "role-deny": "aws:iam/rolePolicy:RolePolicy",
  "role-policy-missing": ROLE_ATTACHMENT,
  "group-policy-missing": "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "group-policy-changed": "aws:iam/policy:Policy",
  "repository-policy-missing": REPOSITORY_POLICY_TYPE,
  "repository-principal-missing": REPOSITORY_POLICY_TYPE,
  "repository-actions": REPOSITORY_POLICY_TYPE,
  "repository-statement-changed": REPOSITORY_POLICY_TYPE,
};

/** Checks of what one resource says alone, so that an update which declares it otherwise explains the difference. */
const UNWRITTEN: ReadonlySet<string> = new Set(["key-status", "user-not-in-group"]);

/** Restrictions that a run leaves. */
export interface Held {
  deviations: Deviation[];
  /** URNs, with wildcards, that the engine neither reads nor changes: its state stays as before the restriction. */
  exclude: string[];
}

/**
 * The restrictions by hand that a run can leave. A policy that has to be written, for an edit or because someone also
 * added to it, is written; customers that someone took out of it are then left out (`withheldIn`).
 *
 * @param byHand - all that was changed by hand.
 * @param fromFiles - how AWS differs from the files.
 * @param declared - what the engine would change without reading AWS.
 * @param refreshed - what it would change after reading AWS.
 */
export function heldBy(
  byHand: readonly Deviation[],
  fromFiles: readonly Deviation[],
  declared: readonly ResourceChange[],
  refreshed: readonly ResourceChange[],
): Held {
  const written = writtenPolicies(declared);
  const widened = new Set(
    fromFiles.filter(({ repair }) => repair === "update").map(({ subject }) => subject.name),
  );
  // A new user or role has nothing of the old one.
  const replacedAs = (token: string) =>
    new Set(
      refreshed.flatMap(({ type, change, name }) =>
        type === token && change !== "update" ? [name] : [],
      ),
    );
  const [newUsers, newRoles] = [replacedAs(USER), replacedAs(ROLE)];
  // The state has it otherwise than declared: an interrupted update has not written it, whatever its record says.
  const unwritten = new Set(declared.map(({ type, name }) => `${type} ${name}`));
  const held: Held = { deviations: [], exclude: [] };
  for (const one of byHand) {
    const { check, subject, generation, repair } = one;
    const type = LEFT[check];
    if (repair !== "restore" || type === undefined) continue;
    const isNew = check.startsWith("role-") ? newRoles : newUsers;
    if (subject.kind === "customer" && isNew.has(subject.name)) continue;
    const own = resourceName(subject, generation);
    // The deviation does not say which of the policies that all customers share is missing.
    const name = type === ROLE_ATTACHMENT ? `${own}@*` : own;
    if (UNWRITTEN.has(check) && unwritten.has(`${type} ${name}`)) continue;
    const isWritten =
      type === REPOSITORY_POLICY_TYPE && (written.has(name) || widened.has(subject.name));
    if (isWritten && check !== "repository-principal-missing") continue;
    held.deviations.push(one);
    if (!isWritten) held.exclude.push(`**::${type}::${name}`);
  }
  return { ...held, exclude: [...new Set(held.exclude)] };
}

/** Whether one of `Held.exclude` names a resource. `**` stands for anything, `*` for anything in the logical name. */
export function isExcluded(urn: string, exclude: readonly string[]): boolean {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return exclude.some((pattern) => {
    const [, type, named = ""] = pattern.split("::");
    if (!urn.endsWith(`::${type}::${name}`)) return false;
    return named.endsWith("*") ? name.startsWith(named.slice(0, -1)) : name === named;
  });
}

/** The logical name of what a deviation is about (src/stack makes them from ids). */
function resourceName({ kind, name }: Deviation["subject"], generation?: number): string {
  if (kind === "repository") return name.replace(" in ", "@");
  if (kind !== "customer") return "*";
  return generation === undefined ? name : `${name}-${generation}`;
}

/**
 * Customers that someone has taken out of our statement in a policy that this run writes: the last update wrote a policy
 * that names them, as the state shows, or left them out for this reason, and AWS's does not name them. What is recorded
 * alone does not count: an interrupted update may have recorded a grant and not written it.
 *
 * @param unread - what the engine would change without reading AWS: once it has, the state no longer shows what was written.
 */
export function withheldIn(
  resources: readonly ResourceChange[],
  present: readonly PresentDocument[],
  input: StackInput,
  baseline: Baseline,
  unread: readonly ResourceChange[] = resources,
): Withheld {
  if (baseline.kind !== "recorded") return new Map();
  const written = writtenPolicies(resources);
  const recorded = recordedInput(input, baseline.outputs);
  const grants = entitledGrants(recorded.customers, recorded.config, input.today);
  const withheld = new Map<string, ReadonlySet<string>>();
  const changed = new Map(
    unread.flatMap(({ type, name, policyBefore }) =>
      type === REPOSITORY_POLICY_TYPE ? [[name, named(policyBefore)] as const] : [],
    ),
  );
  for (const { repository, region, document } of present) {
    const settings = recorded.config.repositories.get(repository);
    const { ownership, own } = presentPolicy(document, input.config);
    if (ownership.kind !== "own" || settings?.regions.includes(region) !== true) continue;
    if (!written.has(place(repository, region))) continue;
    const listed = listedPrincipals(own?.["Principal"]);
    // AWS shows the id of a user that was deleted: who is missing then may be the user that was created again.
    if (listed.some(isDeleted)) continue;
    const names = new Set(listed.map((one) => lastPart(normalizedPrincipal(one).value)));
    if (names.has("*")) continue;
    const missing = namedGrants(grants, repository, settings)
      .filter(({ regions }) => regions?.includes(region) !== false)
      .filter(({ principals }) =>
        principals.every((one) => !names.has(lastPart(principalArn(one, input.config)))),
      );
    const at = place(repository, region);
    // A policy that only differs from AWS is in the state as it is declared.
    const wasWritten = changed.get(at);
    const leftOut = new Set(baseline.outputs.withheld?.[at]);
    const taken = missing.filter(
      ({ customer, principals }) =>
        wasWritten === undefined ||
        leftOut.has(customer) ||
        principals.some((one) => wasWritten.has(lastPart(principalArn(one, input.config)))),
    );
    if (taken.length === 0) continue;
    withheld.set(at, new Set(taken.map(({ customer }) => customer)));
  }
  return withheld;
}

/** Everyone that a policy's text names in whatever statement. */
function named(text = "{}"): ReadonlySet<string> {
  const { Statement = [] } = JSON.parse(text) as { Statement?: { Principal?: unknown }[] };
  return new Set(
    Statement.flatMap(({ Principal }) =>
      listedPrincipals(Principal).map((one) => lastPart(normalizedPrincipal(one).value)),
    ),
  );
}

/** A user that someone moved to another path is the same one. */
function lastPart(arn: string): string {
  return /^[^:]*:[^:]*:iam::[0-9]*:user\//.test(arn) ? arn.slice(arn.lastIndexOf("/") + 1) : arn;
}
