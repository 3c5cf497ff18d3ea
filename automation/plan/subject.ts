import { ACCESS_KEY_TYPE, REPOSITORY_POLICY_TYPE } from "../engine/events";

/** What a resource belongs to, derived from its logical name (src/stack makes them from ids). */
export interface Subject {
  kind: "customer" | "repository" | "stack";
  /** The customer's id or the repository's name; the logical name of what all share, e.g. `login`. */
  name: string;
  /** What of it, in words: `user`, `key 2`, `policy in eu-central-1`. */
  part: string;
}

/** Pulumi's type of an IAM user. */
export const USER = "aws:iam/user:User";

/** Pulumi's type of an IAM role. */
export const ROLE = "aws:iam/role:Role";

const OF_CUSTOMER: Readonly<Record<string, string>> = {
  [USER]: "user",
  "aws:iam/userPolicy:UserPolicy": "end policy",
  "aws:iam/userGroupMembership:UserGroupMembership": "membership",
  [ROLE]: "role",
  "aws:iam/rolePolicy:RolePolicy": "end policy of the role",
};

const OF_REPOSITORY: Readonly<Record<string, string>> = {
  [REPOSITORY_POLICY_TYPE]: "policy",
  "aws:ecr/repository:Repository": "repository",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "lifecycle policy",
  "awsx:ecr:Repository": "repository",
};

/** Pulumi's type of a managed policy attached to a role. */
export const ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** @param name - the resource's logical name. */
export function subjectOf({ type, name }: { type: string; name: string }): Subject {
  if (type === ACCESS_KEY_TYPE) {
    const dash = name.lastIndexOf("-");
    return { kind: "customer", name: name.slice(0, dash), part: `key ${name.slice(dash + 1)}` };
  }
  if (type === ROLE_ATTACHMENT) {
    const [customer = name, policy = ""] = name.split("@");
    return { kind: "customer", name: customer, part: `policy ${policy} of the role` };
  }
  const ofCustomer = OF_CUSTOMER[type];
  if (ofCustomer !== undefined) return { kind: "customer", name, part: ofCustomer };
  const ofRepository = OF_REPOSITORY[type];
  if (ofRepository !== undefined) {
    const [repository = name, region] = name.split("@");
    const part = region === undefined ? ofRepository : `${ofRepository} in ${region}`;
    return { kind: "repository", name: repository, part };
  }
  return { kind: "stack", name, part: type.slice(type.lastIndexOf(":") + 1) };
}

/** `user of acme`, `policy in eu-central-1 of edge-agent`. */
export function subjectText(resource: { type: string; name: string }): string {
  const { name, part } = subjectOf(resource);
  return `${part} of ${name}`;
}
