import type { DeploymentResult } from "../update/deployment";
import { EngineError } from "../engine/errors";

/** What several runs side by side did, as one. */
export function merged(runs: readonly DeploymentResult[]): DeploymentResult {
  // Nothing was asked of a part that has not changed; that is known, and not an empty answer.
  const summary: Record<string, number> = { same: 0 };
  for (const run of runs) {
    for (const [operation, count] of Object.entries(run.summary ?? {})) {
      summary[operation] = (summary[operation] ?? 0) + count;
    }
  }
  const errors = runs.flatMap(({ error }) => error ?? []);
  const recoveries = runs.flatMap(({ recovery }) => recovery ?? []);
  return {
    changes: runs.flatMap(({ changes }) => changes),
    failures: runs.flatMap(({ failures }) => failures),
    errors: runs.flatMap((run) => run.errors),
    warnings: runs.flatMap(({ warnings }) => warnings),
    // One part without a summary is one of which nobody knows what changes.
    ...(runs.every(hasSummary) ? { summary } : {}),
    ...(errors.length === 0 ? {} : { error: worst(errors) }),
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

/** One error for all: failed resources are told one by one, so another kind says more. */
function worst(errors: readonly EngineError[]): EngineError {
  const other = errors.filter(({ kind }) => kind !== "resources");
  const [first = errors[0]] = other;
  if (first === undefined) throw new RangeError("no errors");
  if (other.length < 2) return first;
  const { kind, message, advice } = first;
  const more = `${message}, and ${other.length - 1} more of the stacks ended badly`;
  return new EngineError(kind, more, advice, first.detail());
}
