import { isAddress, isInNetwork, isNetwork } from "../cidr";
import { EvaluationError } from "./evaluationError";

/** What AWS knows of one request, by condition key. Keys in lower case. */
export interface RequestContext {
  get(key: string): string | undefined;
  /** It is certain that the request does not have this key. Otherwise a missing key is unknown. */
  lacks(key: string): boolean;
  /** What this is the context of, in an error about a key of which nothing is known. */
  missing(name: string, effect: "Allow" | "Deny"): string;
}

/** A `Condition` block, ready to be judged. */
export interface CompiledCondition {
  /** As the policy spells it. */
  name: string;
  /** In lower case, as AWS compares condition keys. */
  key: string;
  /** Of several values in the policy, one has to match. Undefined: the request lacks the key. */
  matches: (value: string | undefined) => boolean;
  /** It could not be read. */
  unknown?: string;
}

const CURRENT_TIME = "aws:CurrentTime";
const PRINCIPAL_TAG = /^aws:PrincipalTag\/(.{1,128})$/;
/** Where a request comes from: from an address, or through a VPC endpoint, never both. */
export const SOURCE_IP = "aws:SourceIp";
export const SOURCE_VPCE = "aws:SourceVpce";
/** What an OIDC token says, by its issuer: `oidc.eks.eu-central-1.amazonaws.com/id/0123:sub`. */
const TOKEN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.~%+=,@:/-]*)?:(?:aud|sub)$/;
const SOURCES = [SOURCE_IP, SOURCE_VPCE].map((key) => key.toLowerCase());

/** The operators that our policies use; another one is no "no" but an error. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: {
    takes: (key) => PRINCIPAL_TAG.test(key) || key === SOURCE_VPCE || TOKEN.test(key),
    compile: equalText,
  },
  StringNotEquals: { takes: (key) => key === SOURCE_VPCE, compile: equalText, negated: true },
  IpAddress: { takes: (key) => key === SOURCE_IP, compile: inNetwork },
  NotIpAddress: { takes: (key) => key === SOURCE_IP, compile: inNetwork, negated: true },
  DateGreaterThanEquals: {
    takes: (key) => key === CURRENT_TIME,
    compile: (text) => {
      const earliest = instant(text);
      return (value) => instant(value) >= earliest;
    },
  },
};

interface Operator {
  takes(key: string): boolean;
  /** One value of the policy, as a test of the request's. */
  compile(text: string): (value: string) => boolean;
  /** Holds for a value that none of the policy's matches, and for a request without the key. */
  negated?: boolean;
}

function equalText(text: string): (value: string) => boolean {
  if (text.includes("${")) throw new EvaluationError(`the policy variable ${text}`);
  return (value) => value === text;
}

/** @throws EvaluationError for what is neither a network nor an address, in the policy or the request. */
export function inNetwork(network: string): (value: string) => boolean {
  if (!isNetwork(network)) throw new EvaluationError(`the network ${network}`);
  return (value) => {
    if (!isAddress(value)) throw new EvaluationError(`the address ${value}`);
    return isInNetwork(value, network);
  };
}

/**
 * The context of one request, from condition keys and values. It has to be whole: a tag that is not
 * in it is one that the caller does not carry.
 *
 * @param values - `aws:CurrentTime` (`2027-02-01T00:00:00Z`), `aws:PrincipalTag/<key>`, and `aws:SourceIp` or
 * `aws:SourceVpce`: a request that has one of these two lacks the other; without both it is not known where it
 * comes from. What a token says (`<issuer>:aud`, `<issuer>:sub`): a request that has one lacks those of other issuers.
 * @throws EvaluationError for another key, or two that differ in case only.
 */
export function requestContext(values: Readonly<Record<string, string>>): RequestContext {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    if (key === CURRENT_TIME) instant(value);
    else if (!PRINCIPAL_TAG.test(key) && !SOURCES.includes(key.toLowerCase()) && !TOKEN.test(key))
      throw new EvaluationError(`the context key ${key}`);
    if (found.has(key.toLowerCase())) throw new EvaluationError(`two context keys ${key}`);
    found.set(key.toLowerCase(), value);
  }
  // A request has one token, and a token one issuer.
  const hasToken = [...found.keys()].some((key) => TOKEN.test(key.toLowerCase()));
  const hasSource = SOURCES.some((key) => found.has(key));
  return {
    get: (key) => found.get(key),
    lacks: (key) =>
      !found.has(key) && ((hasSource && SOURCES.includes(key)) || (hasToken && TOKEN.test(key))),
    missing: (name, effect) =>
      `a request without ${name.toLowerCase()}, on which ${effect} depends`,
  };
}

/**
 * Reads a `Condition` block.
 *
 * @throws EvaluationError for an operator, a key or a value that it does not know.
 */
export function compileConditions(block: unknown): CompiledCondition[] {
  return entries(block, "Condition").flatMap(([name, keys]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (operator === undefined) throw new EvaluationError(`the condition operator ${name}`);
    return entries(keys, name).map(([key, values]): CompiledCondition => {
      if (!operator.takes(key)) throw new EvaluationError(`the condition key ${key} of ${name}`);
      const tests = texts(values, key).map((text) => operator.compile(text));
      const { negated = false } = operator;
      return {
        name: key,
        key: key.toLowerCase(),
        matches: (value) =>
          value === undefined ? negated : tests.some((test) => test(value)) !== negated,
      };
    });
  });
}

/**
 * Whether all conditions hold. One that is certain not to hold decides it, whatever the others are.
 *
 * @throws EvaluationError when the context may lack a key. A tag that the caller does not carry is no
 * match of an Allow; of a Deny it is an error too, because "not denied" would be the dangerous guess.
 */
export function conditionsHold(
  conditions: readonly CompiledCondition[],
  effect: "Allow" | "Deny",
  context: RequestContext,
): boolean {
  let unknown: EvaluationError | undefined;
  for (const condition of conditions) {
    try {
      if (!holds(condition, effect, context)) return false;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
  return true;
}

function holds(
  { name, key, matches, unknown }: CompiledCondition,
  effect: "Allow" | "Deny",
  context: RequestContext,
): boolean {
  if (unknown !== undefined) throw new EvaluationError(unknown);
  const value = context.get(key);
  if (value !== undefined || context.lacks(key)) return matches(value);
  if (effect === "Allow" && PRINCIPAL_TAG.test(name)) return matches(undefined);
  throw new EvaluationError(context.missing(name, effect));
}

/** Milliseconds of `2027-02-01T00:00:00Z`, the only form of a date that we write. */
export function instant(text: string): number {
  const milliseconds = Date.parse(text);
  // Date rolls 02-30 over to 03-02 instead of refusing it.
  const again = Number.isNaN(milliseconds) ? "" : new Date(milliseconds).toISOString();
  if (again.replace(".000Z", "Z") !== text) throw new EvaluationError(`the date ${text}`);
  return milliseconds;
}

/** The entries of an object that has some. */
export function entries(value: unknown, what: string): [string, unknown][] {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const found = isObject ? Object.entries(value) : [];
  if (found.length === 0) throw new EvaluationError(`${what} ${JSON.stringify(value)}`);
  return found;
}

/** One text, or a list of at least one. */
export function texts(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === "string")) {
    throw new EvaluationError(`${what} ${JSON.stringify(value)}`);
  }
  return list;
}
