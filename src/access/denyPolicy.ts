import { hasRole, hasUser, type Identified } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import type { PolicyDocument, PolicyStatement } from "./model";
import { revocationSid } from "./revocationMark";
import { sourceOf, sourceStatement } from "./source";

/** Name of the inline policy that ends a customer's access, and limits from where it works. */
export const DENY_POLICY_NAME = "ecr-customers-end";

/**
 * Denies a user, or a role, everything in ECR: at once when suspended, else from the day after `expires` on, and from
 * elsewhere than its networks and VPC endpoints.
 * The date is in the policy, so that AWS enforces the end even if no one runs anything. A docker
 * login outlives its key by up to 12 hours; a deny is judged at every pull.
 *
 * The text does not change when the day passes: an ended customer needs no write for its end. After an
 * emergency revocation it carries that mark, so that files and AWS agree on what the revocation wrote.
 *
 * @returns undefined for an active customer without an end date that may pull from anywhere, and for one without
 * a user and a role of ours.
 */
export function denyPolicy(
  customer: Pick<Customer, "status" | "expires" | "revoked" | "networks" | "vpcEndpoints"> &
    Identified,
): PolicyDocument | undefined {
  if (!hasUser(customer) && !hasRole(customer)) return undefined;
  const { status, expires, revoked } = customer;
  // Denied everything, wherever it comes from: the document that an emergency revocation writes.
  if (status === "suspended") {
    return document([deny(revoked === undefined ? END : revocationSid(revoked))]);
  }
  const source = sourceOf(customer);
  const statements = [
    ...(expires === undefined
      ? []
      : [
          deny(END, {
            DateGreaterThanEquals: { "aws:CurrentTime": `${dayAfter(expires)}T00:00:00Z` },
          }),
        ]),
    ...(source === undefined ? [] : [sourceStatement(source)]),
  ];
  return statements.length === 0 ? undefined : document(statements);
}

const END = "End";

function document(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

function deny(sid: string, condition?: PolicyStatement["Condition"]): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Deny",
    Action: "ecr:*",
    Resource: "*",
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** The next calendar day, UTC. */
export function dayAfter(day: IsoDate): IsoDate {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, "YYYY-MM-DD".length);
}
