import {
  ROLE_ARN,
  ROOT_ARN,
  USER_ARN,
  type CompiledPolicy,
  type CompiledStatement,
  type Matcher,
  type Principals,
} from "./compiledPolicy";
import { entries, texts, type CompiledCondition } from "./conditions";
import { EvaluationError } from "./evaluationError";
import { observedConditions, wildcards } from "./observedConditions";

const STATEMENT_KEYS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
const ACTION = /^[a-z0-9-]+:[A-Za-z0-9*?]+$/i;
const ACCOUNT_ID = /^[0-9]{12}$/;

/**
 * Reads a policy that others wrote, as AWS holds it. Unlike `identityPolicy` and `resourcePolicy`, which
 * read our own documents and refuse at once what those never hold, it takes every element that AWS
 * knows, and leaves what it cannot read as an error for the decision that depends on it.
 *
 * @param kind - `identity`: of a user, group or role. `resource`: of a repository, a registry (whose
 * statements have a `Resource`) or a role's trust policy.
 * @param document - parsed.
 * @throws EvaluationError for what is not a policy at all.
 */
export function observedPolicy(kind: CompiledPolicy["kind"], document: unknown): CompiledPolicy {
  const { Statement: found } = Object.fromEntries(entries(document, "the policy"));
  const statements: unknown[] = Array.isArray(found) ? found : [found];
  return { kind, statements: statements.map((one) => observedStatement(kind, one)) };
}

/** One statement; see `observedPolicy`. @throws EvaluationError when it is not an object. */
export function observedStatement(
  kind: CompiledPolicy["kind"],
  statement: unknown,
): CompiledStatement {
  const given = entries(statement, "a statement");
  const fields = Object.fromEntries(given);
  const { Effect: effect } = fields;
  const unknownKey = given.map(([key]) => key).find((key) => !STATEMENT_KEYS.has(key));
  const unknown =
    unknownKey !== undefined
      ? `${unknownKey} in a statement`
      : effect !== "Allow" && effect !== "Deny"
        ? `Effect ${JSON.stringify(effect)}`
        : undefined;
  return {
    // An unknown effect counts as the one that is never passed over.
    effect: effect === "Allow" && unknown === undefined ? "Allow" : "Deny",
    action: unknown === undefined ? actions(fields) : failing(unknown),
    ...resources(kind, fields),
    ...(kind === "identity" ? {} : { principals: principals(fields) }),
    conditions: fields["Condition"] === undefined ? [] : conditions(fields["Condition"]),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function failing(unknown: string): () => never {
  return () => {
    throw new EvaluationError(unknown);
  };
}

function conditions(block: unknown): CompiledCondition[] {
  try {
    return observedConditions(block);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return [{ name: "", key: "", matches: () => false, unknown: error.unknown }];
  }
}

function matcherOf(read: () => Matcher): Matcher {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return failing(error.unknown);
  }
}

function actions({ Action, NotAction }: Fields): Matcher {
  return matcherOf(() => {
    const listed = texts(Action ?? NotAction, "Action").map((text) => text.toLowerCase());
    const wrong = listed.find((text) => text !== "*" && text !== "*:*" && !ACTION.test(text));
    if (wrong !== undefined) throw new EvaluationError(`the action ${wrong}`);
    const any = anyOf(listed.map((text) => (text === "*:*" ? "*" : text)));
    return Action === undefined ? (text) => !any(text) : any;
  });
}

function resources(
  kind: CompiledPolicy["kind"],
  { Resource, NotResource }: Fields,
): { resource?: Matcher } {
  const given = Resource ?? NotResource;
  if (given === undefined) return kind === "identity" ? { resource: failing("no Resource") } : {};
  return {
    resource: matcherOf(() => {
      const any = anyOf(texts(given, "Resource").map(arnPattern));
      return Resource === undefined ? (text) => !any(text) : any;
    }),
  };
}

/** An ARN's parts are compared one by one: where a wildcard spans two of them, we do not guess. */
function arnPattern(text: string): string {
  if (text === "*") return text;
  const parts = text.split(":");
  if (parts.length !== 6 || text.includes("${")) throw new EvaluationError(`the resource ${text}`);
  return text;
}

function anyOf(patterns: readonly string[]): Matcher {
  if (patterns.includes("*")) return () => true;
  const plain = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const wild = patterns
    .filter((pattern) => !plain.has(pattern))
    .map((pattern) => pattern.split(":").map(wildcards));
  // One policy is asked about the same actions and repositories for every user that has it.
  const known = new Map<string, boolean>();
  const matchesWild = (text: string): boolean => {
    const parts = text.split(":");
    const found = wild.some(
      (pattern) =>
        pattern.length === parts.length && pattern.every((part, at) => part.test(parts[at] ?? "")),
    );
    known.set(text, found);
    return found;
  };
  return (text) => plain.has(text) || (wild.length > 0 && (known.get(text) ?? matchesWild(text)));
}

/** Whom a statement means. Services and deleted identities are not among the callers that we ask about. */
function principals({ Principal, NotPrincipal }: Fields): Principals {
  const users = new Set<string>();
  const roles = new Set<string>();
  const accounts = new Set<string>();
  const given = Principal ?? NotPrincipal;
  try {
    const listed = given === "*" ? ["*"] : awsPrincipals(given);
    for (const text of listed) {
      const account = ROOT_ARN.exec(text)?.[1] ?? (ACCOUNT_ID.test(text) ? text : undefined);
      if (account !== undefined) accounts.add(account);
      else if (USER_ARN.test(text)) users.add(text);
      else if (ROLE_ARN.test(text)) roles.add(text);
    }
    const everyone = listed.includes("*");
    return { everyone, users, roles, accounts, isExcept: Principal === undefined };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { everyone: false, users, roles, accounts, unknown: error.unknown };
  }
}

function awsPrincipals(given: unknown): string[] {
  return entries(given, "Principal").flatMap(([kind, listed]) => {
    const found = texts(listed, "Principal");
    return kind === "AWS" ? found : [];
  });
}
