import { counted, digits } from "../../src/counted";
import { renamedFix, type RenamedCustomer } from "../../src/customers/renamed";
import type { AccessChange } from "../../src/adopt/change";
import type { ForeignFinding } from "./foreign";
import { countLosers, lossLines } from "./foreignReport";
import type { Replacement } from "./resourceFacts";

/**
 * What an update may do unless an option of that run allows more: one bad file must not cut off
 * paying customers (docs/architecture.md, "Limits"). Pure: counts in, refusals out.
 */

/** The percentage of the customers with access that may lose it in one run. */
const LOSS_PERCENT = 10;

/** What is allowed for one run. Never read from a file. */
export interface Allowances {
  /** `--allow-revocations N`: up to N customers may lose access, instead of the usual limit. */
  revocations?: number;
  /** `--allow-replacements N`: up to N users, keys or repositories may be replaced. */
  replacements?: number;
  /** `--allow-unknown-changes`. */
  unknownChanges?: boolean;
  /** `--allow-foreign-revocations N`: up to N principals that are not customers may lose what they have. */
  foreignRevocations?: number;
  /** `--take-over REPOSITORY`: these repositories' policies may be taken over from another stack. */
  takeOver?: readonly string[];
  /** `--allow-adoption-changes 1,2`: these numbered changes of someone's access are accepted. */
  adoptionChanges?: readonly number[];
}

/** What an update would do, as far as the limits are concerned. */
export interface LimitedFacts {
  /** How many customers have access today according to the last update; undefined without one. */
  entitled: number | undefined;
  /** Ids of those that would lose access. */
  losers: readonly string[];
  /** Customers whose file has another name than at the last update. */
  renamed: readonly RenamedCustomer[];
  /** What would be replaced and must not be. */
  replacements: readonly Replacement[];
  /** What others have in repositories' policies and no file declares. */
  foreign: readonly ForeignFinding[];
  /** What of the engine's answer is not understood, in words. */
  unknown: readonly string[];
  /** Whose access an adoption would change, judged by everything that AWS holds. */
  adoptionChanges?: readonly AccessChange[];
}

/** Why an update stops before its first write. */
export interface Refusal {
  limit:
    | "revocations"
    | "renamed-files"
    | "replacements"
    | "unknown-changes"
    | "foreign-revocations"
    | "other-stack"
    | "adoption-changes";
  message: string;
  /** Who or what it is about. */
  items: readonly string[];
  /** The option that allows the same update; none where nothing does. */
  flag?: string;
  /** What to do where no option allows it. */
  fix?: string;
}

/** How many customers may lose access in one run: 10 % of those that have it, and always one. */
export function revocationLimit(entitled: number): number {
  return Math.max(1, Math.floor((entitled * LOSS_PERCENT) / 100));
}

/** Every limit that the update exceeds; empty when it may continue. */
export function refusals(facts: LimitedFacts, allowed: Allowances): Refusal[] {
  const { entitled, losers, renamed, replacements, unknown } = facts;
  const found: Refusal[] = [];
  if (renamed.length > 0) {
    found.push({
      limit: "renamed-files",
      message: `${counted(renamed.length, "customer file")} ${renamed.length === 1 ? "was" : "were"} renamed: with another id a customer gets another user and another key, and its present key stops working`,
      items: renamed.map(({ before, after }) => `${after}.yaml was ${before}.yaml`),
      fix: renamed.map(renamedFix).join(" "),
    });
  }
  const mayLose = allowed.revocations ?? revocationLimit(entitled ?? 0);
  // Someone has let them in, so their loss is one too; as few as customers, an update may end it by itself.
  const added = facts.foreign.filter(({ kind }) => kind === "own-statement");
  const losing = losers.length + countLosers(added);
  if (losing > mayLose) {
    const customers =
      entitled === undefined
        ? counted(losers.length, "customer")
        : `${digits(losers.length)} of ${counted(entitled, "customer")}`;
    const others =
      added.length === 0
        ? ""
        : ` and ${counted(countLosers(added), "principal")} that someone added to our statements`;
    found.push({
      limit: "revocations",
      message: `${customers}${others} would lose access; the limit is ${digits(mayLose)}`,
      items: [...losers, ...lossLines(added)],
      flag: `--allow-revocations ${losing}`,
    });
  }
  const mayReplace = allowed.replacements ?? 0;
  if (replacements.length > mayReplace) {
    found.push({
      limit: "replacements",
      message: `${counted(replacements.length, "user, key or repository", "users, keys or repositories")} of customers that keep access would be replaced or deleted; the limit is ${mayReplace}`,
      items: replacements.map(({ text }) => text),
      flag: `--allow-replacements ${replacements.length}`,
    });
  }
  if (unknown.length > 0 && allowed.unknownChanges !== true) {
    found.push({
      limit: "unknown-changes",
      message: "what the update would change is not fully known",
      items: unknown,
      flag: "--allow-unknown-changes",
    });
  }
  return [
    ...found,
    ...adoptionRefusals(facts, allowed),
    ...ownerRefusals(facts.foreign, allowed),
    ...foreignRefusals(facts, allowed),
  ];
}

/** An adoption changes no one's access but where an operator has accepted it, by its number. */
function adoptionRefusals(
  { adoptionChanges = [] }: LimitedFacts,
  { adoptionChanges: accepted = [] }: Allowances,
): Refusal[] {
  const open = adoptionChanges.filter(({ number }) => !accepted.includes(number));
  if (open.length === 0) return [];
  const numbers = adoptionChanges.map(({ number }) => number);
  return [
    {
      limit: "adoption-changes",
      message: `the adoption would change ${counted(open.length, "access right")}, and each has to be accepted by its number`,
      items: open.map(({ number, who, change, what }) => `${number}. ${who} ${change} ${what}`),
      flag: `--allow-adoption-changes ${numbers.join(",")}`,
    },
  ];
}

/** A repository's policy has one owner, the stack that writes it. */
function ownerRefusals(
  findings: readonly ForeignFinding[],
  { takeOver = [] }: Allowances,
): Refusal[] {
  const owned = findings.filter(
    ({ kind, repository }) => kind === "other-stack" && !takeOver.includes(repository),
  );
  return [...new Set(owned.map(({ repository }) => repository))].map((repository) => {
    const own = owned.filter((one) => one.repository === repository);
    const { stack = "", project = "" } = own[0]?.owner ?? {};
    return {
      limit: "other-stack",
      message: `the policy of ${repository} belongs to stack ${stack} of project ${project}; only if that stack no longer exists, take it over`,
      items: lossLines(own),
      flag: `--take-over ${repository}`,
    };
  });
}

/**
 * What others have is not this program's to remove: a policy that it has not written before is refused until
 * their statements are declared. What was added later is kept, unless the option asks to remove it; so is what they
 * have in a repository that leaves the catalogue, unless the repository itself is deleted.
 */
function foreignRefusals({ foreign }: LimitedFacts, { foreignRevocations }: Allowances): Refusal[] {
  const going = foreign.filter(
    ({ kind }) =>
      kind === "first-contact" ||
      kind === "leaving" ||
      (kind === "drift" && foreignRevocations !== undefined),
  );
  const count = countLosers(going);
  if (count <= (foreignRevocations ?? 0)) return [];
  const repositories = named(going);
  const leaving = named(going.filter(({ kind }) => kind === "leaving"));
  const keep = named(going.filter(({ kind }) => kind !== "leaving")).map(
    (name) => `\`ecr-customers keep ${name}\``,
  );
  const ways = [
    ...(keep.length === 0 ? [] : [`${keep.join(", ")} declares what they have`]),
    ...(leaving.length === 0
      ? []
      : [`${leaving.join(", ")} left the catalogue, so that its policy is deleted`]),
  ];
  return [
    {
      limit: "foreign-revocations",
      message: `${counted(count, "principal")} that no file declares would lose access to ${repositories.join(", ")}; ${ways.join("; ")}`,
      items: lossLines(going),
      flag: `--allow-foreign-revocations ${count}`,
    },
  ];
}

function named(findings: readonly ForeignFinding[]): string[] {
  return [...new Set(findings.map(({ repository }) => repository))];
}
