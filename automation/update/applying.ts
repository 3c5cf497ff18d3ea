import { userName } from "../../src/access/arns";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { accessEnded } from "../../src/access/entitlements";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import { pollUntil } from "../aws/pollUntil";
import type { Deployment, DeploymentResult } from "./deployment";
import type { EngineError } from "../engine/errors";
import type { EngineEvent, ResourceChange, ResourceFailure } from "../engine/events";
import type { Baseline } from "../plan/baseline";
import type { Plan } from "../plan/plan";
import { revocationsFirst } from "../plan/revocationsFirst";
import { subjectOf } from "../plan/subject";
import { UpdateProgress } from "./progress";
import { findRefusedGrants, withoutGrants, type RefusedGrant } from "./leaveOutRefused";
import { deviations, readBack, type ReadBack } from "./readBack";
import type { Recovery } from "../engine/recovery";
import { revokeUser } from "../aws/revocation";
import type { RunSettings } from "../engine/stackRunner";
import type { Terminal } from "../output/terminal";

/** What an update works with. */
export interface UpdateParts {
  deployment: Deployment;
  input: StackInput;
  aws: AwsClient;
  plan: Plan;
  baseline: Baseline;
  terminal: Terminal;
}

/** What an update has done, as the engine tells it and as AWS shows it. */
export interface Applied {
  changes: ResourceChange[];
  failures: ResourceFailure[];
  /** Grants that ECR refuses for their principal; everything else of their policies is written. */
  refused: RefusedGrant[];
  /** Why the engine did not end well. */
  error?: EngineError;
  /** What a killed run had left, and how it was settled. */
  recovery?: Recovery;
  /** Customers and repositories that were to change and were not reached. */
  pending: string[];
  /** Ids of the customers that were read back. */
  readBack: string[];
  /** Users whose end the engine could not bring about, and AWS's own calls did. */
  revoked: string[];
  /** How AWS differs from the files in them. */
  deviations: string[];
}

/**
 * Updates AWS: first what ends access, then everything; reads back from AWS what has become of the
 * customers that were to change.
 *
 * @param pause - milliseconds between two looks at AWS that does not yet show the change.
 */
export async function applyUpdate(
  parts: UpdateParts,
  settings: RunSettings,
  pause?: number,
): Promise<Applied> {
  const { deployment, input, aws, plan, baseline, terminal } = parts;
  let progress = new UpdateProgress(plan.resources, terminal);
  const hooks = {
    ...settings,
    onEvent: (event: EngineEvent) => {
      settings.onEvent?.(event);
      progress.onEvent(event);
    },
  };
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const ending = revocationsFirst(input, recorded);
  const runs: DeploymentResult[] = [];
  if (ending !== undefined) {
    terminal.tell("First what ends access, then what gives it.");
    runs.push(await deployment.update(ending, hooks));
    // What it has reached may be one half of a change: the second run tells what is left.
    progress = progress.again();
  }
  // A revocation that failed keeps nobody else from what is theirs; only a person's Ctrl-C does.
  const first = runs[0]?.error;
  if (first === undefined || first.kind === "resources") {
    runs.push(await deployment.update(input, hooks));
  }
  const refused = await findRefusedGrants(runs.at(-1)?.failures ?? [], input, aws);
  const declared = withoutGrants(input, refused);
  if (refused.length > 0) runs.push(await deployment.update(declared, hooks));
  const last = runs.at(-1);
  const recovery = runs.map((run) => run.recovery).find((found) => found !== undefined);
  const touched = touchedCustomers(plan).filter((id) => deployment.scope.includes(id));
  const stopped = last?.error !== undefined && last.error.kind !== "resources";
  const look = async () => {
    const found = await readBack(aws, declared, touched);
    return { found, differs: deviations(found, declared, touched, deployment.scope.policies) };
  };
  const lookUntilSame = () => pollUntil(look, ({ differs }) => differs.length === 0, pause);
  let seen = stopped ? undefined : await lookUntilSame();
  const revoked = seen === undefined ? [] : await revokeDirectly(seen.found, parts);
  if (revoked.length > 0) seen = await look();
  return {
    changes: runs.flatMap(({ changes }) => changes),
    // What failed at first and was done then is no failure any more.
    failures: last?.failures ?? [],
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(recovery === undefined ? {} : { recovery }),
    refused,
    pending: progress.pending(),
    readBack: stopped ? [] : touched,
    revoked,
    deviations: seen?.differs ?? [],
  };
}

/**
 * Revocation wins: whoever has ended by the files and still has an active key or no deny, because a
 * resource of it failed, is ended by AWS's own calls, as `revoke --now` does.
 *
 * @returns the users that were ended so.
 */
async function revokeDirectly({ users }: ReadBack, { input, aws }: UpdateParts): Promise<string[]> {
  const { config, customers, today } = input;
  const entitled = new Set(
    customers
      .filter((customer) => customer.awsAccount === undefined && !accessEnded(customer, today))
      .map(({ id }) => userName(config.namePrefix, id)),
  );
  const open = users.filter(
    ({ name, keys, inlinePolicies }) =>
      !entitled.has(name) &&
      (Object.values(keys).includes("Active") || inlinePolicies[DENY_POLICY_NAME] === undefined),
  );
  for (const { name } of open) await revokeUser(aws, name);
  return open.map(({ name }) => name);
}

/** Whose access, keys or resources were to change. */
export function touchedCustomers({ access, keys, resources }: Plan): string[] {
  const ofResources = resources.map(subjectOf).filter(({ kind }) => kind === "customer");
  return [
    ...new Set([
      ...access.map(({ customer }) => customer),
      ...keys.map(({ customer }) => customer),
      ...ofResources.map(({ name }) => name),
    ]),
  ].sort();
}
