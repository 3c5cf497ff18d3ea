import type { Change, EngineReport, ResourceChange } from "../../../automation/engine/events";
import { readBaseline, type Baseline } from "../../../automation/plan/baseline";
import { makePlan, type Plan } from "../../../automation/plan/plan";
import type { PlannedAccess } from "../../../automation/plan/plannedAccess";
import type { Customer, IsoDate } from "../../../src/customers/model";
import type { StackInput } from "../../../src/project";
import type { StackConfig } from "../../../src/config";
import { stackOutputs } from "../../../src/stack/outputs";
import { TODAY } from "../../access/support";
import { stackConfig } from "../../customers/support";

export const USER = "aws:iam/user:User";
export const KEY = "aws:iam/accessKey:AccessKey";
export const REPOSITORY = "aws:ecr/repository:Repository";
export const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

/** What a stack is declared from: three repositories in one region, but for `changes`. */
export function stackInput(
  customers: readonly Customer[],
  changes: Partial<StackConfig> = {},
  today: IsoDate = TODAY,
): StackInput {
  return { config: stackConfig(changes), customers, today };
}

/** One change, as the engine's events show it. */
export function resourceChange(
  change: Change,
  type: string,
  name: string,
  properties: readonly string[] = [],
): ResourceChange {
  return { urn: `urn:pulumi:dev::ecr-customers::${type}::${name}`, type, name, change, properties };
}

/** A preview of these changes, with the summary that the engine gives of them. */
export function previewOf(...changes: ResourceChange[]): EngineReport {
  const summary: Record<string, number> = { same: 3 };
  for (const { change } of changes) summary[change] = (summary[change] ?? 0) + 1;
  return { changes, failures: [], errors: [], warnings: [], summary };
}

/** What the last update of `input` recorded, read back through JSON as a state holds it. */
export function recordedBy(input: StackInput): Baseline {
  return readBaseline(JSON.parse(JSON.stringify(stackOutputs(input))) as Record<string, unknown>);
}

/** The plan from one input to another, both as of the day of `after`. */
export function planBetween(
  before: StackInput,
  after: StackInput,
  preview: EngineReport = previewOf(),
): Plan {
  const outputsBefore = { ...stackOutputs(before) };
  const outputsAfter = { ...stackOutputs(after) };
  const reported = { ...preview, outputsBefore, outputsAfter };
  return makePlan({
    input: after,
    baseline: recordedBy(before),
    preview: reported,
    today: after.today,
  });
}

/** What changes for one customer, which then is the only one for whom anything does. */
export function onlyChange(plan: Plan): PlannedAccess {
  const [change, ...others] = plan.access;
  if (change === undefined || others.length > 0) {
    throw new Error(`expected one change, got ${JSON.stringify(plan.access)}`);
  }
  return change;
}
