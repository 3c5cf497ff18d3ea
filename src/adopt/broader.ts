/** What a user can do today that no customer file gives. */
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { statementsOf } from "../access/presentPolicy";
import { actionWords, joined, textsIn } from "../access/statementWords";
import type { AccountContext } from "../account/context";
import { boundaryOf } from "../account/effects";
import { apart, ask, userAsker } from "../account/judge";
import type { ObservedUser } from "../account/observed";
import { placesWords } from "../account/places";
import { questionsAbout, type PlacedQuestion } from "../account/questions";
import { policyAt } from "../account/whole";
import { identityPolicies } from "./identityPolicies";

/** Everything beyond pulls of the catalogue and the login, each in words. */
export function broaderRights(context: AccountContext, user: ObservedUser): string[] {
  const { settings, time } = context;
  const asker = userAsker(user, settings.account, time);
  const { policies: identity } = apart(identityPolicies(context, user).map(({ read }) => read));
  const boundary = boundaryOf(context, user);
  const allowed = questionsAbout(settings, user.arn).filter((question) => {
    const { key, pulls, logsIn } = question;
    if (pulls !== undefined || logsIn === true) return false;
    const resource = key === undefined ? undefined : resourceAt(context, key);
    const policies = { identity, ...(resource === undefined ? {} : { resource }) };
    if (ask(asker, question, policies) !== "Allowed") return false;
    if (boundary === undefined || ask(asker, question, { identity: [boundary] }) === "Allowed") {
      return true;
    }
    return ask(asker, question, { ...policies, identity: [] }) === "Allowed";
  });
  const { hasLoginProfile, otherCredentials = [] } = user;
  const kinds = [...new Set(otherCredentials.map(({ kind }) => kind.replaceAll("-", " ")))];
  return [
    ...onRepositories(context, allowed),
    ...outside(allowed),
    ...elsewhere(allowed),
    ...services(context, user),
    ...(hasLoginProfile === true ? ["a password for the AWS console"] : []),
    ...kinds.map((kind) => `a credential of the kind ${kind}`),
  ];
}

function resourceAt(context: AccountContext, key: string) {
  const found = policyAt(context, key, key.split("@")[1] ?? "");
  return found !== undefined && "policy" in found ? found.policy : undefined;
}

function onRepositories({ settings }: AccountContext, allowed: readonly PlacedQuestion[]) {
  const places = new Map<string, Set<string>>();
  for (const { key, action } of allowed) {
    if (key !== undefined) places.set(key, (places.get(key) ?? new Set()).add(action));
  }
  const byActions = new Map<string, string[]>();
  for (const [key, actions] of places) {
    const words = actionWords([...actions]);
    byActions.set(words, [...(byActions.get(words) ?? []), key]);
  }
  return [...byActions].map(
    ([words, keys]) => `${words} on ${placesWords(keys, settings.repositories)}`,
  );
}

const isOfRepository = ({ resource }: PlacedQuestion) => resource.includes(":repository/");

/** Repositories of the registry that the catalogue does not have. */
function outside(allowed: readonly PlacedQuestion[]): string[] {
  const actions = allowed
    .filter((question) => question.key === undefined && isOfRepository(question))
    .map(({ action }) => action);
  if (actions.length === 0) return [];
  const pulls = PULL_ACTIONS.every((action) => actions.includes(action));
  const rest = actions.filter((action) => !PULL_ACTIONS.some((pull) => pull === action));
  const words = joined([...(pulls ? ["pull"] : []), ...new Set(rest)]);
  return [`${words} on repositories outside the catalogue`];
}

function elsewhere(allowed: readonly PlacedQuestion[]): string[] {
  const actions = allowed
    .filter((question) => question.key === undefined && !isOfRepository(question))
    .map(({ action }) => action);
  return actions.length === 0 ? [] : [`${actionWords([...new Set(actions)])} in the account`];
}

/** Services beside ECR that its policies name, whatever they allow there. */
function services({ observed, groups }: AccountContext, user: ObservedUser): string[] {
  const own = [user, ...(user.groups ?? []).flatMap((name) => groups.get(name) ?? [])];
  const documents = own.flatMap(({ inlinePolicies, attachedPolicies = [] }) => [
    ...(inlinePolicies?.values() ?? []),
    ...attachedPolicies.flatMap(({ arn }) => observed.managedPolicies.get(arn)?.document ?? []),
  ]);
  const named = documents.flatMap(({ document }) =>
    statementsOf(document)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, NotAction }) =>
        NotAction === undefined
          ? textsIn(Action).map((action) => action.split(":")[0]?.toLowerCase() ?? "")
          : ["*"],
      ),
  );
  const found = [...new Set(named)].filter((service) => !["ecr", "iam", "sts"].includes(service));
  if (found.includes("*")) return ["rights in every service of AWS"];
  return found.length === 0 ? [] : [`rights in other services: ${found.sort().join(", ")}`];
}
