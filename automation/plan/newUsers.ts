import { hasUser } from "../../src/customers/identity";
import { customerStack } from "../../src/access/cells";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { CustomerOutput } from "../../src/stack/outputs";
import { nameOf, type EngineReport, type ResourceFailure } from "../engine/events";
import type { StateResource } from "../engine/recovery";
import { USER } from "./subject";

/** Ids of the customers whose file asks for another user than they have. */
export function newUsers(
  recorded: Readonly<Record<string, CustomerOutput>>,
  customers: readonly Customer[],
): ReadonlySet<string> {
  return new Set(
    customers.filter(hasUser).flatMap(({ id, user = 1 }) => {
      const before = recorded[id];
      if (before === undefined || !hasUser(before)) return [];
      return (before.user ?? 1) === user ? [] : id;
    }),
  );
}

/** Of them, those whose user is neither replaced nor created nor deleted. @param preview - what the engine would do. */
export function keptUsers(wanted: Iterable<string>, { changes }: EngineReport): string[] {
  const other = new Set(
    changes.flatMap(({ type, name, change }) => (type === USER && change !== "update" ? name : [])),
  );
  return [...wanted].filter((id) => !other.has(id)).sort();
}

/**
 * Of the kept ones, those that the engine keeps by mistake. Pulumi compares a `replacementTrigger` with the one
 * in the state, and replaces nothing when the state has none (pulumi, `shouldTriggerReplace`), as after a version
 * without `user:`. A trigger in the state is that of the user: then an update has replaced it already, and
 * was interrupted before it could record that.
 */
export function withoutTrigger(
  kept: readonly string[],
  resources: readonly StateResource[],
): string[] {
  const users = new Map(
    resources.flatMap((one) => (one.type === USER ? [[nameOf(one.urn), one] as const] : [])),
  );
  return kept.filter((id) => users.has(id) && users.get(id)?.replacementTrigger === undefined);
}

/** Of these users, those that no run has replaced. */
export function notReplaced(
  ids: readonly string[],
  runs: readonly Pick<EngineReport, "changes" | "failures">[],
): string[] {
  return ids.filter((id) => !runs.some((run) => isReplacedBy(run, id)));
}

function isReplacedBy(
  { changes, failures }: Pick<EngineReport, "changes" | "failures">,
  id: string,
) {
  const isUser = ({ type, name }: Pick<ResourceFailure, "type" | "name">) =>
    type === USER && name === id;
  return changes.some((one) => isUser(one) && one.change === "replace") && !failures.some(isUser);
}

/** The URNs of customers' users. */
export function userUrns(
  ids: readonly string[],
  { project, stack, cells }: Pick<StackConfig, "project" | "stack" | "cells">,
): string[] {
  return ids.map(
    (id) => `urn:pulumi:${customerStack(id, stack, cells)}::${project}::${USER}::${id}`,
  );
}
