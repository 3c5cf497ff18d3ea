/** Which of those who can pull become customers. */
import type { AccountId } from "../customers/model";
import type { Puller } from "./puller";

/** What a reviewer says about one principal. */
export interface Wanted {
  /** Id of the customer; without it one is made from the user's name. */
  id?: string;
  name?: string;
  source?: { system: string; id: string };
}

/** By its parts, or by a table of principals. */
export interface Selection {
  /** Users whose name matches, */
  users?: RegExp;
  /** whose path begins so, */
  path?: string;
  /** and that have all of these tags. */
  tags?: readonly (readonly [key: string, value: string])[];
  /** Names or ARNs, of which one has to be the user's. */
  known?: ReadonlySet<string>;
  /** Other AWS accounts. */
  accounts?: "all" | ReadonlySet<AccountId>;
  /** Principal → what it becomes; then nothing else is selected. */
  table?: ReadonlyMap<string, Wanted>;
}

/** What a selection says about one who can pull; undefined: it does not become a customer. */
export function wantedOf(puller: Puller, selection: Selection): Wanted | undefined {
  const { table, accounts, users, path, tags = [], known } = selection;
  if (table !== undefined) return table.get(puller.principal);
  const { kind, user, account } = puller;
  if (kind === "account" && account !== undefined) {
    return accounts === "all" || accounts?.has(account) === true ? {} : undefined;
  }
  if (user === undefined) return undefined;
  const isNarrowed = [users, path, known].some((one) => one !== undefined) || tags.length > 0;
  const isSelected =
    isNarrowed &&
    (users === undefined || users.test(user.name)) &&
    (path === undefined || user.path.startsWith(path)) &&
    (known === undefined || known.has(user.arn) || known.has(user.name)) &&
    tags.every(([key, value]) => user.tags?.[key] === value);
  return isSelected ? {} : undefined;
}
