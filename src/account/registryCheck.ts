import { EvaluationError } from "../access/evaluationError";
import type { ForeignStatement } from "../access/model";
import { observedStatement } from "../access/observedPolicy";
import { statementsOf } from "../access/presentPolicy";
import { principalsOf, whatWords, whoWords } from "../access/statementGrants";
import { joined } from "../access/statementWords";
import type { AccountContext } from "./context";
import { deltas, type Found } from "./deviation";
import { conditionKeys, customersMeant, gained } from "./otherStatementChecks";
import { placesOf } from "./places";
import { losing } from "./repositoryChecks";

/**
 * The policy of a whole registry holds for every repository in it (ECR user guide, "Private registry
 * permissions"): it may let others in, or shut customers out. No file declares one.
 */
export function registryPolicy(context: AccountContext): Found[] {
  const { observed, names } = context;
  return [...observed.registries.values()].flatMap(({ region, policy }): Found[] => {
    if (policy === undefined) return [];
    const inRegion = placesOf(context).filter((place) => place.region === region);
    return statementsOf(policy.document).flatMap((statement): Found[] => {
      const places = inRegion.filter(({ arn }) => means(statement, arn));
      if (places.length === 0) return [];
      const isDeny = statement["Effect"] === "Deny";
      const who = principalsOf(statement).map((one) => whoWords(statement, one, names));
      const meant = places.map((place) => ({
        place,
        ...customersMeant(context, place, statement),
      }));
      const unsure = [...conditionKeys(statement), ...meant.flatMap(({ unknown }) => unknown)];
      const effects = isDeny
        ? deltas(
            [],
            meant.flatMap(({ place, affected }) => losing(context, place, affected)),
            unsure,
          )
        : deltas(
            places.flatMap((place) => gained(context, place, statement)),
            [],
            unsure,
          );
      return [
        {
          subject: { kind: "registry", name: region },
          customers: [...new Set(meant.flatMap(({ affected }) => affected))],
          what: `the policy of the registry in ${region} ${isDeny ? "denies" : "allows"} ${joined(who)} ${whatWords(statement)} on repositories of the catalogue, which no file declares`,
          ...effects,
          repair: "operator",
          wayOut: `Find out in CloudTrail (PutRegistryPolicy) who wrote it and why: \`aws ecr get-registry-policy --region ${region}\`.`,
        },
      ];
    });
  });
}

/** Whether a statement means a repository; one that cannot be read may. */
function means(statement: ForeignStatement, resource: string): boolean {
  try {
    return observedStatement("resource", statement).resource?.(resource) ?? true;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return true;
  }
}
