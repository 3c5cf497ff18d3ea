import { entries, inNetwork, instant, texts, type CompiledCondition } from "./conditions";
import { EvaluationError } from "./evaluationError";

/** One value of a policy, as a test of the request's. */
type Test = (value: string) => boolean;

interface Operator {
  compile: (text: string) => Test;
  /** Holds when no value matches, and when the request lacks the key. */
  negated?: boolean;
}

/**
 * The operators of policies that others wrote (IAM user guide, "IAM JSON policy elements: Condition
 * operators"). Numbers and sets are not among them: nothing that we know of a request could be compared
 * by them.
 */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compile: equals },
  StringNotEquals: { compile: equals, negated: true },
  StringEqualsIgnoreCase: { compile: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: true },
  StringLike: { compile: like },
  StringNotLike: { compile: like, negated: true },
  ArnEquals: { compile: arnLike },
  ArnLike: { compile: arnLike },
  ArnNotEquals: { compile: arnLike, negated: true },
  ArnNotLike: { compile: arnLike, negated: true },
  Bool: { compile: bool },
  IpAddress: { compile: inNetwork },
  NotIpAddress: { compile: inNetwork, negated: true },
  DateEquals: { compile: (text) => date(text, (value, given) => value === given) },
  DateNotEquals: {
    compile: (text) => date(text, (value, given) => value === given),
    negated: true,
  },
  DateLessThan: { compile: (text) => date(text, (value, given) => value < given) },
  DateLessThanEquals: { compile: (text) => date(text, (value, given) => value <= given) },
  DateGreaterThan: { compile: (text) => date(text, (value, given) => value > given) },
  DateGreaterThanEquals: { compile: (text) => date(text, (value, given) => value >= given) },
};

const IF_EXISTS = /IfExists$/;

/**
 * Reads a `Condition` block that others wrote. What it does not know is an error only once a decision
 * depends on it, so that one unusual statement does not hide what the others say.
 *
 * @throws EvaluationError from the conditions' `matches`, for what it does not know.
 */
export function observedConditions(block: unknown): CompiledCondition[] {
  return entries(block, "Condition").flatMap(([name, keys]) =>
    entries(keys, name).map(([key, values]): CompiledCondition => ({
      name: key,
      key: key.toLowerCase(),
      matches: matching(name, key, values),
    })),
  );
}

function matching(name: string, key: string, values: unknown): CompiledCondition["matches"] {
  try {
    // JSON's true and numbers mean the same as their text.
    const given = [values].flat().map((one) => (isPlain(one) ? String(one) : one));
    const listed = texts(given, key);
    const variable = listed.find((text) => text.includes("${"));
    if (variable !== undefined) throw new EvaluationError(`the policy variable ${variable}`);
    if (name === "Null" || name === "NullIfExists") return absence(listed);
    const base = name.replace(IF_EXISTS, "");
    const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
    if (operator === undefined) throw new EvaluationError(`the condition operator ${name}`);
    const { compile, negated = false } = operator;
    const tests = listed.map(compile);
    const ifMissing = negated || IF_EXISTS.test(name);
    return (value) =>
      value === undefined ? ifMissing : tests.some((test) => test(value)) !== negated;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function isPlain(value: unknown): value is boolean | number {
  return typeof value === "boolean" || typeof value === "number";
}

/** `Null`: "true" asks for a request without the key. */
function absence(listed: readonly string[]): CompiledCondition["matches"] {
  const wanted = new Set(listed.map((text) => text.toLowerCase()));
  return (value) => wanted.has(String(value === undefined));
}

function equals(text: string): Test {
  return (value) => value === text;
}

function equalsIgnoringCase(text: string): Test {
  const wanted = text.toLowerCase();
  return (value) => value.toLowerCase() === wanted;
}

function like(text: string): Test {
  const pattern = wildcards(text);
  return (value) => pattern.test(value);
}

/** Part by part: a wildcard does not reach over a colon, but in the last part, which may hold some. */
function arnLike(text: string): Test {
  const patterns = arnParts(text)?.map(wildcards);
  if (patterns === undefined) throw new EvaluationError(`the ARN ${text}`);
  return (value) => {
    const parts = arnParts(value);
    return parts !== undefined && patterns.every((pattern, at) => pattern.test(parts[at] ?? ""));
  };
}

function arnParts(text: string): string[] | undefined {
  const parts = text.split(":");
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function bool(text: string): Test {
  const wanted = text.toLowerCase();
  if (wanted !== "true" && wanted !== "false") throw new EvaluationError(`the value ${text}`);
  return (value) => value.toLowerCase() === wanted;
}

function date(text: string, compare: (value: number, given: number) => boolean): Test {
  const given = instant(text);
  return (value) => compare(instant(value), given);
}

/** `*` stands for any text, `?` for one character. */
export function wildcards(pattern: string): RegExp {
  const source = pattern.replace(/[^A-Za-z0-9]/g, (character) => {
    if (character === "*") return "[^]*";
    return character === "?" ? "[^]" : `\\${character}`;
  });
  return new RegExp(`^${source}$`);
}
