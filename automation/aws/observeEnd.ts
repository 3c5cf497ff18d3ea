import type { IAMClient } from "@aws-sdk/client-iam";
import { userArn, USER_PATH, type Home } from "../../src/access/arns";
import type { ObservedAccount, ObservedUser } from "../../src/account/observed";
import { inlineOfUser } from "./inlinePolicies";
import { unlessMissing } from "./missing";
import { NoteUnread } from "./noteUnread";
import { observedKeys } from "./observeKeys";

/**
 * Reads whether one user's access has ended: its inline policies and its keys, nothing else. In an
 * emergency each further call may be the one that AWS throttles.
 *
 * @returns without the user when AWS has none of that name.
 */
export async function observeEnd(
  iam: IAMClient,
  home: Home,
  name: string,
): Promise<ObservedAccount> {
  const unread = new NoteUnread();
  const read = async (): Promise<ObservedUser> => {
    // In this order: the deny decides about every pull, the keys only about new logins.
    const inlinePolicies = await inlineOfUser(iam, name);
    const keys = (await observedKeys(iam, [name], {}, unread)).get(name);
    return {
      ...{ name, path: USER_PATH, arn: userArn(home, name), uniqueId: "" },
      inlinePolicies,
      ...(keys === undefined ? {} : { keys }),
    };
  };
  const user = await unread.unless("user", name, unlessMissing(read()));
  return {
    account: home.account,
    scope: { users: new Set([name]), group: false, others: false },
    users: user === undefined ? [] : [user],
    groups: [],
    managedPolicies: new Map(),
    roles: [],
    repositories: new Map(),
    registries: new Map(),
    unread: unread.noted,
  };
}
