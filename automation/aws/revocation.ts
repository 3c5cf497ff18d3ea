import { deviations } from "../../src/account/checks";
import { deviationWords, type Deviation } from "../../src/account/deviation";
import { openAccess } from "../../src/account/openAccess";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import type { PolicyDocument } from "../../src/access/model";
import { revocationTime } from "../../src/access/revocationMark";
import type { Customer } from "../../src/customers/model";
import type { AwsClient } from "./client";
import { explainAwsError } from "./errors";
import { pollUntil, PAUSE_MILLISECONDS } from "./pollUntil";

/** All that the revoke role may do beside telling whose it is (docs/aws-setup). */
export type RevokeCalls = Pick<
  AwsClient,
  "putUserPolicy" | "accessKeys" | "setKeyStatus" | "observeEnd"
>;

/** What was done to one user, and what is left. */
export interface Revocation {
  /** False: AWS has no such user, so there is nothing to end. */
  exists: boolean;
  /** In words, in order. */
  done: string[];
  /** In words; empty when AWS shows that all access of the user has ended. */
  left: string[];
  /** AWS throttled a call, failed or could not be reached: another attempt may do what is left. */
  isTemporary?: boolean;
}

/** What a revocation ends, and how AWS shows that it has. */
export interface EndTarget {
  /** Ends it; doing it again does no harm. @param pause - milliseconds between two looks. */
  revoke: (pause?: number) => Promise<Revocation>;
  /** What is still open, in words. */
  stillOpen: () => Promise<string[]>;
}

/** A customer's user as what a revocation ends. @param deny - as in `revokeUser`. */
export function userTarget(aws: RevokeCalls, user: string, deny = SUSPENDED): EndTarget {
  return {
    revoke: (pause) => revokeUser(aws, user, pause, deny),
    stillOpen: () => stillOpen(aws, user, deny),
  };
}

/** Kinds of errors that pass. */
const TEMPORARY = ["throttled", "failing", "unreachable"];

/** The very document that a suspended customer has, whose file knows of no emergency. */
export const SUSPENDED = denyPolicy({ status: "suspended" }) as PolicyDocument;

/**
 * Ends a user's access by AWS's own calls: denied everything in ECR, every key inactive, whoever made it.
 * Each step is taken although another fails, then AWS is asked what it holds. Doing it again does no harm.
 *
 * @param deny - the document that denies everything; with the mark of an emergency, if it is one.
 */
export async function revokeUser(
  aws: RevokeCalls,
  user: string,
  pause = PAUSE_MILLISECONDS,
  deny = SUSPENDED,
): Promise<Revocation> {
  const revocation: Revocation = { exists: true, done: [], left: [] };
  const failed = (what: string, error: unknown) => {
    revocation.left.push(`${what}: ${inWords(error)}`);
    if (isTemporary(error)) revocation.isTemporary = true;
  };
  const step = async (what: string, act: () => Promise<void>, ifMissing = () => {}) => {
    try {
      await act();
      revocation.done.push(what);
    } catch (error) {
      if (explainAwsError(error)?.kind === "missing") ifMissing();
      else failed(what, error);
    }
  };
  // First the deny: it is judged at every pull, and ends docker logins too, which outlive their key.
  await step(
    "denied everything in ECR",
    () => aws.putUserPolicy(user, DENY_POLICY_NAME, deny),
    () => (revocation.exists = false),
  );
  if (!revocation.exists) return revocation;
  const keys = await aws.accessKeys(user).catch((error: unknown) => {
    failed("keys listed", error);
    return [];
  });
  for (const { id, status } of keys) {
    if (status === "Inactive") revocation.done.push(`key ${id} was inactive already`);
    else await step(`key ${id} set inactive`, () => aws.setKeyStatus(user, id, "Inactive"));
  }
  const isFinished = revocation.left.length === 0;
  const open = await pollUntil(
    () => stillOpen(aws, user, deny),
    (seen) => seen.length === 0 || !isFinished,
    pause,
  );
  // What AWS shows counts, not what an answer said that may have been lost.
  revocation.left = open.length === 0 ? [] : [...revocation.left, ...open];
  return revocation;
}

export function isTemporary(error: unknown): boolean {
  return TEMPORARY.includes(explainAwsError(error)?.kind ?? "");
}

/** The checks that say whether access has ended. What else a user has does not reach a repository. */
const ENDS_ACCESS = new Set(["user-deny", "key-undeclared", "not-read"]);

/**
 * What of a user's access is still open in AWS, in words; empty when it has ended. Compared with a customer
 * that is suspended and has no key at all, so that every active key counts, whoever created it.
 */
async function stillOpen(
  aws: Pick<AwsClient, "observeEnd">,
  user: string,
  deny = SUSPENDED,
): Promise<string[]> {
  const home = { account: "", region: "" };
  const settings = { ...home, namePrefix: "", repositories: new Map(), project: "", stack: "" };
  const revoked = revocationTime(deny);
  const customer: Customer = {
    ...{ id: user, name: user, repositories: [], keys: [], protected: false },
    status: "suspended",
    ...(revoked === undefined ? {} : { revoked }),
  };
  try {
    const observed = await aws.observeEnd(settings, user);
    // Nothing depends on the day: the customer is suspended.
    const declared = { settings, customers: [customer], today: "1970-01-01" };
    return openAccess(deviations(declared, observed), user)
      .filter(({ check }) => ENDS_ACCESS.has(check))
      .map((one) => openWords(user, one));
  } catch (error) {
    return [`what AWS holds now could not be read: ${inWords(error)}`];
  }
}

function openWords(user: string, deviation: Deviation): string {
  const { check, more = [] } = deviation;
  if (check === "user-deny")
    return `AWS does not show that user ${user} is denied everything in ECR`;
  if (check === "not-read") return deviationWords(deviation);
  return more.map(({ what }) => `user ${user} can still ${what}`).join("; ");
}

export function inWords(error: unknown): string {
  return explainAwsError(error)?.message ?? String(error);
}
