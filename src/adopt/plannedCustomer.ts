import { GROUP_NAME, userName } from "../access/arns";
import { byText } from "../access/order";
import type { AccountContext } from "../account/context";
import type { ObservedUser } from "../account/observed";
import type { Customer, KeyGeneration } from "../customers/model";
import { newCustomerText } from "../customers/newText";
import { broaderRights } from "./broader";
import type { Puller } from "./puller";
import type { Wanted } from "./selection";

/** One who becomes a customer. */
export interface PlannedCustomer {
  puller: Puller;
  customer: Customer;
  /** The file. */
  text: string;
  /** What it has today beyond its file, and keeps until `adopt --finish`. */
  broader: readonly string[];
  /** Policies and groups that give it that, e.g. `inline policy pull`. */
  old: readonly string[];
}

const NAME_LENGTH = 200;

/** The customer file and all that is known about one who becomes a customer. */
export function plannedCustomer(
  context: AccountContext,
  puller: Puller,
  wanted: Wanted & { id: string },
): PlannedCustomer {
  const { user, account, accountRole } = puller;
  const { id, source } = wanted;
  const repositories = [...new Set(puller.pulls.map((place) => place.split("@")[0] ?? ""))];
  const held = [...(user?.keys ?? [])];
  const customer: Customer = {
    id,
    name: (wanted.name ?? nameOf(puller)).slice(0, NAME_LENGTH),
    repositories: repositories.sort(byText),
    status: "active",
    keys: held.map(({ status }, index): KeyGeneration => ({
      generation: index + 1,
      status: status === "Active" ? "active" : "inactive",
    })),
    protected: false,
    ...(account === undefined ? {} : { awsAccount: account }),
    ...(accountRole === undefined ? {} : { awsRoles: [accountRole] }),
    ...(source === undefined ? {} : { source }),
    ...(user === undefined ? {} : keptIdentity(context, id, user)),
  };
  return {
    puller,
    customer,
    text: newCustomerText(customer),
    broader: user === undefined ? [] : broaderRights(context, user),
    old: oldPolicies(context, puller),
  };
}

/** What proves which user and which access keys the file means. */
function keptIdentity(
  { settings }: AccountContext,
  id: string,
  { name, uniqueId, keys = [] }: ObservedUser,
): Pick<Customer, "userName" | "adopted"> {
  const isNamed = userName(settings.namePrefix, { id }) === name;
  const ids = keys.map((key, index) => ({ generation: index + 1, key: key.id }));
  return { ...(isNamed ? {} : { userName: name }), adopted: { user: uniqueId, keys: ids } };
}

/** A tag may hold what a customer's name must not: then the user's name has to do. */
function nameOf({ user, account, accountRole, words }: Puller): string {
  if (user === undefined) {
    return account === undefined || accountRole !== undefined ? words : `AWS account ${account}`;
  }
  const tagged = user.tags?.["Name"] ?? user.tags?.["name"] ?? "";
  const isUsable = tagged !== "" && tagged.trim() === tagged && tagged.normalize("NFC") === tagged;
  return isUsable ? tagged : user.name;
}

function oldPolicies({ settings }: AccountContext, { user }: Puller): string[] {
  if (user === undefined) return [];
  const own = `${settings.namePrefix}${GROUP_NAME}`;
  return [
    ...[...(user.inlinePolicies ?? new Map<string, unknown>()).keys()].map(
      (name) => `inline policy ${name}`,
    ),
    ...(user.attachedPolicies ?? []).map(({ name }) => `managed policy ${name}`),
    ...(user.groups ?? []).filter((name) => name !== own).map((name) => `group ${name}`),
  ];
}
