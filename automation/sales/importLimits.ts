/**
 * What an import may do without a flag for that run. An export is the least reliable
 * input of this project: a filter, a renamed stage or a column of blank dates must not cut
 * off paying customers. Pure: facts in, refusals out.
 */
import type { AccessChange } from "../../src/access/difference";
import { revocationLimit } from "../plan/limits";
import { counted } from "../../src/counted";

/** What an operator allows for one run. Never read from a file. */
export interface ImportAllowances {
  /** `--max-revocations N` or `P%`. */
  revocations?: { count: number } | { percent: number };
  /** `--allow-empty`. */
  empty?: boolean;
  /** `--accept-id-change`. */
  idChange?: boolean;
  /** `--mapping-changed`. */
  mappingChanged?: boolean;
  /** `--accept-lifted-ends`. */
  liftedEnds?: boolean;
}

/** What an import would do, as far as the limits need it. Of this sales system's customers only. */
export interface ImportFacts {
  /** Rows of data in the export. */
  rows: number;
  /** Who has access today, according to the files before and after. */
  entitledBefore: readonly string[];
  entitledAfter: readonly string[];
  /** Their access before and after. */
  access: readonly AccessChange[];
  /** Customers with access whose end date would be gone. */
  lifted: readonly string[];
  /** Customers that the export does not name. */
  absent: readonly Identity[];
  /** Customers that would be new. */
  added: readonly Identity[];
  /**
   * What differs from the mapping of the last import, in words; empty also when there was
   * none.
   */
  mappingChanges: readonly string[];
}

/** What a company may be recognised by under another id. */
export interface Identity {
  customer: string;
  /** Folded. */
  name: string;
  contact?: string;
  entitled: boolean;
}

export type ImportLimit =
  | "revocations"
  | "no-rows"
  | "no-customer-left"
  | "id-change"
  | "mapping"
  | "lifted-ends"
  | "digest";

/** Why an import stops before its first write. */
export interface ImportRefusal {
  limit: ImportLimit;
  message: string;
  /** Who or what it is about. */
  items: readonly string[];
  /** What lets the same import pass. */
  flag: string;
}

/** Share of the entitled above which vanished and new ids together suggest that ids were changed. */
const TURNOVER_PERCENT = 20;

/** Public mail providers: two customers there have nothing to do with each other. */
const PUBLIC_MAIL =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|gmx|web|proton|protonmail|mail|qq|163|126)\.[a-z.]+$/;

/** Every limit that the import exceeds; empty when it may continue. */
export function importRefusals(facts: ImportFacts, allowed: ImportAllowances): ImportRefusal[] {
  return [
    ...emptiness(facts, allowed),
    ...revocations(facts, allowed),
    ...liftedEnds(facts, allowed),
    ...idChange(facts, allowed),
    ...mappingChange(facts, allowed),
  ];
}

/** Customers that would lose a repository at once, or everything at an earlier day than now. */
export function losers(access: readonly AccessChange[]): string[] {
  return access
    .filter(({ loses, changes }) => loses.length > 0 || changes.some(endsEarlier))
    .map(({ customer }) => customer);
}

function endsEarlier({ before, after }: AccessChange["changes"][number]): boolean {
  return (
    after.expires !== undefined && (before.expires === undefined || after.expires < before.expires)
  );
}

function emptiness(
  { rows, entitledBefore, entitledAfter }: ImportFacts,
  { empty }: ImportAllowances,
): ImportRefusal[] {
  if (empty === true) return [];
  const flag = "--allow-empty";
  if (rows === 0) {
    return [{ limit: "no-rows", message: "the export has a header and no rows", items: [], flag }];
  }
  if (entitledBefore.length === 0 || entitledAfter.length > 0) return [];
  const message = "no customer of this sales system would have access any more";
  return [{ limit: "no-customer-left", message, items: entitledBefore, flag }];
}

function revocations(
  { access, entitledBefore }: ImportFacts,
  allowed: ImportAllowances,
): ImportRefusal[] {
  const losing = losers(access);
  const entitled = entitledBefore.length;
  const may = mayLose(entitled, allowed.revocations);
  if (losing.length <= may) return [];
  const message = `${losing.length} of ${counted(entitled, "customer")} with access would lose some of it, or lose it earlier; ${may} may`;
  const flag = `--max-revocations ${losing.length}`;
  return [{ limit: "revocations", message, items: losing, flag }];
}

function mayLose(entitled: number, allowed: ImportAllowances["revocations"]): number {
  if (allowed === undefined) return revocationLimit(entitled);
  return "count" in allowed ? allowed.count : Math.floor((entitled * allowed.percent) / 100);
}

/** A column of blank dates gives many customers access permanently, including those that have ended. */
function liftedEnds(
  { lifted, entitledBefore }: ImportFacts,
  { liftedEnds }: ImportAllowances,
): ImportRefusal[] {
  const may = revocationLimit(entitledBefore.length);
  if (liftedEnds === true || lifted.length <= may) return [];
  const message = `${counted(lifted.length, "customer")} would have access without an end date from now on, ${may} may`;
  return [{ limit: "lifted-ends", message, items: lifted, flag: "--accept-lifted-ends" }];
}

/** Companies that vanish and come back under another id would be cut off, or exist twice. */
function idChange(
  { absent, added, entitledBefore }: ImportFacts,
  { idChange }: ImportAllowances,
): ImportRefusal[] {
  if (idChange === true) return [];
  const flag = "--accept-id-change";
  const pairs = sameCompanies(absent, added);
  if (pairs.length > 0) {
    const message =
      "a new company has the name or the mail domain of one that vanished: if its id was changed, change `source.id` in its file";
    const items = pairs.map(([gone, one]) => `${one} is new, ${gone} is not in the export`);
    return [{ limit: "id-change", message, items, flag }];
  }
  const gone = absent.filter(({ entitled }) => entitled).map(({ customer }) => customer);
  const many = (entitledBefore.length * TURNOVER_PERCENT) / 100;
  if (gone.length <= many || added.length <= many) return [];
  const message = `of ${counted(entitledBefore.length, "customer")} with access ${gone.length} are not in the export, and ${added.length} are new: were the ids changed?`;
  return [{ limit: "id-change", message, items: gone, flag }];
}

/** Pairs of a vanished and a new customer that share a name or a mail domain. */
function sameCompanies(
  absent: readonly Identity[],
  added: readonly Identity[],
): [string, string][] {
  const known = new Map<string, string>();
  for (const gone of absent) for (const mark of marksOf(gone)) known.set(mark, gone.customer);
  return added.flatMap((one): [string, string][] => {
    const gone = marksOf(one).flatMap((mark) => known.get(mark) ?? [])[0];
    return gone === undefined ? [] : [[gone, one.customer]];
  });
}

function marksOf({ name, contact }: Identity): string[] {
  const domain = domainOf(contact);
  return [`name ${name}`, ...(domain === undefined ? [] : [`domain ${domain}`])];
}

function domainOf(contact: string | undefined): string | undefined {
  const [, domain] = /@([a-z0-9.-]+\.[a-z]{2,})$/i.exec(contact ?? "") ?? [];
  const folded = domain?.toLowerCase();
  return folded === undefined || PUBLIC_MAIL.test(folded) ? undefined : folded;
}

function mappingChange(
  { mappingChanges }: ImportFacts,
  { mappingChanged }: ImportAllowances,
): ImportRefusal[] {
  if (mappingChanged === true || mappingChanges.length === 0) return [];
  const message = "the mapping differs from the last import's, so the changes may be due to it";
  return [{ limit: "mapping", message, items: mappingChanges, flag: "--mapping-changed" }];
}
