import { byCell, cellOf, cellStack, type Cell } from "../../src/access/cells";
import type { StackInput } from "../../src/project";
import { userUrns } from "../plan/newUsers";
import type { DeploymentSettings } from "../update/deployment";
import { toPlainInput, type CellJob } from "./job";

/** What all jobs of a run have in common, and which stacks do not exist yet. */
interface JobOptions extends Pick<CellJob, "projectDirectory" | "environment" | "secrets"> {
  isNew: (stack: string) => boolean;
}

/** One job for each of the cells. */
export function cellJobs(
  operation: CellJob["operation"],
  cells: readonly Cell[],
  input: StackInput,
  { refresh, exclude, replacedUsers = [] }: DeploymentSettings,
  { projectDirectory, environment, secrets, isNew }: JobOptions,
): CellJob[] {
  const { config } = input;
  const customers = byCell(input.customers, config.cells);
  return cells.map((cell): CellJob => {
    const stack = cellStack(config.stack, cell);
    const replaced = replacedUsers.filter((id) => cellOf(id, config.cells) === cell);
    return {
      operation,
      cell,
      stack,
      isNew: isNew(stack),
      projectDirectory,
      environment,
      secrets,
      input: toPlainInput(input, customers[cell] ?? []),
      refresh,
      ...(exclude && { exclude }),
      replace: userUrns(replaced, config),
    };
  });
}
