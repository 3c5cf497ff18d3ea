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
  /** By further conditions, which are not judged. */
  isNarrowed: boolean;
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
  let isDenied = false;
  for (const statement of statementsOf(document)) {
    if (statement.Effect === "Deny") {
      // Whom it denies is not judged: no file asks for it, and it only restricts.
      isDenied = true;
      continue;
    }
    const accepted = acceptedBy(statement, issuerPath(issuer), federated);
    if (accepted === undefined) {
      more.push(`whoever a statement of another form names (${JSON.stringify(statement)})`);
      continue;
    }
    const { subjects: its, audiences, isNarrowed } = accepted;
    if (its === undefined) more.push(`every token of ${issuer}`);
    const others = (its ?? []).filter((one) => !subjects.includes(one));
    more.push(...others.map((one) => `tokens for ${one}`));
    if (audiences === undefined) more.push("tokens for any audience");
    else {
      const another = audiences.filter((one) => one !== audience);
      more.push(...another.map((one) => `tokens for the audience ${one}`));
      if (!audiences.includes(audience)) continue;
    }
    if (isNarrowed) continue;
    for (const one of subjects) if (its?.includes(one) !== false) reached.add(one);
  }
  const less = subjects
    .filter((one) => isDenied || !reached.has(one))
    .map((one) => `tokens for ${one}`);
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
  if (!isOurs) return undefined;
  const [, equals = {}] = conditions.find(([operator]) => operator === "StringEquals") ?? [];
  const known = new Map(Object.entries(equals).map(([name, value]) => [name.toLowerCase(), value]));
  const subjects = textsOf(known.get(`${key}:sub`.toLowerCase()));
  const audiences = textsOf(known.get(`${key}:aud`.toLowerCase()));
  const further = conditions.filter(([operator]) => operator !== "StringEquals");
  const isExact = subjects !== undefined && audiences !== undefined;
  // Beside exact values a further condition only narrows; instead of them it may let others in.
  if (further.length > 0 && !isExact) return undefined;
  return {
    isNarrowed: further.length > 0 || known.size > [subjects, audiences].filter(Boolean).length,
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
