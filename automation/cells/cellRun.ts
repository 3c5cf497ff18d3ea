import { groupPolicies } from "../../src/access/groupPolicies";
import { roleContent } from "../../src/access/roleContent";
import { customerContent } from "../../src/access/customerContent";
import type { StackInput } from "../../src/project";
import { declareCell } from "../../src/stack/declareStack";
import { awsSettings } from "../aws/open";
import { emptyReport, type ResourceChange } from "../engine/events";
import { copyProjectFile, projectName, writeSecretsSettings } from "../files/stackFiles";
import { withTemporaryFolder } from "../files/temporaryFolders";
import {
  StackRunner,
  type RecoveredRun,
  type RunHooks,
  type RunResult,
} from "../engine/stackRunner";
import { fromPlainInput, type CellJob } from "./job";

/**
 * Runs one cell, in its own folder: engines that run in parallel must not share a workspace
 * (pulumi/pulumi#8186), and settings of cells must not appear in the vendor's project.
 *
 * @param onOpen - receives the runner, which can kill the run.
 */
export function runCell(
  job: CellJob,
  hooks: RunHooks,
  onOpen: (runner: StackRunner) => void,
): Promise<RecoveredRun> {
  return withTemporaryFolder("cell", (directory) => {
    copyProjectFile(job.projectDirectory, directory);
    const { stack, environment, secrets } = job;
    writeSecretsSettings(directory, stack, secrets);
    const runner = new StackRunner({ projectDirectory: directory, stack, environment });
    onOpen(runner);
    const { refresh, replace, exclude } = job;
    return operate(job, runner, { ...hooks, refresh, replace, ...(exclude && { exclude }) });
  });
}

async function operate(
  job: CellJob,
  runner: StackRunner,
  settings: RunHooks & { refresh?: boolean; replace?: readonly string[]; exclude?: string[] },
): Promise<RecoveredRun> {
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
      const aws = new AwsClient(awsSettings(job.environment, input.config));
      const update = async () => {
        const run = await runner.updateAndRecover(program, input.config, aws, settings);
        // The program has recorded the digest of what it declared, although not all of it was applied.
        const isPartial = run.error?.kind === "resources" || run.error?.kind === "cancelled";
        if (isPartial) await runner.state.recordOutputs({});
        return run;
      };
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

const NOTHING: RunResult = { ...emptyReport(), summary: { same: 0 } };

/** The preview of a cell that was never deployed: everything is created, so the engine is not needed. */
function firstDeployment({ projectDirectory, stack }: CellJob, input: StackInput): RunResult {
  const project = projectName(projectDirectory);
  const changes = input.customers.flatMap((customer): ResourceChange[] => {
    const content = customerContent(customer, input.config, input.today);
    const itsRole = roleContent(customer, input.config, input.today);
    const created = (type: string, name = customer.id): ResourceChange => ({
      urn: `urn:pulumi:${stack}::${project}::${type}::${name}`,
      type,
      name,
      change: "create",
      properties: [],
    });
    const ofRole =
      itsRole === undefined
        ? []
        : [
            created("aws:iam/role:Role"),
            ...(itsRole.deny === undefined ? [] : [created("aws:iam/rolePolicy:RolePolicy")]),
            ...groupPolicies(input.config).map(({ logicalName }) =>
              created(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                `${customer.id}@${logicalName}`,
              ),
            ),
          ];
    if (content === undefined) return ofRole;
    return [
      created("aws:iam/user:User"),
      ...(content.deny === undefined ? [] : [created("aws:iam/userPolicy:UserPolicy")]),
      ...content.keys.map(({ generation }) =>
        created("aws:iam/accessKey:AccessKey", `${content.id}-${generation}`),
      ),
      created("aws:iam/userGroupMembership:UserGroupMembership"),
      ...ofRole,
    ];
  });
  return { ...NOTHING, changes, summary: { create: changes.length } };
}
