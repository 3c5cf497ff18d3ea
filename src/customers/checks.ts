import { userName } from "../access/arns";
import { hasRole, hasUser } from "./identity";
import type { StackConfig } from "../config";
import type { Problem } from "../problem";
import { addMonths } from "./isoDate";
import type { Customer, IsoDate } from "./model";
import { readPgpKey } from "./pgpKey";
import { suggest } from "../yaml/nearest";
import { problemAt } from "../yaml/place";
import type { YamlNode } from "../yaml/nodes";
import { counted } from "../counted";

/** One customer as the checks see it: its value, its file, and the positions in it. */
export interface CheckedCustomer {
  customer: Customer;
  file: string;
  root: YamlNode;
  /** Fields that could not be read: the checks skip them. */
  unread?: ReadonlySet<string>;
}

interface CheckContext {
  config: StackConfig;
  today: IsoDate;
}

/** What a check found: where in the document, and the words. */
interface Finding {
  path: PropertyKey[];
  message: string;
  fix: string;
}

type Check = (customer: Customer, context: CheckContext) => Finding | Finding[];

/** Amazon ECR started in December 2015: no contract about images in it ended before that year. */
export const EARLIEST_END = "2015-01-01";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Checks of one customer against the stack's settings, by name. */
export const CHECKS: Readonly<Record<string, Check>> = {
  /** Each repository is in the stack's catalogue. */
  "repository-known": ({ repositories }, { config }) =>
    repositories.flatMap((repository, index) =>
      config.repositories.has(repository)
        ? []
        : {
            path: ["repositories", index],
            message: `expected a repository of the stack's catalogue, got "${repository}"`,
            fix: suggest(repository, [...config.repositories.keys()]),
          },
    ),

  /** A region in which the stack has nothing is a mistake. */
  "region-known": ({ regions = [] }, { config }) => {
    const known = [...new Set([...config.repositories.values()].flatMap((one) => one.regions))];
    return regions.flatMap((region, index) =>
      known.includes(region)
        ? []
        : {
            path: ["regions", index],
            message: `expected a region of the stack's repositories, got "${region}"`,
            fix: suggest(region, known),
          },
    );
  },

  /** Where the customer may pull, each of its repositories exists at least once. */
  "region-without-repository": ({ regions, repositories }, { config }) =>
    repositories.flatMap((repository, index) => {
      const its = config.repositories.get(repository)?.regions ?? [];
      if (regions === undefined || its.length === 0) return [];
      if (its.some((region) => regions.includes(region))) return [];
      return {
        path: ["repositories", index],
        message: `expected a repository in one of the customer's \`regions\`, ${regions.join(" and ")}, got "${repository}", which is in ${its.join(" and ")}`,
        fix: "Add a region of it to `regions`, or delete the repository here.",
      };
    }),

  /** The tag that opens a repository opens it in all of its regions. */
  "region-of-tagged": (customer, { config }) => {
    const { regions, repositories } = customer;
    if (regions === undefined || !hasUser(customer)) return [];
    return repositories.flatMap((repository, index) => {
      const its = config.repositories.get(repository);
      if (its?.grants !== "tagged") return [];
      if (its.regions.every((region) => regions.includes(region))) return [];
      return {
        path: ["repositories", index],
        message: `expected a repository with \`grants: named\`, or with no other regions than the customer's ${regions.join(" and ")}, got "${repository}" with \`grants: tagged\` in ${its.regions.join(" and ")}`,
        fix: `Add the missing regions to \`regions\`, or write \`grants: named\` for ${repository} in the stack's settings.`,
      };
    });
  },

  /** A stack may require an end date. */
  "expiry-required": ({ expires, status }, { config }) =>
    config.requireExpiry === undefined || expires !== undefined || status === "suspended"
      ? []
      : {
          path: ["expires"],
          message: "expected an end date, which this stack requires, got none",
          fix: "Write the last day with access, e.g. `expires: 2027-01-31`.",
        },

  /** A stack may limit how far ahead an end date is. */
  "expiry-too-late": ({ expires }, { config, today }) => {
    const months = config.requireExpiry?.maxMonths;
    if (months === undefined || expires === undefined) return [];
    const latest = addMonths(today, months);
    return expires <= latest
      ? []
      : {
          path: ["expires"],
          message: `expected an end date within ${counted(months, "month")}, got ${expires}`,
          fix: `Write ${latest} or an earlier day.`,
        };
  },

  /** Exports and spreadsheets fill an empty date cell with 1899-12-30, 1970-01-01 and others. */
  "expires-too-early": ({ expires }) =>
    expires === undefined || expires >= EARLIEST_END
      ? []
      : {
          path: ["expires"],
          message: `expected an end date from ${EARLIEST_END} on, got ${expires}, which usually stands for an empty date`,
          fix: "Write the last day with access, or leave `expires` out for a customer without an end date.",
        },

  /** The deny begins on the day after, and a policy's date has a year of four digits. */
  "expires-never": ({ expires }) =>
    expires !== "9999-12-31"
      ? []
      : {
          path: ["expires"],
          message: "expected a day after which access ends, got 9999-12-31, the last day there is",
          fix: "Leave `expires` out for a customer without an end date.",
        },

  /** A grant to the stack's own account would open the repositories to every identity in it. */
  "aws-account-own": ({ awsAccount, awsRoles, withKey }, { config }) =>
    awsAccount !== config.account
      ? []
      : {
          path:
            awsRoles === undefined && withKey === undefined
              ? ["awsAccount"]
              : ["identity", "account"],
          message: `expected the customer's account, got ${awsAccount}, the account of this stack`,
          fix: "Ask the customer for the 12 digits of its own account.",
        },

  /**
   * AWS returns a key's secret once, and only then it is encrypted: if that fails, an active key is left whose
   * secret no one has. A key pair that has expired since is harmless once all keys are handed over.
   */
  "pgp-key-unusable": ({ pgpKey, keys, handedOver = [] }, { today }) => {
    const key = pgpKey === undefined ? undefined : readPgpKey(pgpKey);
    if (key?.kind !== "public") return [];
    const { canEncrypt, expiresAt = Infinity } = key.use;
    const given = new Set(handedOver.map(({ generation }) => generation));
    const isNeeded = keys.some(({ generation }) => !given.has(generation));
    const tomorrow = Date.parse(today) + DAY_MILLISECONDS;
    if (canEncrypt && (expiresAt > tomorrow || !isNeeded)) return [];
    return {
      path: ["pgpKey"],
      message: canEncrypt
        ? `expected a key that is still valid, got one that expires on ${new Date(expiresAt).toISOString().slice(0, "YYYY-MM-DD".length)}`
        : "expected a key that can encrypt, got one that can only sign, or is revoked",
      fix: "Ask the customer for a current key with an encryption subkey: `gpg --armor --export` prints both.",
    };
  },

  /** The name of an IAM user, and of a role, has 64 characters at most (IAM quotas). */
  "user-name-length": (customer, { config }) =>
    (!hasRole(customer) && (!hasUser(customer) || customer.userName !== undefined)) ||
    config.namePrefix.length + customer.id.length <= 64
      ? []
      : {
          path: [],
          message: `expected prefix and id to have at most 64 characters together, got ${config.namePrefix.length + customer.id.length}`,
          fix: "Give the file a shorter name; it cannot be renamed later.",
        },
};

/** Runs all checks on one customer; each problem has its position in the file. */
export function checkCustomer(checked: CheckedCustomer, context: CheckContext): Problem[] {
  return Object.entries(CHECKS).flatMap(([check, run]) =>
    [run(checked.customer, context)]
      .flat()
      .filter(({ path }) => checked.unread?.has(String(path[0])) !== true)
      .map((finding) => problemOf(checked, check, finding)),
  );
}

/** Checks across customers, by name. In file order. */
export function checkTogether(
  all: readonly CheckedCustomer[],
  { namePrefix }: Pick<StackConfig, "namePrefix">,
): Problem[] {
  // Without one, names differ as ids do, which the check of the folder covers.
  const hasOwnNames = all.some(({ customer }) => customer.userName !== undefined);
  return [
    ...unique(all, "source-unique", ({ source }) =>
      source === undefined
        ? []
        : {
            path: ["source"],
            value: `${source.system}/${source.id}`,
            expected: "a record that owns one file",
            fix: "Correct the id, or delete `source` in one of the two.",
          },
    ),
    ...unique(all, "user-name-unique", (customer, unread) =>
      !hasOwnNames || !hasUser(customer) || unread?.has("userName") === true
        ? []
        : {
            path: customer.userName === undefined ? [] : ["userName"],
            value: userName(namePrefix, customer),
            // Names are unique whatever their case (IAM user guide, "IAM and AWS STS quotas").
            same: (name) => name.toLowerCase(),
            expected: "an IAM user of its own",
            fix: "A file without `userName` has the user of its own name: correct or delete `userName` in one of the two.",
          },
    ),
    ...unique(all, "oidc-unique", ({ oidc }, unread) =>
      oidc === undefined || unread?.has("identity") === true
        ? []
        : oidc.subjects.map((subject) => ({
            path: ["identity", "oidc", "subjects"],
            value: `${subject} of ${oidc.issuer} for ${oidc.audience}`,
            expected: "tokens that stand for one customer",
            fix: "Delete the subject in one of the two, or write another `audience` in one of them.",
          })),
    ),
    ...unique(all, "adopted-unique", ({ adopted }) =>
      adopted === undefined
        ? []
        : [adopted.user, ...adopted.keys.map(({ key }) => key)].map((value) => ({
            path: ["adopted"],
            value,
            expected: "a user and keys that one file adopts",
            fix: "Delete `adopted` in one of the two; `ecr-customers adopt` shows whose it is.",
          })),
    ),
  ];
}

/** A value that only one customer may have. */
interface Claim {
  path: PropertyKey[];
  value: string;
  /** Which values are the same; without it, equal ones. */
  same?: (value: string) => string;
  expected: string;
  fix: string;
}

function unique(
  all: readonly CheckedCustomer[],
  check: string,
  claimsOf: (customer: Customer, unread: CheckedCustomer["unread"]) => Claim | Claim[],
): Problem[] {
  const owners = new Map<string, string>();
  return all.flatMap((checked) =>
    [claimsOf(checked.customer, checked.unread)]
      .flat()
      .flatMap(({ path, value, same, expected, fix }) => {
        const key = same?.(value) ?? value;
        const owner = owners.get(key);
        if (owner === undefined) owners.set(key, checked.file);
        if (owner === undefined) return [];
        const message = `expected ${expected}, got ${value}, which ${owner} has too`;
        return problemOf(checked, check, { path, message, fix });
      }),
  );
}

function problemOf(checked: CheckedCustomer, check: string, finding: Finding): Problem {
  return problemAt(checked, finding.path, check, finding.message, finding.fix);
}
