import type { ResourceChange } from "../engine/events";

const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

/** The repositories' policies that a plan writes or deletes: `edge-agent@eu-central-1`. */
export function writtenPolicies(resources: readonly ResourceChange[]): ReadonlySet<string> {
  return new Set(
    resources.filter(({ type }) => type === REPOSITORY_POLICY).map(({ name }) => name),
  );
}
