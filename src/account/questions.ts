import {
  accountQuestions,
  registryQuestions,
  repositoryQuestions,
  type Question,
} from "../access/probes";
import type { AccessSettings } from "../access/groupPolicies";
import { ANY_PARTITION } from "../access/partition";
import { actionWords, joined } from "../access/statementWords";
import { customersWords, type AccessDelta } from "./deviation";
import { placeKey } from "./observed";
import { placesWords } from "./places";

/** A question with the place that it is about, as `placeKey` writes it. */
export interface PlacedQuestion extends Question {
  key?: string;
}

const REPOSITORY = new RegExp(`^${ANY_PARTITION}:ecr:([^:]+):[0-9]{12}:repository/(.+)$`);

/** Every question that the proof of access asks about a user, with the place that it is about. */
export function questionsAbout(settings: AccessSettings, arn: string): PlacedQuestion[] {
  const { account, repositories } = settings;
  const placed = repositoryQuestions(account, repositories).map((question): PlacedQuestion => {
    const [, region, repository] = REPOSITORY.exec(question.resource) ?? [];
    const isKnown =
      question.place !== undefined && region !== undefined && repository !== undefined;
    return isKnown ? { ...question, key: placeKey(repository, region) } : question;
  });
  return [...placed, ...accountQuestions(settings, arn), ...registryQuestions()];
}

/** The right that the group gives. */
export const LOG_IN = "log in to the registry";

/** A customer's login. */
export function loginDelta(customer: string): AccessDelta {
  return { who: customersWords([customer]), what: LOG_IN, logins: [customer] };
}

/** Pulls of a customer's, none without places. */
export function pullDelta(
  { repositories }: AccessSettings,
  customer: string,
  places: readonly string[],
): AccessDelta[] {
  if (places.length === 0) return [];
  const what = `pull ${placesWords(places, repositories)}`;
  return [{ who: customersWords([customer]), what, pulls: { customers: [customer], places } }];
}

/** The places that can be pulled by what is allowed: a pull takes both actions. */
export function pulledPlaces(allowed: readonly PlacedQuestion[]): string[] {
  const byPlace = new Map<string, Set<string>>();
  for (const { key, pulls, action } of allowed) {
    if (key === undefined || pulls === undefined) continue;
    byPlace.set(key, (byPlace.get(key) ?? new Set()).add(action));
  }
  return [...byPlace].flatMap(([key, actions]) => (actions.size < 2 ? [] : [key]));
}

/** Everything but pulls and the login: on repositories, then on IAM and the rest of the account. */
export function otherDelta(
  { repositories }: AccessSettings,
  questions: readonly PlacedQuestion[],
  who: string,
): AccessDelta[] {
  const others = questions.filter(({ pulls, logsIn }) => pulls === undefined && logsIn !== true);
  const onRepositories = others.filter(({ key }) => key !== undefined);
  const elsewhere = others.filter(({ key }) => key === undefined);
  const places = [...new Set(onRepositories.flatMap(({ key }) => key ?? []))];
  const parts = [
    ...(places.length === 0
      ? []
      : [`use ${actionWords(distinct(onRepositories))} on ${placesWords(places, repositories)}`]),
    ...(elsewhere.length === 0 ? [] : [`use ${actionWords(distinct(elsewhere))} in the account`]),
  ];
  return parts.length === 0 ? [] : [{ who, what: joined(parts) }];
}

function distinct(questions: readonly Question[]): string[] {
  return [...new Set(questions.map(({ action }) => action))];
}
