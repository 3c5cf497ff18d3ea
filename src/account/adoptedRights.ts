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
  return {
    ...rest,
    repair: "operator",
    beforeAdoption: true,
    ...(removal === undefined ? {} : { finishing: removal }),
    wayOut: `\`ecr-customers adopt --finish ${id}\` removes it when it is no longer used.`,
  };
}
