/** Statements of others in words: whom they mean, and what for. */
import { ANY_PARTITION } from "./partition";
import { counted } from "../counted";
import { PULL_ACTIONS } from "./repositoryPolicy";

/** One of those that a statement means. */
export interface StatementPrincipal {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`. */
  kind: string;
  /** ARN, number of an account, name of a service, unique id, or `*`. */
  value: string;
}

/** What a principal's words depend on. */
export interface PrincipalNames {
  /** The account of the repositories. */
  account: string;
  /** The customer whose user or account this ARN is, if it is one. */
  customerOf?: (arn: string) => string | undefined;
}

const ACCOUNT = new RegExp(`^(?:${ANY_PARTITION}:iam::)?([0-9]{12})(?::root)?$`);
const IDENTITY = new RegExp(`^${ANY_PARTITION}:iam::([0-9]{12}):(user|role)/(.+)$`);
const SESSION = new RegExp(`^${ANY_PARTITION}:sts::([0-9]{12}):assumed-role/([^/]+)/(.+)$`);
/** What AWS shows where the ARN of a deleted user or role was (IAM user guide, "Principal"). */
const DELETED = /^(AIDA|AROA)[A-Z0-9]+$/;

/** Everyone that a `Principal` or `NotPrincipal` lists; empty for a form that AWS would refuse. */
export function listedPrincipals(principal: unknown): StatementPrincipal[] {
  if (principal === "*") return [{ kind: "AWS", value: "*" }];
  if (typeof principal !== "object" || principal === null || Array.isArray(principal)) return [];
  return Object.entries(principal as Record<string, unknown>).flatMap(([kind, listed]) =>
    textsIn(listed).map((value) => ({ kind, value })),
  );
}

/** The texts of a field that holds one or a list of them. */
export function textsIn(value: unknown): string[] {
  const listed: unknown[] = Array.isArray(value) ? value : [value];
  return listed.filter((one) => typeof one === "string");
}

/**
 * An account in one form, to be compared: AWS may store either of two (IAM user guide, "AWS account principals").
 * The partition is left out, because it is the same for all that a policy names.
 */
export function normalizedPrincipal({ kind, value }: StatementPrincipal): StatementPrincipal {
  const account = kind === "AWS" ? ACCOUNT.exec(value)?.[1] : undefined;
  return account === undefined ? { kind, value } : { kind, value: `arn:aws:iam::${account}:root` };
}

/** Whether AWS shows a unique id because the user or role is gone; it lets no one in. */
export function isDeleted({ kind, value }: StatementPrincipal): boolean {
  return kind === "AWS" && DELETED.test(value);
}

/** `customer acme`, `AWS account 999988887777`, `role ci`, `AWS service lambda.amazonaws.com`, `everyone`. */
export function principalWords(principal: StatementPrincipal, names: PrincipalNames): string {
  const { kind, value } = normalizedPrincipal(principal);
  if (value === "*") return "everyone";
  if (kind === "Service") return `AWS service ${value}`;
  if (kind !== "AWS") return `${kind} ${value}`;
  const customer = names.customerOf?.(principal.value) ?? names.customerOf?.(value);
  if (customer !== undefined) return `customer ${customer}`;
  const of = (account: string | undefined) =>
    account === names.account ? "" : ` of AWS account ${account ?? ""}`;
  const [, account] = ACCOUNT.exec(value) ?? [];
  if (account !== undefined) {
    return account === names.account ? `this AWS account (${account})` : `AWS account ${account}`;
  }
  const [, owner, type, name] = IDENTITY.exec(value) ?? [];
  if (type !== undefined) return `${type} ${name ?? ""}${of(owner)}`;
  const [, its, role, session] = SESSION.exec(value) ?? [];
  if (role !== undefined) return `session ${session ?? ""} of role ${role}${of(its)}`;
  if (isDeleted(principal)) {
    return `a deleted ${value.startsWith("AIDA") ? "user" : "role"} (${value})`;
  }
  return value;
}

/** What a push needs (ECR user guide, "Pushing an image"). */
const PUSH_ACTIONS = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/** Actions that are shown by name before the rest is counted. */
const SHOWN = 3;

/** `pull`, `push`, `everything in ECR (ecr:*)`, `ecr:ListImages and ecr:DescribeImages`. */
export function actionWords(actions: readonly string[]): string {
  const left = new Map(actions.map((action) => [action.toLowerCase(), action]));
  const take = (wanted: readonly string[], words: string): string[] => {
    if (!wanted.every((action) => left.has(action.toLowerCase()))) return [];
    for (const action of wanted) left.delete(action.toLowerCase());
    return [words];
  };
  const all = [...take(["*"], "everything (*)"), ...take(["ecr:*"], "everything in ECR (ecr:*)")];
  const known = [...take(PULL_ACTIONS, "pull"), ...take(PUSH_ACTIONS, "push")];
  const others = [...left.values()].sort();
  const named = others.slice(0, SHOWN);
  const more = others.length - named.length;
  return joined([
    ...all,
    ...known,
    ...named,
    ...(more === 0 ? [] : [`${counted(more, "action")} more`]),
  ]);
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "nothing";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** Names in a list of which only the first ones are shown: `acme, globex and 12 more`. */
export function someOf(names: readonly string[], shown = 5): string {
  if (names.length <= shown) return joined(names);
  return `${names.slice(0, shown).join(", ")} and ${counted(names.length - shown, "other")}`;
}
