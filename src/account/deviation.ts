import type { Removal } from "./removal";
import { joined, someOf } from "../access/statementWords";

/** Something in AWS that is not as the files say. */
export interface Deviation {
  /** Name of the check that found it, e.g. `user-inline-policy`. */
  check: string;
  subject: Subject;
  /**
   * Customers that it concerns: those whose access or credentials differ. `all`: every customer with a
   * user. Empty: none, it is about others.
   */
  customers: "all" | readonly string[];
  /** What differs, a sentence without full stop. */
  what: string;
  /** Who has more access than the files say. */
  more?: readonly AccessDelta[];
  /** Who has less. */
  less?: readonly AccessDelta[];
  /** What could not be judged, e.g. `the condition key aws:SourceIp`. */
  notJudged?: readonly string[];
  /**
   * What ends it. `update`: an update of the stack that reads AWS first (`up --refresh`). `restore`: it only takes
   * access away, and may have been done in an emergency, so such an update leaves it until an operator says otherwise
   * (`up --restore`). `operator`: no update does; `wayOut` says what to do.
   */
  repair: "update" | "restore" | "operator";
  /** Of which access key, where it is about one. */
  generation?: number;
  /** What such an update removes by itself, beside what it declares. */
  removal?: Removal;
  /** What to do, a sentence or two. Always there when no update repairs it. */
  wayOut?: string;
  /** It existed before the customer had a file, and stays until `adopt --finish`. */
  beforeAdoption?: true;
  /** What `adopt --finish` removes; without it, an operator does. */
  finishing?: Removal;
  /** How it came to be, where that can be seen. */
  origin?: string;
}

/** A deviation as a check finds it: the registry adds the check's name. */
export type Found = Omit<Deviation, "check">;

export interface Subject {
  kind: "customer" | "user" | "group" | "policy" | "repository" | "registry" | "role" | "account";
  /** Id of a customer, name of a user, `edge-agent in eu-central-1`, … */
  name: string;
}

/** One who has more or less access, and what. */
export interface AccessDelta {
  /** `customer acme`, `AWS account 999988887777`, `every customer`. */
  who: string;
  /** `pull edge-agent in eu-central-1`: what it can, or cannot. */
  what: string;
  /** Customers and, as `placeKey` writes them, places, when it is about customers' pulls. */
  pulls?: { customers: readonly string[]; places: readonly string[] };
  /** Customers, when it is about their login. */
  logins?: readonly string[];
}

/** Whether a deviation concerns a customer. */
export function concerns({ customers }: Deviation, customer: string): boolean {
  return customers === "all" || customers.includes(customer);
}

/** The deviations that concern one customer, in their order. */
export function deviationsOf(deviations: readonly Deviation[], customer: string): Deviation[] {
  return deviations.filter((one) => concerns(one, customer));
}

/**
 * A deviation in words, without full stop: what differs, who has more or less access by it, what could
 * not be judged, and how it came to be.
 */
export function deviationWords({ what, more, less, notJudged, origin }: Deviation): string {
  const parts = [
    ...(more ?? []).map((delta) => `${delta.who} can ${delta.what}`),
    ...(less ?? []).map((delta) => `${delta.who} cannot ${delta.what}`),
    ...(notJudged === undefined ? [] : [`cannot be judged: ${joined(notJudged)}`]),
  ];
  const effects = parts.length === 0 ? "" : `: ${parts.join("; ")}`;
  return `${what}${effects}${origin === undefined ? "" : ` (${origin})`}`;
}

const REMEDIES: Readonly<Record<Deviation["repair"], string>> = {
  update: "`ecr-customers up --refresh` repairs it.",
  restore:
    "If someone revoked it in AWS, no update gives it back by itself: write that into the file, or give it back with `ecr-customers up --restore`. If the files have changed since the last update, `ecr-customers up` applies it.",
  operator: "",
};

/** How a difference is repaired: restored if it takes access away and gives no one any, as far as that can be judged. */
export function restoredIf(
  found: Pick<Deviation, "more" | "less" | "notJudged">,
): Extract<Deviation["repair"], "update" | "restore"> {
  const mayGive = (found.more ?? []).length + (found.notJudged ?? []).length > 0;
  const takes = (found.less ?? []).length > 0 && !mayGive;
  return takes ? "restore" : "update";
}

/** What to do about a deviation, a sentence or two. */
export function remedyWords({ repair, wayOut }: Deviation): string {
  return [REMEDIES[repair], wayOut ?? ""].filter((part) => part !== "").join(" ");
}

/** `customer acme`, `customers acme and globex`, `customers a, b, c, d, e and 12 others`. */
export function customersWords(ids: readonly string[]): string {
  return `${ids.length === 1 ? "customer" : "customers"} ${someOf(ids)}`;
}

/** What a deviation of one customer begins with. */
export function ofCustomer(id: string): Pick<Deviation, "subject" | "customers"> {
  return { subject: { kind: "customer", name: id }, customers: [id] };
}

/** Fields of a deviation that are left out when they hold nothing. */
export function deltas(
  more: readonly AccessDelta[],
  less: readonly AccessDelta[],
  notJudged: readonly string[] = [],
): Pick<Deviation, "more" | "less" | "notJudged"> {
  return {
    ...(more.length === 0 ? {} : { more }),
    ...(less.length === 0 ? {} : { less }),
    ...(notJudged.length === 0 ? {} : { notJudged: [...new Set(notJudged)] }),
  };
}

/** Equal effects on several customers as one: `every customer can …`. @param of - how many there are. */
export function mergedDeltas(listed: readonly AccessDelta[], of: number): AccessDelta[] {
  const byWhat = new Map<string, AccessDelta[]>();
  for (const delta of listed) byWhat.set(delta.what, [...(byWhat.get(delta.what) ?? []), delta]);
  return [...byWhat].map(([what, its]) => {
    const pulls = its.flatMap((one) => one.pulls?.customers ?? []);
    const places = [...new Set(its.flatMap((one) => one.pulls?.places ?? []))];
    const logins = its.flatMap((one) => one.logins ?? []);
    const names = its.map(({ who }) => who.replace(/^customer /, ""));
    return {
      who: its.length === of && of > 1 ? "every customer" : customersWords(names),
      what,
      ...(pulls.length === 0 ? {} : { pulls: { customers: pulls, places } }),
      ...(logins.length === 0 ? {} : { logins }),
    };
  });
}
