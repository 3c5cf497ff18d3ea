/** The statements of repositories' and registries' policies that have a say in a pull. */
import { repositoryArn } from "../access/arns";
import type { CompiledStatement } from "../access/compiledPolicy";
import { EvaluationError } from "../access/evaluationError";
import type { ForeignStatement } from "../access/model";
import { observedStatement } from "../access/observedPolicy";
import { statementsOf } from "../access/presentPolicy";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { textsIn } from "../access/statementWords";
import type { AccountContext } from "../account/context";
import { placeKey } from "../account/observed";
import type { PlacedStatement } from "./puller";

/** A statement, read for judging; undefined when it is not a statement at all. */
export interface ReadStatement extends PlacedStatement {
  compiled?: CompiledStatement;
}

/** Every place of the catalogue, with the ARN of its repository. */
export function placesOfCatalogue({
  settings: { account, repositories },
}: Pick<AccountContext, "settings">): { key: string; region: string; arn: string }[] {
  return [...repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({
      key: placeKey(repository, region),
      region,
      arn: repositoryArn(account, region, repository),
    })),
  );
}

/**
 * Statements that may let someone pull. One that cannot be read may, so that no one who can pull is missing
 * from a plan.
 */
export function pullStatements(context: AccountContext): ReadStatement[] {
  const { observed } = context;
  const places = placesOfCatalogue(context);
  const ofRepositories = places.flatMap(({ key }) =>
    read("repository policy", observed.repositories.get(key)?.policy?.document).map((one) => ({
      ...one,
      places: [key],
    })),
  );
  const ofRegistries = [...observed.registries.values()].flatMap(({ region, policy }) =>
    read("registry policy", policy?.document).map((one) => ({
      ...one,
      places: places
        .filter((place) => place.region === region && means(one.compiled, place.arn))
        .map(({ key }) => key),
    })),
  );
  return [...ofRepositories, ...ofRegistries].filter(
    ({ statement, compiled, places: its }) =>
      statement["Effect"] !== "Deny" && its.length > 0 && mayPull(compiled),
  );
}

function read(by: PlacedStatement["by"], document: unknown): Omit<ReadStatement, "places">[] {
  return statementsOf(document).map((statement, index) => {
    const { Sid } = statement;
    const name = typeof Sid === "string" && Sid !== "" ? Sid : `statement ${index + 1}`;
    return { by, name, statement, ...compiledOf("resource", statement) };
  });
}

function compiledOf(
  kind: "identity" | "resource",
  statement: ForeignStatement,
): { compiled?: CompiledStatement } {
  try {
    return { compiled: observedStatement(kind, statement) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return {};
  }
}

/** Whether a statement of a user's, a group's or a role's policy may let it pull. */
export function mayLetPull(statement: ForeignStatement): boolean {
  return statement["Effect"] !== "Deny" && mayPull(compiledOf("identity", statement).compiled);
}

function mayPull(compiled: CompiledStatement | undefined): boolean {
  return PULL_ACTIONS.some((action) => unlessUnread(() => compiled?.action(action.toLowerCase())));
}

function means(compiled: CompiledStatement | undefined, arn: string): boolean {
  return unlessUnread(() => compiled?.resource?.(arn));
}

/** What cannot be read may mean anything. */
function unlessUnread(ask: () => boolean | undefined): boolean {
  try {
    return ask() ?? true;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return true;
  }
}

/** Whether a statement allows the two actions of a pull, or one that a pull does not need, and nothing else. */
export function isPullOnly(statement: ForeignStatement): boolean {
  const { Effect, Action, Principal } = statement;
  if (Effect !== "Allow" || Action === undefined || Principal === undefined) return false;
  return textsIn(Action).every((action) => PULL_AND_CHECK.has(action.toLowerCase()));
}

/**
 * Hand-made pull policies often list it, and no pull calls it (ECR API reference: "When an image is pushed …
 * each image layer is checked").
 */
const LAYER_CHECK = "ecr:BatchCheckLayerAvailability";
const PULL_AND_CHECK = new Set([...PULL_ACTIONS, LAYER_CHECK].map((one) => one.toLowerCase()));
