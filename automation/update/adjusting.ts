import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { ResourceChange } from "../engine/events";
import { withEmergencies, type Emergency } from "../plan/emergencies";
import { keepFound, keepLeaving, place, type ForeignFinding } from "../plan/foreign";
import { countLosers } from "../plan/foreignReport";
import { isExcluded, withheldIn } from "../plan/held";
import { withoutJudgedLosses } from "../plan/judgedLosses";
import { revocationLimit } from "../plan/limits";
import type { Plan } from "../plan/plan";
import { writtenPolicies } from "../plan/writtenPolicies";
import { findEmergencies } from "./findEmergencies";
import { foundInWritten } from "./notInFiles";
import { adoptionChanges as accessChanges } from "../../src/adopt/proof";
import { findAdoption } from "./adopting";
import type { Deployment } from "./deployment";
import { factsInAws } from "./factsInAws";
import type { Planned } from "./planning";

/** A plan that respects what others and emergencies have written into AWS, and the input it is made from. */
export interface Adjusted {
  planned: Planned;
  input: StackInput;
  /** Revocations that no file says. */
  emergencies: readonly Emergency[];
}

interface AdjustedParts {
  aws: Pick<AwsClient, "userPolicy" | "rolePolicy" | "observe" | "listUsers">;
  deployment: Pick<Deployment, "resources">;
}

interface AdjustOptions {
  /** Everything is compared with AWS, so all users are looked at. */
  refresh: boolean;
  /** False: an option allows what others have added to be removed. */
  keepsFound: boolean;
  /** What someone revoked by hand is given back. */
  restores: boolean;
  /** What the engine would change without reading AWS, if the plan is of a run that reads it. */
  unread?: readonly ResourceChange[] | undefined;
  /** URNs, with wildcards, that the update leaves, and which the plan may still contain. */
  exclude: readonly string[];
  /** How many may lose access, if an option says so (plan/limits.ts). */
  revocations?: number | undefined;
  now: Date;
}

/**
 * Principals that someone added to our own statements, when it is they who exceed the limit of revocations. They keep
 * their access in a statement of their own, so that no revocation of a customer waits for them.
 */
function overLimit({ facts, foreign }: Plan, revocations: number | undefined): ForeignFinding[] {
  const limit = revocations ?? revocationLimit(facts.entitled ?? 0);
  const added = foreign.filter(({ kind }) => kind === "own-statement");
  const losers = facts.losers.length;
  return losers <= limit && losers + countLosers(added) > limit ? added : [];
}

/**
 * Adjusts an input to what AWS holds, and plans again where that makes a difference: a revocation that no file
 * says stands, and a policy that is written or leaves the catalogue keeps what others have added to it. The caller reports
 * both. The limits then apply to what is a loss in AWS.
 *
 * @param planned - the plan for `input`, with or without what is excluded.
 * @param planWith - makes a plan for another input, without what is excluded.
 */
export async function adjusted(
  planned: Planned,
  input: StackInput,
  planWith: (input: StackInput) => Promise<Planned>,
  { aws, deployment }: AdjustedParts,
  { refresh, keepsFound, restores, unread, exclude, revocations, now }: AdjustOptions,
): Promise<Adjusted> {
  // Asking the engine takes long: what is excluded is left out of its answer here, and it is asked once for everything.
  let isExact = exclude.length === 0;
  if (!isExact) planned = withoutExcluded(planned, exclude);
  const planAgain = async (changed: StackInput) => {
    input = changed;
    planned = await planWith(changed);
    isExact = true;
  };
  const adopted = await findAdoption(planned.plan.resources, planned.baseline, input, aws);
  if (adopted !== undefined) {
    // Without any, an earlier run has taken everything into the state, and was interrupted after that.
    if (adopted.adoption.size > 0) {
      await planAgain({ ...input, adoption: adopted.adoption });
    }
  }
  const emergencies = await findEmergencies(planned, input, aws, { now, everyone: refresh });
  if (emergencies.length > 0) await planAgain(withEmergencies(input, emergencies));
  const found = keepsFound
    ? [...foundInWritten(planned.plan), ...overLimit(planned.plan, revocations)]
    : [];
  if (found.length > 0) await planAgain(keepFound(input, found));
  const { foreign, resources } = planned.plan;
  const left = keepsFound ? keepLeaving(input, foreign, resources) : input;
  if (left !== input) await planAgain(left);
  const withheld = restores
    ? new Map<string, ReadonlySet<string>>()
    : withheldIn(planned.plan.resources, planned.present, input, planned.baseline, unread);
  if (withheld.size > 0) await planAgain({ ...input, withheld });
  if (!isExact) await planAgain(input);
  if (adopted !== undefined) {
    const adoptionChanges = accessChanges(adopted.observed, input);
    const plan = withoutJudgedLosses(planned.plan, adopted.observed, input);
    planned = { ...planned, plan: { ...plan, facts: { ...plan.facts, adoptionChanges } } };
  }
  const { plan } = planned;
  const facts = await factsInAws(plan, input, aws, deployment);
  return { planned: { ...planned, plan: { ...plan, facts } }, input, emergencies };
}

function withoutExcluded(planned: Planned, exclude: readonly string[]): Planned {
  const { plan } = planned;
  const resources = plan.resources.filter(({ urn }) => !isExcluded(urn, exclude));
  const written = writtenPolicies(resources);
  const foreign = plan.foreign.filter(
    ({ kind, repository, region }) =>
      kind !== "own-statement" || written.has(place(repository, region)),
  );
  return { ...planned, plan: { ...plan, resources, foreign } };
}
