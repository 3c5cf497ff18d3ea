import { callerContext } from "../access/callerContext";
import type { CompiledPolicy } from "../access/compiledPolicy";
import { callerOf, evaluate, type Caller, type Decision } from "../access/evaluate";
import { EvaluationError } from "../access/evaluationError";
import { observedPolicy } from "../access/observedPolicy";
import type { RequestContext } from "../access/conditions";
import type { AttachedPolicy, ObservedAccount, ObservedDocument, ObservedUser } from "./observed";

/** One who asks AWS, with what is known of it. */
export interface Asker {
  caller: Caller;
  context: RequestContext;
}

/** A user as the one who asks. */
export function userAsker(
  user: Pick<ObservedUser, "arn" | "name" | "uniqueId" | "tags">,
  account: string,
  time: string,
): Asker {
  const { arn, name, uniqueId, tags } = user;
  const known = { name, uniqueId, ...(tags === undefined ? {} : { tags }) };
  return { caller: callerOf(arn), context: callerContext({ arn, account, user: known }, time) };
}

/** An AWS account as a whole, whoever it lets act for it, or a role of it. */
export function accountAsker(arn: string, account: string, time: string): Asker {
  return { caller: callerOf(arn), context: callerContext({ arn, account }, time) };
}

/** A document read for judging: the policy, or why it cannot be. */
export type Readable = { policy: CompiledPolicy } | { unknown: string };

/** Documents that were read already, by kind and text: an account has few, many times. */
export type Readings = Map<string, Readable>;

/** Reads a document once, however often it occurs. @param words - what it is, for what cannot be read. */
export function readable(
  readings: Readings,
  kind: CompiledPolicy["kind"],
  { text, document }: ObservedDocument,
  words: string,
): Readable {
  if (document === undefined) return { unknown: `${words}, which is not JSON` };
  const key = `${kind} ${text}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  let made: Readable;
  try {
    made = { policy: observedPolicy(kind, document) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    made = { unknown: error.unknown };
  }
  readings.set(key, made);
  return made;
}

/** The policies among what was read, and what could not be. */
export function apart(read: readonly Readable[]): { policies: CompiledPolicy[]; unread: string[] } {
  return {
    policies: read.flatMap((one) => ("policy" in one ? [one.policy] : [])),
    unread: read.flatMap((one) => ("unknown" in one ? [one.unknown] : [])),
  };
}

/** A question and its answer, or what the answer depends on. */
export type Answer = Decision | { unknown: string };

/** Asks the evaluator one question. */
export function ask(
  { caller, context }: Asker,
  question: { action: string; resource: string },
  policies: { identity: readonly CompiledPolicy[]; resource?: CompiledPolicy },
): Answer {
  const { action, resource } = question;
  try {
    return evaluate({ caller, action, resource, context }, policies);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { unknown: error.unknown };
  }
}

/** A managed policy that is attached to something, read for judging. */
export function managedPolicy(
  { observed, readings }: { observed: ObservedAccount; readings: Readings },
  { arn, name }: AttachedPolicy,
): Readable {
  const policy = observed.managedPolicies.get(arn);
  if (policy === undefined) return { unknown: `the policy ${name}, which was not read` };
  return readable(readings, "identity", policy.document, `the policy ${name}`);
}
