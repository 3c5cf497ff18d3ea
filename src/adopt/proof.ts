import { byText } from "../access/order";
import { repositoryQuestions } from "../access/probes";
import { actionWords, joined } from "../access/statementWords";
import { accountContext, type AccountContext } from "../account/context";
import { boundaryOf } from "../account/effects";
import { apart, ask, userAsker, type Answer } from "../account/judge";
import { placeKey, type ObservedAccount, type ObservedUser } from "../account/observed";
import { placesWords } from "../account/places";
import { policyAt } from "../account/whole";
import { observedAfter, type DeclaredParts } from "./after";
import type { AccessChange, Change } from "./change";
import { identityPolicies } from "./identityPolicies";
import { newcomers } from "./newcomers";
import type { Puller } from "./puller";
import { pullersOf } from "./pullers";
import { statementChanges } from "./statementChanges";

/**
 * Whose access an update changes: everyone that was observed, judged by everything that AWS holds before it and will
 * hold after it. Users by their unique ids, because the update moves them: each by every action on every repository.
 * All others by pulls and by the statements that name them.
 *
 * @returns in a fixed order; empty when the update changes no one's access.
 */
export function adoptionChanges(observed: ObservedAccount, input: DeclaredParts): AccessChange[] {
  const { config, today } = input;
  const settings = { settings: config, customers: [], today };
  const before = accountContext(settings, observed);
  const after = accountContext(settings, observedAfter(observed, input));
  const changes = [
    ...pullChanges(before, after, (pullers) => newcomers(observed, pullers, input)),
    ...otherChanges(before, after),
    ...statementChanges(before, after),
  ];
  // By names, which an update does not change: an interrupted one is continued with the same numbers.
  const sorted = changes.sort(
    (a, b) => byText(a.who, b.who) || byText(a.change, b.change) || byText(a.what, b.what),
  );
  return sorted.map((change, at) => ({ number: at + 1, ...change }));
}

function pullChanges(
  before: AccountContext,
  after: AccountContext,
  newcomersBeside: (pullers: ReadonlySet<string>) => ReadonlySet<string>,
): Change[] {
  const [had, has] = [byIdentity(before), byIdentity(after)];
  const created = newcomersBeside(new Set(had.keys()));
  const concerned = [...new Set([...had.keys(), ...has.keys()])].filter((key) => !created.has(key));
  return concerned.flatMap((key): Change[] => {
    const [then, now] = [had.get(key), has.get(key)];
    const [{ words, principal } = { words: "", principal: "" }] = [then ?? now];
    const [pulled, pulls] = [new Set(then?.pulls), new Set(now?.pulls)];
    const lost = [...pulled].filter((place) => !pulls.has(place));
    const gained = [...pulls].filter((place) => !pulled.has(place));
    const { repositories } = before.settings;
    const change = (way: AccessChange["change"], what: string): Change => ({
      ...{ change: way, who: words, principals: [principal], what },
    });
    return [
      ...(lost.length === 0 ? [] : [change("loses", `pull ${placesWords(lost, repositories)}`)]),
      ...(gained.length === 0
        ? []
        : [change("gains", `pull ${placesWords(gained, repositories)}`)]),
      ...freer(then, now).map(({ places, under }) =>
        change("gains", `pull ${placesWords(places, repositories)} ${under}`),
      ),
      ...(then?.logsIn === true && now?.logsIn !== true
        ? [change("loses", "log in to the registry")]
        : []),
      ...(then !== undefined && then.logsIn !== true && now?.logsIn === true
        ? [change("gains", "log in to the registry")]
        : []),
    ];
  });
}

/** Places that someone can pull already, and will be able to under fewer conditions, or under others. */
function freer(
  then: Puller | undefined,
  now: Puller | undefined,
): { places: string[]; under: string }[] {
  if (then === undefined || now === undefined) return [];
  const found = new Map<string, string[]>();
  for (const place of then.pulls) {
    const [old, fresh] = [conditionsAt(then, place), conditionsAt(now, place)];
    if (old.length === 0) continue;
    for (const its of fresh) {
      if (old.some((one) => one.every((key) => its.includes(key)))) continue;
      const under =
        its.length === 0
          ? `without the condition on ${keysWords(old.flat())}`
          : `also under the condition on ${keysWords(its)}`;
      found.set(under, [...new Set([...(found.get(under) ?? []), place])]);
    }
  }
  return [...found].map(([under, places]) => ({ places, under }));
}

function conditionsAt({ reasons }: Puller, place: string): (readonly string[])[] {
  return reasons.filter(({ places }) => places.includes(place)).map(({ conditions }) => conditions);
}

function keysWords(keys: readonly string[]): string {
  return joined([...new Set(keys)].sort(byText));
}

function byIdentity(context: AccountContext): Map<string, Puller> {
  return new Map(
    pullersOf(context).map((puller) => [puller.user?.uniqueId ?? puller.principal, puller]),
  );
}

/** What users can do on repositories beside pulling. */
function otherChanges(before: AccountContext, after: AccountContext): Change[] {
  const { account, repositories } = before.settings;
  const questions = repositoryQuestions(account, repositories).filter(
    ({ pulls }) => pulls === undefined,
  );
  const now = new Map(after.observed.users.map((user) => [user.uniqueId, user]));
  return before.observed.users.flatMap((user): Change[] => {
    const moved = now.get(user.uniqueId);
    if (moved === undefined) return [];
    const [could, can] = [answering(before, user), answering(after, moved)];
    const [lost, gained] = [new Map<string, string[]>(), new Map<string, string[]>()];
    for (const question of questions) {
      const [then, next] = [could(question) === "Allowed", can(question) === "Allowed"];
      if (then === next) continue;
      const { action, resource, place } = question;
      const found = then ? lost : gained;
      const at = place === undefined ? "" : placeAt(resource);
      found.set(action, [...(found.get(action) ?? []), at]);
    }
    const change = (way: AccessChange["change"], actions: typeof lost): Change[] =>
      whatWords(actions, repositories).map((what) => ({
        ...{ change: way, who: `user ${user.name}`, principals: [user.arn], what },
      }));
    return [...change("loses", lost), ...change("gains", gained)];
  });
}

/** Actions in words, by the places where they change; those without a place are on repositories that no catalogue has. */
function whatWords(
  actions: ReadonlyMap<string, readonly string[]>,
  catalogue: AccountContext["settings"]["repositories"],
): string[] {
  const byPlaces = new Map<string, string[]>();
  for (const [action, places] of actions) {
    const known = places.filter((place) => place !== "");
    const outside = known.length < places.length ? [OUTSIDE] : [];
    const on = [...(known.length === 0 ? [] : [placesWords(known, catalogue)]), ...outside];
    const where = joined(on);
    byPlaces.set(where, [...(byPlaces.get(where) ?? []), action]);
  }
  return [...byPlaces].map(([where, its]) => `${actionWords(its)} on ${where}`);
}

/** A policy may allow something by a tag that the update removes, also where the catalogue ends. */
const OUTSIDE = "other repositories, by a tag that the update removes";

/** The place of a repository's ARN, as `placeKey` writes it. */
function placeAt(resource: string): string {
  const [, region = "", repository = ""] = PLACE.exec(resource) ?? [];
  return placeKey(repository, region);
}

const PLACE = /^arn:[^:]+:ecr:([^:]+):[0-9]{12}:repository\/(.+)$/;

/** Asks what AWS decides about a user, by its policies, its boundary and the repository's policy. */
function answering(context: AccountContext, user: ObservedUser) {
  const asker = userAsker(user, context.settings.account, context.time);
  const { policies: identity } = apart(identityPolicies(context, user).map(({ read }) => read));
  const limit = boundaryOf(context, user);
  return (question: { action: string; resource: string }): Answer => {
    const [, region = ""] = PLACE.exec(question.resource) ?? [];
    const read = policyAt(context, placeAt(question.resource), region);
    const resource = read !== undefined && "policy" in read ? read.policy : undefined;
    const found = ask(asker, question, { identity, ...(resource && { resource }) });
    if (limit === undefined || found !== "Allowed") return found;
    return ask(asker, question, { identity: [limit] });
  };
}
