import { userName } from "../src/access/arns";
import type { IsoDate } from "../src/customers/model";
import type { StackInput } from "../src/project";
import type { AwsClient } from "./awsClient";
import type { Deployment } from "./deployment";
import { readBaseline, type Baseline } from "./plan/baseline";
import { makePlan, type Plan } from "./plan/plan";
import type { RunSettings } from "./stackRunner";

/** A plan, and what it was made from. */
export interface Planned {
  plan: Plan;
  baseline: Baseline;
}

/**
 * Asks the engine what an update would do, and says it in customers and repositories.
 *
 * @param today - the day it is; `input.today` may be a later one.
 * @throws EngineError when the engine cannot tell.
 */
export async function planUpdate(
  deployment: Deployment,
  input: StackInput,
  today: IsoDate,
  settings: RunSettings = {},
): Promise<Planned> {
  const preview = await deployment.preview(input, settings);
  if (preview.error !== undefined) throw preview.error;
  const baseline = readBaseline(preview.outputsBefore);
  return { plan: makePlan({ input, baseline, preview, today }), baseline };
}

/**
 * Users that an earlier update has made and that are gone from AWS: somebody has deleted them by
 * hand. ECR refuses a policy as a whole for one of them, so the engine has to look (`refresh`).
 */
export async function vanishedUsers(
  baseline: Baseline,
  { config }: StackInput,
  aws: AwsClient,
): Promise<string[]> {
  if (baseline.kind !== "recorded") return [];
  const present = new Set((await aws.listUsers()).map(({ name }) => name));
  return Object.entries(baseline.outputs.customers)
    .filter(([, { awsAccount }]) => awsAccount === undefined)
    .map(([id]) => userName(config.namePrefix, id))
    .filter((name) => !present.has(name));
}
