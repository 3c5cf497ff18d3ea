import type { DeploymentResult } from "../update/deployment";
import { EngineError } from "../engine/errors";

/** Combines the results of several parallel runs. */
export function merged(runs: readonly DeploymentResult[]): DeploymentResult {
  // Unchanged parts were not run; without this entry they would look like a missing summary.
  const summary: Record<string, number> = { same: 0 };
  for (const run of runs) {
    for (const [operation, count] of Object.entries(run.summary ?? {})) {
      summary[operation] = (summary[operation] ?? 0) + count;
    }
  }
  const errors = runs.flatMap(({ error }) => error ?? []);
  const adopted = runs.flatMap((run) => run.adopted ?? []);
  const recoveries = runs.flatMap(({ recovery }) => recovery ?? []);
  return {
    changes: runs.flatMap(({ changes }) => changes),
    failures: runs.flatMap(({ failures }) => failures),
    errors: runs.flatMap((run) => run.errors),
    warnings: runs.flatMap(({ warnings }) => warnings),
    keyIds: Object.assign({}, ...runs.map(({ keyIds }) => keyIds)) as Record<string, string>,
    // If one part has no summary, it is unknown what changes.
    ...(runs.every(hasSummary) ? { summary } : {}),
    ...(errors.length === 0 ? {} : { error: worst(errors) }),
    ...(adopted.length === 0 ? {} : { adopted }),
    ...(recoveries.length === 0
      ? {}
      : {
          recovery: {
            adopted: recoveries.flatMap(({ adopted }) => adopted),
            forgotten: recoveries.flatMap(({ forgotten }) => forgotten),
            deletedKeys: recoveries.flatMap(({ deletedKeys }) => deletedKeys),
            unknownKeys: recoveries.flatMap(({ unknownKeys }) => unknownKeys),
          },
        }),
  };
}

function hasSummary({ error, summary }: DeploymentResult): boolean {
  return error !== undefined || Object.keys(summary ?? {}).length > 0;
}

/** One error for all runs: failed resources are listed one by one anyway, so errors of other kinds come first. */
function worst(errors: readonly EngineError[]): EngineError {
  const other = errors.filter(({ kind }) => kind !== "resources");
  const [first = errors[0]] = other;
  if (first === undefined) throw new RangeError("no errors");
  if (other.length < 2) return first;
  const { kind, message, advice } = first;
  const failed = other.length - 1;
  const more = `${message}, and ${failed} more of the stacks failed`;
  return new EngineError(kind, more, advice, first.detail());
}
