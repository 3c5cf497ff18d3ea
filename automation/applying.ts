import type { StackInput } from "../src/project";
import type { AwsClient } from "./awsClient";
import type { Deployment, DeploymentResult } from "./deployment";
import type { EngineError } from "./engineErrors";
import type { ResourceChange, ResourceFailure } from "./engineEvents";
import type { Baseline } from "./plan/baseline";
import type { Plan } from "./plan/plan";
import { revocationsFirst } from "./plan/revocationsFirst";
import { subjectOf } from "./plan/subject";
import { UpdateProgress } from "./progress";
import { deviations, readBack } from "./readBack";
import type { Recovery } from "./recovery";
import type { RunSettings } from "./stackRunner";
import type { Terminal } from "./terminal";

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
  /** Why the engine did not end well. */
  error?: EngineError;
  /** What a killed run had left, settled first. */
  recovery?: Recovery;
  /** Customers and repositories that were to change and were not reached. */
  pending: string[];
  /** Ids of the customers that were read back. */
  readBack: string[];
  /** How AWS differs from the files in them. */
  deviations: string[];
}

/**
 * Updates AWS: first what a killed run has left, then what ends access, then everything; reads back
 * from AWS what has become of the customers that were to change.
 */
export async function applyUpdate(parts: UpdateParts, settings: RunSettings): Promise<Applied> {
  const { deployment, input, aws, plan, baseline, terminal } = parts;
  const progress = new UpdateProgress(plan.resources, terminal);
  const hooks = { ...settings, onEvent: progress.onEvent };
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const ending = revocationsFirst(input, recorded);
  const runs: DeploymentResult[] = [];
  if (ending !== undefined) {
    terminal.tell("First what ends access, then what gives it.");
    runs.push(await deployment.update(ending, hooks));
  }
  // A revocation that failed keeps nobody else from what is theirs; only a person's Ctrl-C does.
  const first = runs[0]?.error;
  if (first === undefined || first.kind === "resources") {
    runs.push(await deployment.update(input, hooks));
  }
  const last = runs.at(-1);
  const recovery = runs.map((run) => run.recovery).find((found) => found !== undefined);
  const touched = touchedCustomers(plan);
  const stopped = last?.error !== undefined && last.error.kind !== "resources";
  return {
    changes: runs.flatMap(({ changes }) => changes),
    // What failed at first and was done then is no failure any more.
    failures: last?.failures ?? [],
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(recovery === undefined ? {} : { recovery }),
    pending: progress.pending(),
    readBack: stopped ? [] : touched,
    deviations: stopped ? [] : deviations(await readBack(aws, input, touched), input, touched),
  };
}

/** Whose access, keys or resources were to change. */
function touchedCustomers({ access, keys, resources }: Plan): string[] {
  const ofResources = resources.map(subjectOf).filter(({ kind }) => kind === "customer");
  return [
    ...new Set([
      ...access.map(({ customer }) => customer),
      ...keys.map(({ customer }) => customer),
      ...ofResources.map(({ name }) => name),
    ]),
  ].sort();
}
