import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { SOURCE_SID } from "../../src/access/source";
import type { CustomerOutput } from "../../src/stack/outputs";
import type { StateResource } from "../engine/recovery";
import { isFinished, statementsOf } from "./stateResources";

/** The deny policy of a user or a role; undefined for one without. */
export type Deny = StateResource | undefined;

/** Whether and when access ends. */
export type End = Pick<CustomerOutput, "status" | "expires">;

/** From where it may pull. */
export type Source = Pick<CustomerOutput, "networks" | "vpcEndpoints">;

/**
 * When access ends by a deny policy as the state holds it.
 *
 * @param one - what its file says.
 * @param last - what was recorded before, which counts for a policy that an update left unfinished.
 */
export function endBy(deny: Deny, one: CustomerOutput, last: CustomerOutput | undefined): End {
  if (deny === undefined) return { status: "active" };
  const until = isFinished(deny) ? firstDeniedDay(deny) : undefined;
  if (until === undefined) return endOf(isFinished(deny) ? one : (last ?? one));
  if (until === NEVER) return { status: "active" };
  if (until === ALWAYS) return { ...endOf(one), status: "suspended" };
  return { status: "active", expires: dayBefore(until) };
}

/** From where it may pull by a deny policy as the state holds it; parameters as of `endBy`. */
export function sourceBy(
  deny: Deny,
  one: CustomerOutput,
  last: CustomerOutput | undefined,
): Source {
  if (deny === undefined) return {};
  if (!isFinished(deny)) return sourceOf(last ?? one);
  // A customer that is denied everything gets back what its file says.
  if (firstDeniedDay(deny) === ALWAYS) return sourceOf(one);
  const conditions = statementsOf(deny).map(({ Condition = {} }) => Condition);
  const values = (operator: string, key: string): string[] =>
    conditions.flatMap((condition) => condition[operator]?.[key] ?? []);
  const networks = values("NotIpAddress", "aws:SourceIp");
  const vpcEndpoints = values("StringNotEquals", "aws:SourceVpce");
  return {
    ...(networks.length === 0 ? {} : { networks }),
    ...(vpcEndpoints.length === 0 ? {} : { vpcEndpoints }),
  };
}

/** The one with which access lasts longer. */
export function later(a: End, b: End): End {
  if (a.status !== b.status) return a.status === "active" ? a : b;
  return (a.expires ?? "9999") >= (b.expires ?? "9999") ? a : b;
}

/** What a record says of the end. */
export function endOf({ status, expires }: CustomerOutput): End {
  return { status, ...(expires === undefined ? {} : { expires }) };
}

function sourceOf({ networks, vpcEndpoints }: CustomerOutput): Source {
  return {
    ...(networks === undefined ? {} : { networks }),
    ...(vpcEndpoints === undefined ? {} : { vpcEndpoints }),
  };
}

const [ALWAYS, NEVER] = ["always", "never"];

/** From when on a deny policy denies; `NEVER` when it only limits from where; undefined when it is another policy. */
function firstDeniedDay(deny: StateResource): string | undefined {
  if (deny.inputs?.["name"] !== DENY_POLICY_NAME) return undefined;
  const statements = statementsOf(deny);
  if (statements.length === 0) return undefined;
  const statement = statements.find(({ Sid }) => Sid !== SOURCE_SID);
  if (statement === undefined) return NEVER;
  if (statement.Condition === undefined) return ALWAYS;
  const date = statement.Condition["DateGreaterThanEquals"]?.["aws:CurrentTime"];
  return typeof date === "string" ? date.slice(0, "YYYY-MM-DD".length) : undefined;
}

function dayBefore(day: string): string {
  const before = new Date(`${day}T00:00:00Z`);
  before.setUTCDate(before.getUTCDate() - 1);
  return before.toISOString().slice(0, "YYYY-MM-DD".length);
}
