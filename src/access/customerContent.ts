import { hasUser } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import { userName } from "./arns";
import { denyPolicy } from "./denyPolicy";
import { accessEnded } from "./entitlements";
import type { Catalogue, PolicyDocument } from "./model";
import { userTags } from "./tags";

/** Everything that is declared for one customer with a user, as values. */
export interface CustomerContent {
  id: string;
  userName: string;
  /** Another one replaces the user, and with it its keys. */
  userGeneration: number;
  tags: Readonly<Record<string, string>>;
  /** Only when suspended or with an end date. */
  deny?: PolicyDocument;
  /** One for each generation, in their order. */
  keys: readonly { generation: number; status: "Active" | "Inactive"; pgpKey?: string }[];
}

interface ContentSettings {
  namePrefix: string;
  repositories: Catalogue;
  /** Tags of every user. */
  defaultTags?: Readonly<Record<string, string>>;
}

/**
 * What a customer gets in IAM on a day: the resources are declared from it, the proof of access is
 * about it, and its digest shows whether anything changes.
 *
 * @returns undefined for a customer without a user: it pulls with its own AWS account.
 */
export function customerContent(
  customer: Customer,
  { namePrefix, repositories, defaultTags }: ContentSettings,
  today: IsoDate,
): CustomerContent | undefined {
  if (!hasUser(customer)) return undefined;
  const { id, pgpKey, user = 1 } = customer;
  const ended = accessEnded(customer, today);
  const deny = denyPolicy(customer);
  return {
    id,
    userName: userName(namePrefix, customer),
    userGeneration: user,
    tags: { ...defaultTags, ...userTags(customer, repositories, today) },
    ...(deny === undefined ? {} : { deny }),
    keys: customer.keys.map(({ generation, status }) => ({
      generation,
      status: status === "active" && !ended ? "Active" : "Inactive",
      ...(pgpKey === undefined ? {} : { pgpKey }),
    })),
  };
}
