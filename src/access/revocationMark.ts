/**
 * The mark that an emergency revocation leaves in AWS: the time, in the `Sid` of the policy that
 * denies the user everything in ECR. A `Sid` holds letters and digits only (IAM user guide, "Sid").
 * An update that finds it, and a file that does not know of it, leaves the access ended
 * (docs/architecture.md, "Repairs").
 */

const MARK = /^Revoked(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** `2026-11-28T07:24:00Z`: the time as a mark and a customer file hold it. */
export function utcSecond(time: Date): string {
  return `${time.toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length)}Z`;
}

/** `Revoked20261128T072400Z` from `2026-11-28T07:24:00Z`; a fraction of a second is dropped. */
export function revocationSid(time: string): string {
  return `Revoked${time.replace(/\.\d+/, "").replace(/[-:]/g, "")}`;
}

/** The time of a mark as `2026-11-28T07:24:00Z`; undefined for any other `Sid`. */
export function readRevocationSid(sid: string): string | undefined {
  const [, year, month, day, hour, minute, second] = MARK.exec(sid) ?? [];
  if (year === undefined) return undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/**
 * When the access of a user was revoked in an emergency.
 *
 * @param document - the policy that ends its access (`DENY_POLICY_NAME`), parsed, as AWS holds it.
 * @returns the time of the first mark; undefined without one, whatever else the document is.
 */
export function revocationTime(document: unknown): string | undefined {
  const statements = (document as { Statement?: unknown } | null | undefined)?.Statement;
  for (const statement of Array.isArray(statements) ? statements : [statements]) {
    const sid = (statement as { Sid?: unknown } | null | undefined)?.Sid;
    const time = typeof sid === "string" ? readRevocationSid(sid) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
}
