import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { customerContent } from "../../src/access/customerContent";
import type { StackInput } from "../../src/project";
import { declareCell } from "../../src/stack/declareStack";
import { AwsClient } from "../awsClient";
import { awsSettings } from "../connections";
import type { ResourceChange } from "../engineEvents";
import { settledState, type Recovery } from "../recovery";
import { StackRunner, type RunHooks, type RunResult } from "../stackRunner";
import { fromPlainInput, type CellJob } from "./job";

/** A cell's run, and what a killed one had left. */
export interface CellRunResult extends RunResult {
  recovery?: Recovery;
}

/**
 * Runs one cell, in a folder of its own: engines that run side by side must not share a workspace
 * (pulumi/pulumi#8186), and the vendor's project must not fill with settings of cells.
 *
 * @param onOpen - is given what ends it at once.
 */
export async function runCell(
  job: CellJob,
  hooks: RunHooks,
  onOpen: (runner: StackRunner) => void,
): Promise<CellRunResult> {
  const directory = mkdtempSync(join(tmpdir(), "ecr-customers-cell-"));
  try {
    copyFileSync(join(job.projectDirectory, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    const { stack, environment } = job;
    const runner = await StackRunner.open({ projectDirectory: directory, stack, environment });
    onOpen(runner);
    return await operate(job, runner, { ...hooks, refresh: job.refresh });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function operate(
  job: CellJob,
  runner: StackRunner,
  settings: RunHooks & { refresh?: boolean },
): Promise<CellRunResult> {
  const input = fromPlainInput(job.input);
  const program = () => Promise.resolve({ ...declareCell(input, job.cell) });
  switch (job.operation) {
    case "preview": {
      const run = await runner.preview(program, settings);
      return run.error?.kind === "noStack" ? firstDeployment(job.stack, input) : run;
    }
    case "previewDestroy": {
      const run = await runner.preview(() => Promise.resolve({}), settings);
      return run.error?.kind === "noStack" ? NOTHING : run;
    }
    case "update": {
      const recovery = await createOrRecover(job, runner, input);
      return { ...(await runner.update(program, settings)), ...(recovery && { recovery }) };
    }
    case "destroy":
      return (await runner.outputs()) === undefined ? NOTHING : runner.destroy(settings);
  }
}

/** One question to the engine in most cases: each is a process, and there are many cells. */
async function createOrRecover(
  { environment, secretsProvider }: CellJob,
  runner: StackRunner,
  { config }: StackInput,
): Promise<Recovery | undefined> {
  const state = await runner.exportState();
  if (state === undefined) {
    await runner.create(secretsProvider);
    return undefined;
  }
  if (settledState(state, config.account) === undefined) return undefined;
  const aws = new AwsClient(awsSettings(environment, config.region));
  return runner.recover(config.account, aws);
}

const NOTHING: RunResult = {
  changes: [],
  failures: [],
  errors: [],
  warnings: [],
  summary: { same: 0 },
};

/** A cell that was never deployed is all new: the engine need not be asked. */
function firstDeployment(stack: string, input: StackInput): RunResult {
  const changes = input.customers.flatMap((customer): ResourceChange[] => {
    const content = customerContent(customer, input.config, input.today);
    if (content === undefined) return [];
    const made = (type: string, name = content.id): ResourceChange => ({
      urn: `urn:pulumi:${stack}::ecr-customers::${type}::${name}`,
      type,
      name,
      change: "create",
      properties: [],
    });
    return [
      made("aws:iam/user:User"),
      ...(content.deny === undefined ? [] : [made("aws:iam/userPolicy:UserPolicy")]),
      ...content.keys.map(({ generation }) =>
        made("aws:iam/accessKey:AccessKey", `${content.id}-${generation}`),
      ),
      made("aws:iam/userGroupMembership:UserGroupMembership"),
    ];
  });
  return { ...NOTHING, changes, summary: { create: changes.length } };
}
