import type { InputRule } from "./resourceType";
import { sameValue, type Properties } from "./values";

/**
 * Whether two policy texts mean the same to AWS: white space, the order of keys, principals, actions
 * and statements, and "one string" or "list of one" make no difference; `Sid`, `Id` and `Version`
 * do, and so does a principal that is named twice (terraform-provider-aws, `SuppressEquivalentPolicyDiffs`).
 */
export function samePolicy(left: unknown, right: unknown): boolean {
  const [a, b] = [parsed(left), parsed(right)];
  if (a === undefined || b === undefined) return left === right;
  return sameValue(normalised(a), normalised(b));
}

/** Whether two JSON texts hold the same value; the order of lists counts. */
export function sameJson(left: unknown, right: unknown): boolean {
  const [a, b] = [parsed(left), parsed(right)];
  return a === undefined || b === undefined ? left === right : sameValue(a, b);
}

/**
 * JSON as the real provider keeps it (Go's `encoding/json`): keys sorted, no white space, and `<`, `>`
 * and `&` escaped. A text that is not JSON stays as it is.
 */
export function normalizedJson(text: unknown): unknown {
  const value = parsed(text);
  if (value === undefined) return text;
  return canonical(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** @returns what is wrong with an input that must hold JSON. */
export function jsonProblem(value: unknown): string | undefined {
  return parsed(value) === undefined ? `contains an invalid JSON policy` : undefined;
}

/** An input that holds a policy document. */
export const POLICY_DOCUMENT: InputRule = {
  required: true,
  same: samePolicy,
  normalize: normalizedJson,
  problem: jsonProblem,
};

/** The text to record for a policy: the recorded one while AWS has an equivalent, else what AWS has. */
export function keptPolicy(recorded: string | undefined, found: string): string {
  if (recorded !== undefined && samePolicy(recorded, found)) return recorded;
  return String(normalizedJson(found));
}

function parsed(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function normalised(document: unknown): unknown {
  if (!isObject(document)) return document;
  const statements = listOf(document.Statement).map(normalisedStatement);
  return { ...document, Statement: sorted(statements) };
}

const LISTS = ["Action", "NotAction", "Resource", "NotResource"];
const MAPS_OF_LISTS = ["Principal", "NotPrincipal"];

function normalisedStatement(statement: unknown): unknown {
  if (!isObject(statement)) return statement;
  return mapValues(statement, (key, value) => {
    if (LISTS.includes(key)) return sorted(listOf(value));
    if (MAPS_OF_LISTS.includes(key)) return valuesAsLists(value);
    if (key === "Condition" && isObject(value)) {
      return mapValues(value, (_operator, test) => valuesAsLists(test));
    }
    return value;
  });
}

function valuesAsLists(value: unknown): unknown {
  return isObject(value) ? mapValues(value, (_key, item) => sorted(listOf(item))) : value;
}

function mapValues(object: Properties, change: (key: string, value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, change(key, item)]));
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function sorted(list: unknown[]): unknown[] {
  const keyed = list.map((item) => ({ item, key: canonical(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}

/** Text that is the same for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
