import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import type { PolicyDocument } from "../../src/access/model";
import type { AwsClient } from "./client";
import { explainAwsError } from "./errors";
import { pollUntil, PAUSE_MILLISECONDS } from "./pollUntil";
import { canonicalJson } from "../output/json";

/** All that the revoke role may do beside telling whose it is (docs/aws-setup). */
export type RevokeCalls = Pick<
  AwsClient,
  "putUserPolicy" | "accessKeys" | "setKeyStatus" | "inlinePolicies"
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

/** Kinds of errors that pass. */
const TEMPORARY = ["throttled", "failing", "unreachable"];

/** The very document that a suspended customer has, whose file knows of no emergency. */
const SUSPENDED = denyPolicy({ status: "suspended" }) as PolicyDocument;

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

function isTemporary(error: unknown): boolean {
  return TEMPORARY.includes(explainAwsError(error)?.kind ?? "");
}

/** What AWS shows of a user's access, in words; empty when it has ended. */
export async function stillOpen(
  aws: RevokeCalls,
  user: string,
  deny = SUSPENDED,
): Promise<string[]> {
  try {
    const policies = await aws.inlinePolicies(user);
    const keys = await aws.accessKeys(user);
    const isDenied = canonicalJson(policies[DENY_POLICY_NAME]) === canonicalJson(deny);
    return [
      ...(isDenied ? [] : ["AWS shows no policy on the user that denies everything in ECR"]),
      ...keys
        .filter(({ status }) => status !== "Inactive")
        .map(({ id, status }) => `AWS shows key ${id} as ${status}`),
    ];
  } catch (error) {
    return [`what AWS holds now could not be read: ${inWords(error)}`];
  }
}

function inWords(error: unknown): string {
  return explainAwsError(error)?.message ?? String(error);
}
