import type { Customer } from "../customers/model";
import { iamArn, userArn, userName, type Home } from "./arns";
import { statementsOf } from "./presentPolicy";

/**
 * A policy with adopted customers' users by the ARN that they have as customers. AWS writes a user's new ARN into the
 * policies that name it when its path changes (IAM user guide, "Renaming an IAM user"), so both forms are one.
 *
 * @param document - as AWS holds it, parsed.
 * @returns the same document when it names no such user by another ARN.
 */
export function movedPrincipals(
  document: unknown,
  customers: readonly Customer[],
  settings: Home & { namePrefix: string },
): unknown {
  const names = new Set(
    customers.flatMap((one) =>
      one.adopted === undefined ? [] : [userName(settings.namePrefix, one)],
    ),
  );
  if (names.size === 0 || typeof document !== "object" || document === null) return document;
  const users = iamArn(settings, "user/");
  const moved = (arn: unknown): unknown => {
    if (typeof arn !== "string" || !arn.startsWith(users)) return arn;
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    return names.has(name) ? userArn(settings, name) : arn;
  };
  const Statement = statementsOf(document).map((statement) => {
    const changed = Object.entries(statement).map(([element, value]) =>
      element === "Principal" || element === "NotPrincipal"
        ? [element, withArns(value, moved)]
        : [element, value],
    );
    return Object.fromEntries(changed) as Readonly<Record<string, unknown>>;
  });
  return { ...document, Statement };
}

function withArns(principal: unknown, moved: (arn: unknown) => unknown): unknown {
  if (typeof principal !== "object" || principal === null) return principal;
  return Object.fromEntries(
    Object.entries(principal).map(([kind, listed]: [string, unknown]) => [
      kind,
      Array.isArray(listed) ? listed.map(moved) : moved(listed),
    ]),
  );
}
