import { hasRole, hasUser } from "../../src/customers/identity";
import { roleName, userName } from "../../src/access/arns";
import type { IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { Deployment, DeploymentResult, DeploymentSettings, Scope } from "./deployment";
import { policiesOf, presentPolicies } from "./presentPolicies";
import { leavingPlaces, type PresentDocument } from "../plan/foreign";
import { withoutNeverApplied } from "../plan/neverApplied";
import { readBaseline, type Baseline } from "../plan/baseline";
import { EngineError } from "../engine/errors";
import type { EngineReport } from "../engine/events";
import { keptUsers, newUsers, withoutTrigger } from "../plan/newUsers";
import { makePlan, type Plan } from "../plan/plan";
import { UsageError } from "../output/usageError";
import { counted } from "../../src/counted";

/** A plan, and what it was made from. */
export interface Planned {
  plan: Plan;
  baseline: Baseline;
  /** Names of the users in AWS, if they were read. */
  users?: ReadonlySet<string>;
  /** Ids of customers whose user the engine would keep, and which is replaced because its file asks for it. */
  replacedUsers: readonly string[];
  /** Repositories' policies as AWS holds them. */
  present: readonly PresentDocument[];
}

/**
 * Asks the engine what an update would do, and describes it in terms of customers and repositories.
 *
 * @param aws - reads the repositories' policies, in which others may have something.
 * @param today - the current day; `input.today` may be a later one.
 * @throws EngineError when the preview fails.
 */
export async function planUpdate(
  { deployment, aws }: { deployment: Deployment; aws: Pick<AwsClient, "repositoryPolicy"> },
  input: StackInput,
  today: IsoDate,
  settings: DeploymentSettings = {},
): Promise<Planned> {
  // While the engine works, which takes longer. Its error is the one to report: it knows more.
  const reading = deployment.scope.policies ? presentPolicies(aws, input) : Promise.resolve([]);
  reading.catch(() => {});
  let preview = await previewed(deployment, input, settings);
  const recorded = readBaseline(preview.outputsBefore);
  requireSameLayout(recorded, input);
  const kept = keptUsers(wantedUsers(recorded, input, deployment.scope), preview);
  const replacedUsers = kept.length === 0 ? [] : withoutTrigger(kept, await deployment.resources());
  if (replacedUsers.length > 0) {
    preview = await previewed(deployment, input, { ...settings, replacedUsers });
  }
  const leaving = deployment.scope.policies ? leavingPlaces(input, recorded, preview.changes) : [];
  const present = [...(await reading), ...(await policiesOf(aws, leaving))];
  const baseline = settings.refresh === true ? recorded : withoutUnapplied(recorded, preview);
  const { users } = preview;
  return {
    plan: makePlan({ input, baseline, preview, present, today }),
    baseline,
    present,
    replacedUsers,
    ...(users && { users }),
  };
}

async function previewed(
  deployment: Deployment,
  input: StackInput,
  settings: DeploymentSettings,
): Promise<DeploymentResult> {
  const preview = await deployment.preview(input, settings);
  if (preview.error !== undefined) throw withAccount(preview.error, input.config);
  return preview;
}

/** Customers of a scope whose file asks for another user than they have. */
function wantedUsers(baseline: Baseline, { customers }: StackInput, scope: Scope): string[] {
  if (baseline.kind !== "recorded") return [];
  const wanted = newUsers(baseline.outputs.customers, customers);
  return [...wanted].filter((id) => scope.includes(id));
}

/** Names the account that is expected, which the engine's text does not. */
export function withAccount(error: EngineError, { account }: { account: string }): EngineError {
  if (error.kind !== "wrongAccount") return error;
  const message = `${error.message} ${account}`;
  return new EngineError(error.kind, message, error.advice, error.detail());
}

function withoutUnapplied(baseline: Baseline, preview: EngineReport): Baseline {
  if (baseline.kind !== "recorded") return baseline;
  return { ...baseline, outputs: withoutNeverApplied(baseline.outputs, preview) };
}

/**
 * A different number of cells in the settings would delete and re-create every customer that moves, so
 * a separate command changes it.
 *
 * @throws UsageError
 */
function requireSameLayout(baseline: Baseline, { config }: StackInput): void {
  if (baseline.kind !== "recorded") return;
  const { count = 1, moving } = baseline.outputs.cells ?? {};
  if (moving !== undefined) {
    throw new UsageError(
      `the move of the customers to ${counted(moving, "cell")} was interrupted`,
      `Finish it first: \`ecr-customers cells --set ${moving}\`.`,
    );
  }
  if (count === config.cells) return;
  throw new UsageError(
    `the customers are in ${count} ${count === 1 ? "stack" : "cells"}, but the settings say ${config.cells}`,
    `Write \`cells: ${count}\` again, or move them: \`ecr-customers cells --set ${config.cells}\`.`,
  );
}

/**
 * Users and roles that an earlier update created and that no longer exist in AWS, because they were deleted by hand.
 * ECR refuses a whole policy because of one of them, so the engine has to refresh its state.
 */
export async function vanishedUsers(
  { baseline, users }: Pick<Planned, "baseline" | "users">,
  { config }: StackInput,
  aws: AwsClient,
): Promise<string[]> {
  if (baseline.kind !== "recorded") return [];
  const recorded = Object.entries(baseline.outputs.customers);
  const present = users ?? new Set((await aws.listUsers()).map(({ name }) => name));
  const gone = recorded
    .filter(([, customer]) => hasUser(customer))
    .map(([id, { userName: own }]) => userName(config.namePrefix, { id, userName: own }))
    .filter((name) => !present.has(name));
  const roles = recorded.filter(([, customer]) => hasRole(customer));
  if (roles.length === 0) return gone;
  const presentRoles = new Set((await aws.listRoles()).map(({ name }) => name));
  const goneRoles = roles
    .map(([id]) => roleName(config.namePrefix, { id }))
    .filter((name) => !presentRoles.has(name));
  return [...gone, ...goneRoles.map((name) => `role ${name}`)];
}
