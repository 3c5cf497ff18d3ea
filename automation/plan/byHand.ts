/** Which differences between AWS and the files were made in AWS, and not by an edit, a day or a new version. Pure. */
import type { Deviation } from "../../src/account/deviation";
import type { IsoDate } from "../../src/customers/model";
import type { StackOutputs } from "../../src/stack/outputs";
import { ACCESS_KEY_TYPE, REPOSITORY_POLICY_TYPE, type ResourceChange } from "../engine/events";
import { ROLE, subjectOf, USER } from "./subject";

const GROUP = "aws:iam/group:Group";
const ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";

/**
 * Check → type of the resource by which a new version, or another declared statement, shows as the same difference. What is
 * not listed follows from customers and repositories only, and what the files change about these is known.
 */
const BY_PROGRAM: Readonly<Record<string, readonly string[]>> = {
  "user-tags": [USER],
  "user-deny": ["aws:iam/userPolicy:UserPolicy"],
  "role-tags": [ROLE],
  "role-trust": [ROLE],
  "role-deny": ["aws:iam/rolePolicy:RolePolicy"],
  "role-policy-missing": ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  "group-missing": [GROUP],
  "group-policy-missing": [ATTACHMENT],
  "group-policy-changed": ["aws:iam/policy:Policy"],
  "repository-owner": [REPOSITORY_POLICY_TYPE],
  "repository-statement-missing": [REPOSITORY_POLICY_TYPE],
};

/** The same for the end of a customer's access by its date. */
const BY_DATE: Readonly<Record<string, readonly string[]>> = {
  "key-status": [ACCESS_KEY_TYPE],
  "repository-principal-added": [REPOSITORY_POLICY_TYPE],
};

/** What is compared to find out. */
export interface ByHandParts {
  /** How AWS differs from what the last update applied. */
  fromRecord: readonly Deviation[];
  /** How it differs from what the files say. */
  fromFiles: readonly Deviation[];
  /** What the engine would change if it did not read AWS: what the program declares otherwise than before. */
  declared: readonly ResourceChange[];
  recorded: StackOutputs;
  today: IsoDate;
}

/** What others have changed in AWS since the last update, and differs from the files too. */
export function changedByHand(parts: ByHandParts): Deviation[] {
  const { fromRecord, fromFiles, declared, recorded, today } = parts;
  const wrong = new Set(fromFiles.map(deviationKey));
  const changes = new Set(declared.map((one) => resourceKey(one.type, one)));
  const hasExpired = (id: string) => {
    const { expires } = recorded.customers[id] ?? {};
    return expires !== undefined && expires < today;
  };
  return fromRecord.filter((one) => {
    if (one.beforeAdoption === true || !wrong.has(deviationKey(one))) return false;
    const { check, customers } = one;
    const isDeclared = (types: readonly string[] = []) =>
      types.some((type) => changes.has(`${type} ${subjectName(one)}`));
    const areExpired = customers !== "all" && customers.length > 0 && customers.every(hasExpired);
    return !isDeclared(BY_PROGRAM[check]) && !(areExpired && isDeclared(BY_DATE[check]));
  });
}

/** Two differences with the same key are about the same thing. */
export function deviationKey({ check, subject, generation }: Deviation): string {
  const which = generation === undefined ? "" : `-${generation}`;
  return `${check} ${subject.kind} ${subject.name}${which}`;
}

/** What a resource and a deviation have in common; what all customers share has no name of its own. */
function resourceKey(type: string, resource: ResourceChange): string {
  const { kind, name, part } = subjectOf(resource);
  if (kind === "stack") return `${type} `;
  return `${type} ${kind === "repository" ? `${name} ${part.replace(/^policy /, "")}` : name}`;
}

function subjectName({ subject: { kind, name } }: Deviation): string {
  return kind === "group" || kind === "policy" ? "" : name;
}
