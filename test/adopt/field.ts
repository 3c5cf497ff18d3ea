import type { BrownField } from "../../bench/brownfield/account";
import { observedField } from "../../bench/brownfield/observed";
import { accountContext, type AccountContext } from "../../src/account/context";
import type { ObservedAccount } from "../../src/account/observed";
import { adoptionPlan, type AdoptionPlan, type KnownFiles } from "../../src/adopt/plan";
import type { Puller } from "../../src/adopt/puller";
import { pullersOf } from "../../src/adopt/pullers";
import type { Selection } from "../../src/adopt/selection";
import type { StackConfig } from "../../src/config";
import { OWNER, TODAY } from "../access/support";

/** The settings of a stack whose catalogue is the field's. */
export function settingsOf({ account, catalogue }: BrownField): StackConfig {
  const repositories = new Map(
    [...catalogue].map(([name, regions]) => [
      name,
      { create: false, grants: "named" as const, regions: [...regions].sort() },
    ]),
  );
  return {
    ...OWNER,
    ...{ account, region: "eu-central-1", namePrefix: "", cells: 1, customers: "customers" },
    repositories,
  };
}

/** The field as the plan sees it. */
export function contextOf(
  field: BrownField,
  observed: ObservedAccount = observedField(field),
): AccountContext {
  return accountContext({ settings: settingsOf(field), customers: [], today: TODAY }, observed);
}

export const NO_FILES: KnownFiles = {
  customers: [],
  declared: new Map(),
  isTaken: () => false,
};

export const CUSTOMERS: Selection = { tags: [["role", "customer"]], accounts: "all" };

/** Who can pull in a field, and the plan for a selection of them. */
export function planOf(
  field: BrownField,
  selection: Selection = CUSTOMERS,
  files: KnownFiles = NO_FILES,
): { context: AccountContext; pullers: Puller[]; plan: AdoptionPlan } {
  const context = contextOf(field);
  const pullers = pullersOf(context);
  return { context, pullers, plan: adoptionPlan(context, pullers, selection, files) };
}
