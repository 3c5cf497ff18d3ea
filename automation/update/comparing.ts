import { deviations } from "../../src/account/checks";
import type { Deviation } from "../../src/account/deviation";
import type { RecordedState } from "../../src/account/declared";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { CommandContext } from "../cli/command";
import {
  compareWithAws,
  declaredAccount,
  idsIfReadable,
  type Comparison,
} from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { keepFound, type ForeignFinding } from "../plan/foreign";
import type { Deployment } from "./deployment";

/** Compares AWS with what was declared, after an update or instead of one. */
export type Compare = (declared: StackInput, touched: readonly string[]) => Promise<Comparison>;

interface CompareSettings {
  /** The run was asked to read everything from AWS. */
  refresh: boolean;
  /** Statements of others that the run keeps and names by itself. */
  left: readonly ForeignFinding[];
  context: CommandContext;
}

/**
 * What is compared after an update: the customers that it should have changed, and every repository. A run
 * that was asked to read everything from AWS (`refresh`) compares the whole account.
 */
export function comparisonAfter(
  { deployment, aws }: { deployment: Deployment; aws: AwsClient },
  { refresh, left, context }: CompareSettings,
): Compare {
  let ids: Promise<RecordedState | undefined> | undefined;
  const recorded = (declared: StackInput) => (ids ??= idsIfReadable(declared.config, context));
  return async (input, touched) => {
    // Known after the update: the first run of the base stack alone declares no policies.
    const { scope } = deployment;
    const declared = refresh ? withoutFound(input) : keepFound(input, left);
    if (refresh && scope.policies) {
      const elsewhere = declaredElsewhere(declared.config, context);
      const state = await recorded(declared);
      return compareWithAws(aws, declared, { elsewhere, ...(state && { state }) });
    }
    const all = declared.customers.map(({ id }) => id).filter((id) => scope.includes(id));
    const customers = refresh ? [...new Set([...all, ...touched])] : touched;
    const found = await compareWithAws(aws, declared, { customers, policies: scope.policies });
    // Only then is the state worth the time that it takes to read.
    if (!found.deviations.some(({ check }) => check === "keys-ambiguous")) return found;
    const state = await recorded(declared);
    if (state === undefined) return found;
    const known = { ...found.declared, state };
    return { ...found, declared: known, deviations: deviations(known, found.observed) };
  };
}

/** Compares with another input what was read already. */
export function comparedAgain(
  { declared: { state, elsewhere }, observed }: Comparison,
  input: StackInput,
): Deviation[] {
  const known = { ...(state && { state }), ...(elsewhere && { elsewhere }) };
  return deviations(declaredAccount(withoutFound(input), known), observed);
}

/** The same files, without statements that a run found and keeps: no file declares those. */
function withoutFound(input: StackInput): StackInput {
  const repositories = new Map(
    [...input.config.repositories].map(([name, { found: _, ...settings }]) => [name, settings]),
  );
  return { ...input, config: { ...input.config, repositories } };
}
