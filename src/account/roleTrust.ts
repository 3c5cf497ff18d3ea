/** Whom the trust policy of a customer's role lets in, in words. */
import { issuerPath } from "../access/trustPolicy";
import { statementsOf } from "../access/presentPolicy";
import type { OidcIdentity } from "../customers/model";

/** Who may assume a role beyond, and short of, what its file says. */
export interface TrustDifference {
  more: string[];
  less: string[];
}

/** A condition on a token: which of its values may assume the role; undefined: any. */
interface Accepted {
  subjects?: readonly string[];
  audiences?: readonly string[];
}

/**
 * Compares statement by statement. What has another form than ours counts as letting in more: it may.
 *
 * @param document - the trust policy that AWS holds, parsed.
 * @param federated - ARN of the issuer's record.
 */
export function trustDifference(
  document: unknown,
  { issuer, audience, subjects }: OidcIdentity,
  federated: string,
): TrustDifference {
  const more: string[] = [];
  const reached = new Set<string>();
  for (const statement of statementsOf(document)) {
    if (statement.Effect === "Deny") continue;
    const accepted = acceptedBy(statement, issuerPath(issuer), federated);
    if (accepted === undefined) {
      more.push(`whoever a statement of another form names (${JSON.stringify(statement)})`);
      continue;
    }
    const { subjects: its, audiences } = accepted;
    if (its === undefined) more.push(`every token of ${issuer}`);
    else {
      for (const one of its) {
        if (subjects.includes(one)) reached.add(one);
        else more.push(`tokens for ${one}`);
      }
    }
    if (audiences === undefined) more.push("tokens for any audience");
    else {
      const others = audiences.filter((one) => one !== audience);
      more.push(...others.map((one) => `tokens for the audience ${one}`));
      if (!audiences.includes(audience)) reached.clear();
    }
    if (its === undefined) for (const one of subjects) reached.add(one);
  }
  const less = subjects.filter((one) => !reached.has(one)).map((one) => `tokens for ${one}`);
  return { more: [...new Set(more)], less };
}

/** Undefined for a statement that is not of our form. */
function acceptedBy(
  statement: Readonly<Record<string, unknown>>,
  key: string,
  federated: string,
): Accepted | undefined {
  const { Principal, Action, Condition = {}, ...others } = statement;
  const principal = Principal as { Federated?: unknown } | undefined;
  const isOurs =
    Object.keys(others).every((key) => key === "Sid" || key === "Effect") &&
    typeof principal === "object" &&
    Object.keys(principal).length === 1 &&
    isOnly(principal.Federated, federated) &&
    isOnly(Action, "sts:AssumeRoleWithWebIdentity");
  const conditions = Object.entries(Condition as Record<string, Record<string, unknown>>);
  if (!isOurs || conditions.some(([operator]) => operator !== "StringEquals")) return undefined;
  const [, equals = {}] = conditions[0] ?? [];
  const known = new Map(Object.entries(equals).map(([name, value]) => [name.toLowerCase(), value]));
  const subjects = textsOf(known.get(`${key}:sub`.toLowerCase()));
  const audiences = textsOf(known.get(`${key}:aud`.toLowerCase()));
  // A further condition only narrows.
  return {
    ...(subjects === undefined ? {} : { subjects }),
    ...(audiences === undefined ? {} : { audiences }),
  };
}

function isOnly(value: unknown, text: string): boolean {
  return value === text || (Array.isArray(value) && value.length === 1 && value[0] === text);
}

function textsOf(value: unknown): string[] | undefined {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : undefined;
}
