import { firstContact } from "../access/firstContact";
import { stackPolicies } from "../access/stackPolicies";
import type { StackInput } from "../project";

/** Reads a repository's policy; undefined when there is none. */
export type ReadPolicy = (repository: string, region: string) => Promise<unknown>;

/**
 * The policies that a plain `pulumi up` must not write, because no limit and no operator stands between it
 * and AWS. Asked before anything is declared: Pulumi's host of Node programs does not offer resource hooks
 * (`RegisterResourceHook`), by which the script asks before each write.
 *
 * @returns a sentence for each of them.
 */
export async function policiesOfOthers(
  { config, customers, today }: StackInput,
  read: ReadPolicy,
): Promise<string[]> {
  const written = stackPolicies(customers, config, today).repositories;
  const places = [...config.repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({ repository, region })),
  );
  const refused = await Promise.all(
    places.map(async ({ repository, region }) => {
      const document = await read(repository, region);
      const next = written.find((one) => one.repository === repository && one.region === region);
      const { ownership, losses } = firstContact(document, config, next?.document, config);
      // A policy that this stack neither writes nor has written is not this stack's concern.
      const isOurs = ownership.kind === "own" || ownership.kind === "unnamed";
      if (next === undefined && !isOurs) return [];
      if (ownership.kind === "other-stack") {
        const { project, stack } = ownership.owner;
        return `the policy of ${repository} in ${region} belongs to stack ${stack} of project ${project}. Only if that stack no longer exists: \`ecr-customers up --take-over ${repository}\`.`;
      }
      if (losses.length === 0) return [];
      const who = losses.map((one) => `${one.who} (${one.effect} ${one.what})`).join(", ");
      return `the policy of ${repository} in ${region} has statements that no file declares: ${who}. Declare them: \`ecr-customers keep ${repository}\`. Or remove them: \`ecr-customers up --allow-foreign-revocations ${losses.length}\`.`;
    }),
  );
  return refused.flat();
}
