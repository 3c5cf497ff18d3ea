import type { Customer, IsoDate } from "../customers/model";
import type { PolicyDocument } from "./model";
import { revocationSid } from "./revocationMark";

/** Name of the inline policy that ends a customer's access. */
export const DENY_POLICY_NAME = "ecr-customers-end";

/**
 * Denies a user everything in ECR: at once when suspended, else from the day after `expires` on.
 * The date is in the policy, so that AWS enforces the end even if no one runs anything. A docker
 * login outlives its key by up to 12 hours; a deny is judged at every pull.
 *
 * The text does not change when the day passes: an ended customer needs no write for its end. After an
 * emergency revocation it carries that mark, so that files and AWS agree on what the revocation wrote.
 *
 * @returns undefined for an active customer without an end date, and for one without a user.
 */
export function denyPolicy(
  customer: Pick<Customer, "status" | "expires" | "awsAccount" | "revoked">,
): PolicyDocument | undefined {
  if (customer.awsAccount !== undefined) return undefined;
  const { status, expires, revoked } = customer;
  if (status === "suspended") return deny(revoked === undefined ? END : revocationSid(revoked));
  if (expires === undefined) return undefined;
  return deny(END, {
    DateGreaterThanEquals: { "aws:CurrentTime": `${dayAfter(expires)}T00:00:00Z` },
  });
}

const END = "End";

function deny(sid: string, condition?: Record<string, Record<string, string>>): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Deny",
        Action: "ecr:*",
        Resource: "*",
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  };
}

/** The next calendar day, UTC. */
export function dayAfter(day: IsoDate): IsoDate {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, "YYYY-MM-DD".length);
}
