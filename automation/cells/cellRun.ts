import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { customerContent } from "../../src/access/customerContent";
import type { StackInput } from "../../src/project";
import { declareCell } from "../../src/stack/declareStack";
import { awsSettings } from "../aws/open";
import type { ResourceChange } from "../engine/events";
import type { Recovery } from "../engine/recovery";
import { projectName, writeSecretsSettings } from "../files/stackFiles";
import { StackRunner, type RunHooks, type RunResult } from "../engine/stackRunner";
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
    const { stack, environment, secrets } = job;
    writeSecretsSettings(directory, stack, secrets);
    const runner = new StackRunner({ projectDirectory: directory, stack, environment });
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
      if (job.isNew) return firstDeployment(job, input);
      const run = await runner.preview(program, settings);
      return run.error?.kind === "noStack" ? firstDeployment(job, input) : run;
    }
    case "previewDestroy": {
      const run = await runner.preview(() => Promise.resolve({}), settings);
      return run.error?.kind === "noStack" ? NOTHING : run;
    }
    case "update": {
      const { AwsClient } = await import("../aws/client.js");
      const aws = new AwsClient(awsSettings(job.environment, input.config.region));
      const update = () => runner.updateAndRecover(program, input.config.account, aws, settings);
      if (job.isNew) await runner.state.create(job.secrets.secretsprovider);
      const run = await update();
      if (run.error?.kind !== "noStack") return run;
      await runner.state.create(job.secrets.secretsprovider);
      return update();
    }
    case "destroy":
      return (await runner.state.outputs()) === undefined ? NOTHING : runner.destroy(settings);
  }
}

const NOTHING: RunResult = {
  changes: [],
  failures: [],
  errors: [],
  warnings: [],
  summary: { same: 0 },
};

/** A cell that was never deployed is all new: the engine need not be asked. */
function firstDeployment({ projectDirectory, stack }: CellJob, input: StackInput): RunResult {
  const project = projectName(projectDirectory);
  const changes = input.customers.flatMap((customer): ResourceChange[] => {
    const content = customerContent(customer, input.config, input.today);
    if (content === undefined) return [];
    const made = (type: string, name = content.id): ResourceChange => ({
      urn: `urn:pulumi:${stack}::${project}::${type}::${name}`,
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
