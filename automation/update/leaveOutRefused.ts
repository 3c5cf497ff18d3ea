import { hasRole, hasUser } from "../../src/customers/identity";
import { principalArns, withoutPrincipal } from "../../src/access/principals";
import type { PolicyDocument } from "../../src/access/model";
import { byText } from "../../src/access/order";
import { OWN_SIDS } from "../../src/access/repositoryPolicy";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import { explainAwsError } from "../aws/errors";
import { REPOSITORY_POLICY_TYPE, type ResourceFailure } from "../engine/events";
import { subjectOf } from "../plan/subject";
import { findRefused, type RefusedPolicy } from "./refusedPrincipals";

/** A customer's grant that ECR does not accept: it refuses the principal. */
export interface RefusedGrant {
  customer: string;
  repository: string;
  /** ARN. */
  principal: string;
}

/** The calls to AWS by which principals are tried apart. */
export type PolicyCalls = Pick<AwsClient, "repositoryPolicy" | "setRepositoryPolicy">;

/** ECR's words for a user, role or account that does not exist (ECR API, SetRepositoryPolicy). */
const PRINCIPAL_REFUSED = /Principal not found/;

/**
 * Looks for the principals because of which ECR refused a policy, and leaves each such policy written
 * without them, so that no one else's grant or revocation waits for them.
 *
 * @param failures - of an update.
 * @returns the grants that cannot be given; empty when no policy was refused for a principal.
 */
export async function findRefusedGrants(
  failures: readonly ResourceFailure[],
  input: StackInput,
  aws: PolicyCalls,
): Promise<RefusedGrant[]> {
  const grants: RefusedGrant[] = [];
  for (const { type, name, message, policy } of failures) {
    if (type !== REPOSITORY_POLICY_TYPE || policy === undefined) continue;
    if (!PRINCIPAL_REFUSED.test(message)) continue;
    const { name: repository } = subjectOf({ type, name });
    const region = name.slice(name.lastIndexOf("@") + 1);
    const refused = await refusedIn(policy, { repository, region }, input, aws);
    for (const principal of refused) {
      grants.push(
        ...customersOf(principal, repository, input).map(({ id }) => ({
          customer: id,
          repository,
          principal,
        })),
      );
    }
  }
  const key = ({ customer, repository }: RefusedGrant) => `${customer} ${repository}`;
  return [...new Map(grants.map((grant) => [key(grant), grant])).values()].sort((a, b) =>
    byText(key(a), key(b)),
  );
}

/**
 * The same input without grants that ECR refuses: what the next run can declare. A customer that pulls as
 * others too keeps its grants as those.
 */
export function withoutGrants(input: StackInput, refused: readonly RefusedGrant[]): StackInput {
  return {
    ...input,
    customers: input.customers.flatMap((customer) => {
      let left = customer;
      for (const { repository, principal } of refused.filter(
        (one) => one.customer === customer.id,
      )) {
        if (!left.repositories.includes(repository)) continue;
        // What does not exist is refused in every repository.
        left = withoutPrincipal(left, principal, input.config) ?? {
          ...left,
          repositories: left.repositories.filter((name) => name !== repository),
        };
      }
      // Without a user and a role of ours, nothing is left to declare, and nothing to record.
      const isNothing = left.repositories.length === 0 && !hasUser(left) && !hasRole(left);
      return isNothing && customer.repositories.length > 0 ? [] : [left];
    }),
  };
}

async function refusedIn(
  text: string,
  { repository, region }: { repository: string; region: string },
  { config }: StackInput,
  aws: PolicyCalls,
): Promise<readonly string[]> {
  const wanted = JSON.parse(text) as PolicyDocument;
  const present = new Set(namedIn(await aws.repositoryPolicy(repository, region)));
  const all = namedIn(wanted);
  const isForeign = (arn: string) => arn.split(":")[4] !== config.account;
  const policy: RefusedPolicy = {
    added: all.filter((arn) => !present.has(arn)),
    accounts: all.filter((arn) => present.has(arn) && isForeign(arn)),
    others: all.filter((arn) => present.has(arn) && !isForeign(arn)),
  };
  const refused = await findRefused(policy, async (excluded) => {
    const document = without(wanted, excluded);
    if (document === undefined) return false;
    try {
      await aws.setRepositoryPolicy(repository, document, region);
      return true;
    } catch (error) {
      if (isPrincipalRefused(error)) return false;
      throw error;
    }
  });
  // All of them: ECR has another reason, which the failure itself reports.
  return refused.length === all.length && all.length > 1 ? [] : refused;
}

function isPrincipalRefused(error: unknown): boolean {
  return PRINCIPAL_REFUSED.test(explainAwsError(error)?.message ?? String(error));
}

/** The document without some principals of our statement; undefined when nothing is left of it. */
function without(
  document: PolicyDocument,
  excluded: ReadonlySet<string>,
): PolicyDocument | undefined {
  const statements = document.Statement.flatMap((statement) => {
    if (!isOurs(statement)) return statement;
    const kept = principalsOf(statement).filter((arn) => !excluded.has(arn));
    return kept.length === 0 ? [] : { ...statement, Principal: { AWS: kept } };
  });
  return statements.length === 0 ? undefined : { ...document, Statement: statements };
}

function namedIn(document: unknown): string[] {
  const statements = (document as PolicyDocument | undefined)?.Statement ?? [];
  return statements.filter(isOurs).flatMap(principalsOf);
}

type Statement = PolicyDocument["Statement"][number];

function isOurs({ Sid }: Statement): boolean {
  return OWN_SIDS.some((sid) => sid === Sid);
}

function principalsOf({ Principal }: Statement): string[] {
  if (Principal === undefined || Principal === "*") return [];
  return "AWS" in Principal ? [Principal.AWS].flat() : [];
}

/** The customers whose grant in a repository names this principal. */
function customersOf(
  principal: string,
  repository: string,
  { config, customers }: StackInput,
): Customer[] {
  return customers.filter(
    (customer) =>
      customer.repositories.includes(repository) &&
      principalArns(customer, config).includes(principal),
  );
}
