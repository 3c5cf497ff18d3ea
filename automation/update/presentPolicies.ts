import pMap from "p-map";
import { keptStatements } from "../../src/access/firstContact";
import { ownershipOf } from "../../src/access/policyId";
import { movedPrincipals } from "../../src/access/movedPrincipals";
import { canonicalStatement, statementsMissing } from "../../src/access/presentPolicy";
import { statementGrants } from "../../src/access/statementGrants";
import type { PolicyGuard } from "../../src/policyGuard";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import { place, type PresentDocument } from "../plan/foreign";

/** Policies that are read at the same time: every repository of a usual catalogue at once; the SDK keeps 50 connections. */
const AT_ONCE = 48;

type PolicyReader = Pick<AwsClient, "repositoryPolicy">;

/** Reads the policy of every repository of the catalogue: one call for each of its regions. */
export function presentPolicies(
  aws: PolicyReader,
  input: Pick<StackInput, "config" | "customers">,
): Promise<PresentDocument[]> {
  const { config } = input;
  const places = [...config.repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({ repository, region })),
  );
  return policiesOf(namingCustomers(aws, input), places);
}

/** The same reader; policies name adopted users as they do once these are at the path of customers. */
function namingCustomers(
  aws: PolicyReader,
  { config, customers }: Pick<StackInput, "config" | "customers">,
): PolicyReader {
  return {
    repositoryPolicy: async (repository, region) =>
      movedPrincipals(await aws.repositoryPolicy(repository, region), customers, config),
  };
}

/** Reads the policies of some repositories, each in one region. */
export function policiesOf(
  aws: PolicyReader,
  places: readonly { repository: string; region: string }[],
): Promise<PresentDocument[]> {
  return pMap(
    places,
    async ({ repository, region }) => ({
      repository,
      region,
      document: await aws.repositoryPolicy(repository, region),
    }),
    { concurrency: AT_ONCE },
  );
}

/**
 * What a stack is declared from right before it is destroyed, when others have something in its repositories'
 * policies: no customer, and policies with the statements of others, which outlive the stack.
 *
 * @returns undefined when nothing of others is in them.
 */
export async function othersAlone(
  input: StackInput,
  aws: PolicyReader,
): Promise<StackInput | undefined> {
  const { config } = input;
  const present = await presentPolicies(aws, input);
  const kept = present.flatMap(({ repository, region, document }) => {
    const isOurs = ["own", "unnamed"].includes(ownershipOf(document, config).kind);
    const { kept: statements } = keptStatements(document, config, [], () => false);
    return isOurs && statements.length > 0 ? [{ repository, region, statements }] : [];
  });
  if (kept.length === 0) return undefined;
  const repositories = new Map(
    [...config.repositories].map(([name, { statements: _, ...settings }]) => {
      const own = kept.filter(({ repository }) => repository === name);
      const found = Object.fromEntries(own.map(({ region, statements }) => [region, statements]));
      return [name, { ...settings, found }];
    }),
  );
  return { ...input, config: { ...config, repositories }, customers: [], leavesOthers: true };
}

/**
 * Refuses the write of a policy that others have changed since the plan was made. What the plan was made
 * from has been shown, and was allowed or is kept.
 *
 * @param planned - the policies that the plan was made from.
 */
export function changedSince(
  planned: readonly PresentDocument[],
  aws: PolicyReader,
  input: Pick<StackInput, "config" | "customers">,
): PolicyGuard {
  const { config } = input;
  const reader = namingCustomers(aws, input);
  const before = new Map(
    planned.map(({ repository, region, document }) => [place(repository, region), document]),
  );
  return {
    async refusal(repository, region, next) {
      const now = await reader.repositoryPolicy(repository, region);
      const seen = before.get(place(repository, region));
      const owner = otherOwner(now, config);
      if (owner !== undefined && owner !== otherOwner(seen, config)) {
        return `${owner} has written this policy since the preview. Run \`ecr-customers up\` again.`;
      }
      // Customers' principals and deleted ones are compared as well: a statement that has both is others'.
      const { kept } = keptStatements(now, config, next, () => false);
      const known = keptStatements(seen, config, [], () => false).kept.map(canonicalStatement);
      const added = statementsMissing(kept, next).filter(
        (statement) => !known.includes(canonicalStatement(statement)),
      );
      if (added.length === 0) return undefined;
      const grants = statementGrants(added, { account: config.account });
      const what = grants.map(({ who, effect, what }) => `${who}: ${effect} ${what}`);
      return `others have changed this policy since the preview (${what.join("; ")}). Run \`ecr-customers up\` again.`;
    },
  };
}

function otherOwner(document: unknown, owner: StackInput["config"]): string | undefined {
  const ownership = ownershipOf(document, owner);
  if (ownership.kind !== "other-stack") return undefined;
  return `stack ${ownership.owner.stack} of project ${ownership.owner.project}`;
}
