// Whose pulls they are: by the caller's ARN, and by the key for its generation.
import { roleName, userName } from "../access/arns";
import { hasRole, hasUser } from "../customers/identity";
import type { Customer, IsoDate, IsoTime } from "../customers/model";
import type { Pull } from "./model";

/** A pull, and who it was according to the files. */
export interface KnownPull extends Pull {
  /** Undefined: no customer's, e.g. CI's. */
  customer?: string;
  /** Other customers that it may have been: they share the AWS account, and no role in a file tells them apart. */
  others?: readonly string[];
  /** `key 2`, `key AKIA… (not recorded)`, `role ci/puller`, `AWS account 210987654321`. */
  as: string;
}

/** The settings by which callers are recognised. */
interface Settings {
  account: string;
  namePrefix: string;
}

/** Account, kind and path of a caller; the root user, and users of a federation, too. */
const ARN = /^arn:[^:]+:(?:iam|sts)::(\d{12}):([a-z-]+)(?:\/(.+))?$/;

/** Names the customer of each pull; of an account that several customers share, all that it may have been. */
export function withCustomers(
  pulls: readonly Pull[],
  customers: readonly Customer[],
  { account, namePrefix }: Settings,
): KnownPull[] {
  const users = new Map(customers.filter(hasUser).map((one) => [userName(namePrefix, one), one]));
  const roles = new Map(customers.filter(hasRole).map((one) => [roleName(namePrefix, one), one]));
  const accounts = new Map<string, Customer[]>();
  for (const one of customers) {
    const { awsAccount } = one;
    if (awsAccount === undefined) continue;
    const sharing = accounts.get(awsAccount);
    if (sharing === undefined) accounts.set(awsAccount, [one]);
    else sharing.push(one);
  }
  return pulls.map((pull) => {
    // CloudTrail names another account by its number alone where it knows no more.
    const [, owner = pull.arn, kind = "", path = ""] = ARN.exec(pull.arn) ?? [];
    const parts = path.split("/");
    if (owner !== account) {
      const isRole = kind === "assumed-role";
      const role = isRole ? parts[0] : undefined;
      const as = isRole ? `role ${role ?? ""} of ${owner}` : `AWS account ${owner}`;
      return { ...pull, ...customersOf(accounts.get(owner) ?? [], role), as };
    }
    if (kind === "user") {
      const found = users.get(parts.at(-1) ?? "");
      return { ...pull, ...(found && { customer: found.id }), as: keyWords(pull.key, found) };
    }
    const role = parts[0] ?? "";
    const found = roles.get(role);
    return {
      ...pull,
      ...(found && { customer: found.id }),
      as: role === "" ? "root" : `role ${role}`,
    };
  });
}

/** An account's customers: those whose file names the role, else those whose file names none. */
function customersOf(
  sharing: readonly Customer[],
  role: string | undefined,
): Pick<KnownPull, "customer" | "others"> {
  // A session's ARN has the role's name without its path.
  const named = sharing.filter(({ awsRoles }) =>
    awsRoles?.some((one) => one.split("/").at(-1) === role),
  );
  const whole = sharing.filter(({ awsRoles }) => awsRoles === undefined);
  const candidates = named.length > 0 ? named : whole.length > 0 ? whole : sharing;
  const [customer, ...others] = candidates.map(({ id }) => id);
  if (customer === undefined) return {};
  return { customer, ...(others.length === 0 ? {} : { others }) };
}

/** All customers that a pull may have been. */
export function customersOfPull({ customer, others = [] }: KnownPull): string[] {
  return customer === undefined ? [] : [customer, ...others];
}

function keyWords(key: string, customer: Customer | undefined): string {
  const records = [...(customer?.adopted?.keys ?? []), ...(customer?.handedOver ?? [])];
  const generation = records.find((one) => one.key === key)?.generation;
  return generation === undefined ? `key ${key}` : `key ${generation}`;
}

/** The latest pull of each customer that AWS answered; one that may have been several customers' counts for each. */
export function lastPulls(pulls: readonly KnownPull[]): Map<string, IsoTime> {
  const last = new Map<string, IsoTime>();
  for (const pull of pulls) {
    const { at, error } = pull;
    if (error !== undefined) continue;
    for (const customer of customersOfPull(pull)) {
      const known = last.get(customer);
      if (known === undefined || known < at) last.set(customer, at);
    }
  }
  return last;
}

/** A customer that is entitled and does not pull. */
export interface IdleCustomer {
  customer: string;
  name: string;
  /** Undefined: not in what is known. */
  lastPull?: IsoTime;
}

/** Those of the entitled customers whose last pull was before the day `since`, the longest idle first. */
export function idleCustomers(
  customers: readonly Customer[],
  entitled: ReadonlySet<string>,
  last: ReadonlyMap<string, IsoTime>,
  since: IsoDate,
): IdleCustomer[] {
  return customers
    .flatMap(({ id, name }): IdleCustomer[] => {
      const lastPull = last.get(id);
      if (!entitled.has(id) || (lastPull !== undefined && lastPull >= since)) return [];
      return [{ customer: id, name, ...(lastPull === undefined ? {} : { lastPull }) }];
    })
    .sort((a, b) =>
      (a.lastPull ?? "") < (b.lastPull ?? "")
        ? -1
        : (a.lastPull ?? "") > (b.lastPull ?? "")
          ? 1
          : 0,
    );
}
