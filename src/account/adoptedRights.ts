import type { AccountContext } from "./context";
import type { Deviation } from "./deviation";

/** Checks that find what a customer's user has beside what its file gives it. */
const OTHER_RIGHTS = new Set([
  "user-other-group",
  "user-inline-policy",
  "user-attached-policy",
  "user-boundary",
  "user-login-profile",
  "user-other-credential",
]);

/**
 * A deviation of an adopted customer that no update may end by itself: what its user had before it had a file is what it
 * may work with, until `adopt --finish` has found that it is no longer used. Others are returned unchanged.
 */
export function asBeforeAdoption(
  deviation: Deviation,
  { byId }: Pick<AccountContext, "byId">,
): Deviation {
  const [id, ...others] = deviation.customers === "all" ? [] : deviation.customers;
  const adopted = id === undefined ? undefined : byId.get(id)?.adopted;
  if (id === undefined || others.length > 0 || !OTHER_RIGHTS.has(deviation.check)) return deviation;
  if (adopted === undefined || adopted.finished !== undefined) return deviation;
  const { removal, ...rest } = deviation;
  const before = { ...rest, repair: "operator" as const, beforeAdoption: true as const };
  // What no run may remove keeps its own advice.
  if (removal === undefined) return before;
  const wayOut = `\`ecr-customers adopt --finish ${id}\` removes it when it is no longer used.`;
  return { ...before, finishing: removal, wayOut };
}
