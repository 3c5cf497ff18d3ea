import { ANY_PARTITION } from "./partition";
import { compileConditions, entries, texts, type CompiledCondition } from "./conditions";
import { EvaluationError } from "./evaluationError";

/** A policy read once, so that each decision is a few look-ups. */
export interface CompiledPolicy {
  kind: "identity" | "resource";
  statements: readonly CompiledStatement[];
}

export interface CompiledStatement {
  effect: "Allow" | "Deny";
  action: Matcher;
  /** In an identity policy only. */
  resource?: Matcher;
  /** In a resource policy only. */
  principals?: Principals;
  conditions: readonly CompiledCondition[];
}

/** Whom a statement of a resource policy means. */
export interface Principals {
  everyone: boolean;
  /** ARNs of users. */
  users: ReadonlySet<string>;
  /** ARNs of roles; a session of one is meant by its role. */
  roles: ReadonlySet<string>;
  /** ARNs of OIDC providers; the holders of an issuer's tokens are meant by them. */
  issuers?: ReadonlySet<string>;
  /** Accounts named by their root. */
  accounts: ReadonlySet<string>;
  /** `NotPrincipal`: it means all others. */
  isExcept?: boolean;
  /** It could not be read. */
  unknown?: string;
}

export type Matcher = (text: string) => boolean;

const POLICY_KEYS = ["Version", "Id", "Statement"];
const IDENTITY_KEYS = ["Sid", "Effect", "Action", "Resource", "Condition"];
/** Without `Resource`: ECR refuses it in a repository's policy (awsdocs/amazon-ecr-user-guide#20). */
const RESOURCE_KEYS = ["Sid", "Effect", "Principal", "Action", "Condition"];

/** Characters of IAM names and of the paths that we write, no wildcard among them. */
export const USER_ARN = new RegExp(`^${ANY_PARTITION}:iam::([0-9]{12}):user/[A-Za-z0-9+=,.@_/-]+$`);
export const ROLE_ARN = new RegExp(`^${ANY_PARTITION}:iam::([0-9]{12}):role/[A-Za-z0-9+=,.@_/-]+$`);
export const ROOT_ARN = new RegExp(`^${ANY_PARTITION}:iam::([0-9]{12}):root$`);

export const ISSUER_ARN = new RegExp(
  `^${ANY_PARTITION}:iam::([0-9]{12}):oidc-provider/[a-z0-9.-]+(?:/[\\w.~%+=,@:/-]*)?$`,
);

/** `*`, or a service and an action, which may contain `*` and `?`. */
const ACTION = /^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/i;
/** Wildcards only for the region as a whole and in the last part: where AWS's rules are plain. */
const RESOURCE = new RegExp(
  `^${ANY_PARTITION}:[a-z0-9-]+:(?:\\*|[a-z0-9-]*):(?:[0-9]{12})?:[^:$]+$`,
);

/**
 * Reads a policy of an identity: a user's own or its group's.
 *
 * @param document - as it is sent to AWS, parsed.
 * @throws EvaluationError for anything in it that the evaluator does not know.
 */
export function identityPolicy(document: unknown): CompiledPolicy {
  const statements = statementsOf(document).map((statement): CompiledStatement => ({
    ...common(statement, IDENTITY_KEYS),
    resource: matcher(texts(statement["Resource"], "Resource"), RESOURCE, "the resource"),
  }));
  return { kind: "identity", statements };
}

/**
 * Reads a policy of a resource: a repository's.
 *
 * @throws EvaluationError as `identityPolicy`.
 */
export function resourcePolicy(document: unknown): CompiledPolicy {
  const statements = statementsOf(document).map((statement): CompiledStatement => ({
    ...common(statement, RESOURCE_KEYS),
    principals: principalsOf(statement["Principal"]),
  }));
  return { kind: "resource", statements };
}

/**
 * Reads the trust policy of a role that holders of tokens assume.
 *
 * @throws EvaluationError as `identityPolicy`.
 */
export function trustedTokens(document: unknown): CompiledPolicy {
  const statements = statementsOf(document).map((statement): CompiledStatement => ({
    ...common(statement, RESOURCE_KEYS),
    principals: trusted(statement["Principal"]),
  }));
  return { kind: "resource", statements };
}

type Fields = Readonly<Record<string, unknown>>;

function statementsOf(document: unknown): Fields[] {
  const policy = fields(document, "a policy", POLICY_KEYS);
  if (policy["Version"] !== "2012-10-17") {
    throw new EvaluationError(`Version ${JSON.stringify(policy["Version"])}`);
  }
  const statements = policy["Statement"];
  if (!Array.isArray(statements) || statements.length === 0) {
    throw new EvaluationError(`Statement ${JSON.stringify(statements)}`);
  }
  return statements.map((statement) => Object.fromEntries(entries(statement, "a statement")));
}

/** What both kinds of statement hold. */
function common(
  statement: Fields,
  keys: readonly string[],
): Pick<CompiledStatement, "effect" | "action" | "conditions"> {
  fields(statement, "a statement", keys);
  const { Effect: effect, Action: action, Condition: condition } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    throw new EvaluationError(`Effect ${JSON.stringify(effect)}`);
  }
  const actions = texts(action, "Action").map((text) => {
    if (!ACTION.test(text)) throw new EvaluationError(`the action ${text}`);
    return text.toLowerCase();
  });
  return {
    effect,
    action: matcher(actions, /^/, "the action"),
    conditions: condition === undefined ? [] : compileConditions(condition),
  };
}

function principalsOf(principal: unknown): Principals {
  const given = principal === "*" ? { AWS: "*" } : principal;
  const { AWS: listed } = fields(given, "Principal", ["AWS"]);
  const [users, roles, accounts] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const found = { everyone: false, users, roles, accounts };
  for (const text of texts(listed, "Principal")) {
    const account = ROOT_ARN.exec(text)?.[1];
    if (text === "*") found.everyone = true;
    else if (account !== undefined) found.accounts.add(account);
    else if (USER_ARN.test(text)) found.users.add(text);
    else if (ROLE_ARN.test(text)) found.roles.add(text);
    else throw new EvaluationError(`the principal ${text}`);
  }
  return found;
}

/** Of a trust policy: issuers beside what a repository's policy may name. */
function trusted(principal: unknown): Principals {
  if (principal === "*") return principalsOf(principal);
  const { AWS, Federated } = fields(principal, "Principal", ["AWS", "Federated"]);
  if (Federated === undefined) return principalsOf(principal);
  const issuers = texts(Federated, "Principal");
  const wrong = issuers.find((text) => !ISSUER_ARN.test(text));
  if (wrong !== undefined) throw new EvaluationError(`the principal ${wrong}`);
  const others =
    AWS === undefined
      ? { everyone: false, users: NO_ONE, roles: NO_ONE, accounts: NO_ONE }
      : principalsOf({ AWS });
  return { ...others, issuers: new Set(issuers) };
}

const NO_ONE: ReadonlySet<string> = new Set();

/** The fields of an object that has no others than `keys`. */
function fields(value: unknown, what: string, keys: readonly string[]): Fields {
  const found = entries(value, what);
  const other = found.find(([key]) => !keys.includes(key));
  if (other !== undefined) throw new EvaluationError(`${other[0]} in ${what}`);
  return Object.fromEntries(found);
}

/** Matches any of `patterns`, in which `*` stands for any text and `?` for one character. */
function matcher(patterns: readonly string[], form: RegExp, what: string): Matcher {
  const wrong = patterns.find((pattern) => pattern !== "*" && !form.test(pattern));
  if (wrong !== undefined) throw new EvaluationError(`${what} ${wrong}`);
  if (patterns.includes("*")) return () => true;
  const plain = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const wild = patterns.filter((pattern) => !plain.has(pattern)).map(wildcard);
  return (text) => plain.has(text) || wild.some((pattern) => pattern.test(text));
}

function wildcard(pattern: string): RegExp {
  // No wildcard reaches over a colon, and no part of ours holds one.
  const source = pattern.replace(/[^A-Za-z0-9:/_-]/g, (character) => {
    if (character === "*") return "[^:]*";
    return character === "?" ? "[^:]" : `\\${character}`;
  });
  return new RegExp(`^${source}$`);
}

/** What an identity's account may allow it at most. */
export const EVERYTHING = identityPolicy({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
