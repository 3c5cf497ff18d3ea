import { firstContact } from "../access/firstContact";
import { stackPolicies } from "../access/stackPolicies";
import type { StackInput } from "../project";

/** Repository → regions. */
export type RecordedRepositories = ReadonlyMap<string, readonly string[]>;

/** Reads a repository's policy; undefined when there is none. */
export type ReadPolicy = (repository: string, region: string) => Promise<unknown>;

/**
 * The policies that a plain `pulumi up` must not write, because no limit and no operator stands between it
 * and AWS. Asked before anything is declared: Pulumi's host of Node programs does not offer resource hooks
 * (`RegisterResourceHook`), by which the script asks before each write.
 *
 * @param recorded - the repositories of the last update, with their regions: the policy of one that has left the
 *   settings would be deleted, with what others have in it.
 * @returns a sentence for each of them.
 */
export async function policiesOfOthers(
  { config, customers, today }: StackInput,
  read: ReadPolicy,
  recorded: RecordedRepositories = new Map(),
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
  const leaving = [...recorded].flatMap(([repository, regions]) =>
    config.repositories.has(repository) ? [] : regions.map((region) => ({ repository, region })),
  );
  const deleted = await Promise.all(
    leaving.map(async ({ repository, region }) => {
      const { ownership, losses } = firstContact(
        await read(repository, region),
        config,
        undefined,
        config,
      );
      if (ownership.kind !== "own" || losses.length === 0) return [];
      const who = losses.map((one) => `${one.who} (${one.effect} ${one.what})`).join(", ");
      return `${repository} is no longer in the settings, and its policy in ${region} has statements of others, which would be deleted: ${who}. \`ecr-customers up\` keeps them.`;
    }),
  );
  return [...refused, ...deleted].flat();
}
