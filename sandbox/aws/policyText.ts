/** Characters in a repository policy (Amazon ECR API Reference, SetRepositoryPolicy: policyText). */
export const REPOSITORY_POLICY_LIMIT = 10_240;

/** A policy's principal, as ECR resolves it when the policy is saved. */
export type PolicyPrincipal =
  | { kind: "user" | "role"; arn: string; account: string; path: string; name: string }
  /** A whole account, a session, or everyone: no user or role that must be looked up by name. */
  | { kind: "other"; text: string; account?: string }
  /** The id of a deleted principal, or a text that is not a principal. */
  | { kind: "unknown"; text: string };

/**
 * Reads a repository policy as SetRepositoryPolicy does.
 *
 * @returns its principals; or undefined when ECR calls the policy invalid: not JSON, a `Resource`
 *   element, the action GetAuthorizationToken (which belongs to an identity policy), a `*` inside an
 *   ARN, a statement without effect, action or principal (Amazon ECR User Guide, "Private repository policies").
 */
export function readRepositoryPolicy(text: string): PolicyPrincipal[] | undefined {
  const document = parseObject(text);
  if (document === undefined) return undefined;
  const statements = listOf(document.Statement);
  if (statements.length === 0) return undefined;
  const principals: string[] = [];
  for (const statement of statements) {
    if (!isObject(statement) || !isValidStatement(statement)) return undefined;
    const named = principalsOf(statement.Principal ?? statement.NotPrincipal);
    if (named === undefined) return undefined;
    principals.push(...named);
  }
  if (principals.some((text) => text !== "*" && text.includes("*"))) return undefined;
  return principals.map(parsePrincipal);
}

/**
 * The same policy with one principal replaced by another. Other texts in the policy (a condition on
 * `aws:PrincipalArn`, for example) stay: only principals are bound to ids.
 */
export function replacePrincipal(text: string, from: string, ...to: [string, ...string[]]): string {
  const document = parseObject(text);
  if (document === undefined) return text;
  for (const statement of listOf(document.Statement)) {
    if (!isObject(statement)) continue;
    for (const element of ["Principal", "NotPrincipal"]) {
      const principal = statement[element];
      if (!isObject(principal)) continue;
      const swap = (value: unknown) => (value === from ? (to.length === 1 ? to[0] : to) : value);
      principal.AWS = Array.isArray(principal.AWS)
        ? principal.AWS.flatMap(swap)
        : swap(principal.AWS);
      if (principal.AWS === undefined) delete principal.AWS;
    }
  }
  return JSON.stringify(document);
}

function isValidStatement(statement: Record<string, unknown>): boolean {
  const actions = listOf(statement.Action ?? statement.NotAction);
  return (
    (statement.Effect === "Allow" || statement.Effect === "Deny") &&
    !("Resource" in statement || "NotResource" in statement) &&
    actions.length > 0 &&
    actions.every(
      (action) =>
        typeof action === "string" &&
        /^(\*|ecr:.+)$/i.test(action) &&
        action.toLowerCase() !== "ecr:getauthorizationtoken",
    )
  );
}

/** The AWS principals as texts; undefined when there is no principal at all. */
function principalsOf(principal: unknown): string[] | undefined {
  if (principal === "*") return ["*"];
  if (!isObject(principal) || Object.keys(principal).length === 0) return undefined;
  const lists = Object.values(principal).map(listOf);
  if (lists.some((list) => list.length === 0 || !list.every((text) => typeof text === "string"))) {
    return undefined;
  }
  return "AWS" in principal ? (listOf(principal.AWS) as string[]) : [];
}

function parsePrincipal(text: string): PolicyPrincipal {
  if (text === "*") return { kind: "other", text };
  if (/^\d{12}$/.test(text)) return { kind: "other", text, account: text };
  const [, account = "", resource = ""] = /^arn:aws:(?:iam|sts)::(\d{12}):(.+)$/.exec(text) ?? [];
  if (resource === "root" || /^(assumed-role|federated-user)\/./.test(resource)) {
    return { kind: "other", text, account };
  }
  const [, kind, path, name] = /^(user|role)(\/(?:[^/]+\/)*)([^/]+)$/.exec(resource) ?? [];
  if (kind === undefined || path === undefined || name === undefined) {
    return { kind: "unknown", text };
  }
  return { kind: kind as "user" | "role", arn: text, account, path, name };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}
