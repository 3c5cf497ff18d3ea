import { accessEnded } from "../../src/access/entitlements";
import { byText } from "../../src/access/order";
import type { StackInput } from "../../src/project";
import { stackOutputs, type CustomerOutput, type StackOutputs } from "../../src/stack/outputs";
import type { StateResource } from "../engine/recovery";
import { AppliedState } from "./appliedState";

/** What an update that failed or was interrupted has left. */
export interface UnfinishedUpdate {
  /** What the update declared. */
  input: StackInput;
  /** What was recorded before it; undefined when nothing was. */
  before: StackOutputs | undefined;
  /** The resources in the state after it. */
  resources: readonly StateResource[];
}

/**
 * What an update has really applied, in the form of the stack's outputs. The program returns its outputs
 * although a resource failed or the run was interrupted: the next preview would take a grant that ECR
 * refused for given, and a user that was never created for one that was deleted by hand. The state has
 * what AWS accepted. Pure.
 */
export function appliedOutputs({ input, before, resources }: UnfinishedUpdate): StackOutputs {
  const wanted = stackOutputs(input);
  const state = new AppliedState(resources, input);
  const ids = [
    ...new Set([...Object.keys(wanted.customers), ...Object.keys(before?.customers ?? {})]),
  ];
  const customers = Object.fromEntries(
    ids.sort(byText).flatMap((id) => {
      const [next, last] = [wanted.customers[id], before?.customers[id]];
      const applied = state.customer(id, next, last);
      return applied === undefined ? [] : [[id, withLeftOut(id, applied, wanted)] as const];
    }),
  );
  const pullers = Object.values(customers).filter((one) => !accessEnded(one, input.today));
  const repositories = Object.fromEntries(
    Object.entries(wanted.repositories).map(([name, repository]) => [
      name,
      {
        ...repository,
        regions: state.regions(name, repository.regions),
        customers: pullers.filter((one) => one.repositories.includes(name)).length,
      },
    ]),
  );
  const { withheld } = wanted;
  return { customers, repositories, ...(withheld === undefined ? {} : { withheld }) };
}

/** With what it is left out of for a revocation by hand: otherwise the next update would take that for a new grant. */
function withLeftOut(
  id: string,
  applied: CustomerOutput,
  { customers, withheld = {} }: StackOutputs,
): CustomerOutput {
  const isLeftOut = (repository: string) =>
    Object.entries(withheld).some(
      ([at, ids]) => at.startsWith(`${repository}@`) && ids.includes(id),
    );
  const left = (customers[id]?.repositories ?? []).filter(isLeftOut);
  if (left.length === 0) return applied;
  const repositories = [...new Set([...applied.repositories, ...left])].sort(byText);
  return { ...applied, repositories };
}
