import { PULL_ACTIONS } from "../access/repositoryPolicy";
import {
  actionWords,
  isDeleted,
  joined,
  listedPrincipals,
  normalizedPrincipal,
  principalWords,
  textsIn,
  type StatementPrincipal,
} from "../access/statementWords";
import type { AccountContext } from "./context";
import { customersWords, deltas, type AccessDelta, type Found, restoredIf } from "./deviation";
import { placesOf, type Place } from "./places";
import { losing, ofPlace } from "./repositoryChecks";

/** Places whose policy is ours, with our statement as AWS has it. */
function ours(context: AccountContext) {
  return placesOf(context).flatMap((place) => {
    const { own } = place.present;
    if (own === undefined) return [];
    const listed = listedPrincipals(own["Principal"]);
    const live = listed.filter((one) => !isDeleted(one)).map(normalizedPrincipal);
    return [{ place, own, listed, live }];
  });
}

/** Our statement is missing from a policy that is there, or lacks customers. */
export function repositoryPrincipalMissing(context: AccountContext): Found[] {
  return placesOf(context).flatMap((place): Found[] => {
    const { present, found, expected, words } = place;
    if (found.policy?.document === undefined || expected.length === 0) return [];
    const listed = listedPrincipals(present.own?.["Principal"]);
    const live = listed.map(normalizedPrincipal).map(({ value }) => value);
    if (live.includes("*")) return [];
    const named = new Set(live);
    const missing = expected.filter(
      ({ arn, movedTo = arn }) => !named.has(arn) && !named.has(movedTo),
    );
    if (missing.length === 0) return [];
    const ids = missing.flatMap(({ customers }) => customers);
    const deleted = listed.filter(isDeleted).map(({ value }) => value);
    // AWS shows a deleted user's id; if the user exists, it was created again.
    const recreated = missing.filter(({ uniqueId }) => uniqueId !== undefined);
    const why =
      deleted.length > 0 && recreated.length > 0
        ? {
            origin: `the policy names ${deletedWords(deleted)}: ${deleted.length === 1 ? "a user was" : "users were"} created again`,
          }
        : {};
    return [
      {
        ...ofPlace(place, ids),
        what:
          present.own === undefined
            ? `the policy of ${words} has no statement of ecr-customers`
            : `the policy of ${words} does not name ${customersWords(ids)}`,
        ...deltas([], losing(context, place, ids)),
        // Without our `Id` the statement may be there, and not be known as ours.
        repair:
          "origin" in why || present.ownership.kind !== "own"
            ? ("update" as const)
            : ("restore" as const),
        ...why,
      },
    ];
  });
}

/** Our statement names others than the files. */
export function repositoryPrincipalAdded(context: AccountContext): Found[] {
  return ours(context).flatMap(({ place, live }): Found[] => {
    const wanted = new Set(place.expected.flatMap(({ arn, movedTo = arn }) => [arn, movedTo]));
    const added = live.filter(({ kind, value }) => kind !== "AWS" || !wanted.has(value));
    if (added.length === 0) return [];
    const customers = added.flatMap(({ value }) => customersAt(context, value));
    return [
      {
        ...ofPlace(place, customers),
        what: `the statement of ecr-customers in the policy of ${place.words} names ${joined(added.map((one) => principalWords(one, context.names)))} without a file that grants it`,
        ...deltas(gains(context, place, added, "pull"), []),
        repair: "update",
      },
    ];
  });
}

/** Deleted users in our statement let no one in; AWS does not take the policy again with them. */
export function repositoryDeletedPrincipal(context: AccountContext): Found[] {
  return ours(context).flatMap(({ place, listed, live }): Found[] => {
    const deleted = listed.filter(isDeleted).map(({ value }) => value);
    const isNamed = live.length >= place.expected.length;
    if (deleted.length === 0 || !isNamed) return [];
    return [
      {
        ...ofPlace(place),
        what: `the policy of ${place.words} names ${deletedWords(deleted)}, whom AWS does not let in`,
        repair: "update",
      },
    ];
  });
}

/** Our statement allows more or fewer actions. */
export function repositoryActions(context: AccountContext): Found[] {
  return ours(context).flatMap(({ place, own, live }): Found[] => {
    const found = textsIn(own["Action"]);
    const has = new Set(found.map((action) => action.toLowerCase()));
    const pull = new Set(PULL_ACTIONS.map((action) => action.toLowerCase()));
    const extra = found.filter((action) => !pull.has(action.toLowerCase()));
    const isWide = extra.some((action) => /[*?]/.test(action));
    const missing = PULL_ACTIONS.filter((action) => !has.has(action.toLowerCase()) && !isWide);
    if (extra.length + missing.length === 0) return [];
    const ids = place.expected.flatMap(({ customers }) => customers);
    const effects = deltas(
      extra.length === 0 ? [] : gains(context, place, live, `use ${actionWords(extra)} on`),
      missing.length === 0 ? [] : losing(context, place, ids),
    );
    const words = [
      ...(extra.length === 0 ? [] : [`also allows ${actionWords(extra)}`]),
      ...(missing.length === 0 ? [] : [`does not allow ${actionWords(missing)}`]),
    ];
    return [
      {
        ...ofPlace(place, ids),
        what: `the statement of ecr-customers in the policy of ${place.words} ${joined(words)}`,
        ...effects,
        repair: restoredIf(effects),
      },
    ];
  });
}

const OWN_ELEMENTS = new Set(["Sid", "Effect", "Principal", "Action"]);

/** Our statement has elements that it never has, or another effect. */
export function repositoryStatementChanged(context: AccountContext): Found[] {
  return ours(context).flatMap(({ place, own }): Found[] => {
    const strange = Object.keys(own).filter((element) => !OWN_ELEMENTS.has(element));
    const isAllow = own["Effect"] === "Allow";
    if (strange.length === 0 && isAllow) return [];
    const words = [
      ...(isAllow ? [] : [`the effect ${String(own["Effect"])}`]),
      ...strange.map((element) => `a ${element}`),
    ];
    const ids = place.expected.flatMap(({ customers }) => customers);
    return [
      {
        ...ofPlace(place, ids),
        what: `the statement of ecr-customers in the policy of ${place.words} has ${joined(words)}, which no file declares`,
        ...(isAllow
          ? { notJudged: [`who may still pull ${place.words} with ${joined(strange)}`] }
          : deltas([], losing(context, place, ids))),
        // A condition on an Allow, and a Deny, only take access away.
        repair: strange.every((element) => element === "Condition") ? "restore" : "update",
      },
    ];
  });
}

/** Principals that can do something at a place, customers among them as such. */
export function gains(
  context: AccountContext,
  { key, words }: Place,
  principals: readonly StatementPrincipal[],
  what: string,
): AccessDelta[] {
  return principals.map((principal) => {
    const customers = customersAt(context, principal.value);
    return {
      who: principalWords(principal, context.names),
      what: `${what} ${words}`,
      ...(what === "pull" && customers.length > 0 ? { pulls: { customers, places: [key] } } : {}),
    };
  });
}

/** The customers that a principal means: all of them, when it means everyone. */
export function customersAt(context: AccountContext, principal: string): readonly string[] {
  if (principal === "*") return context.customers.map(({ id }) => id);
  return context.customersOf(principal);
}

/** `a deleted user (AIDA…)`. */
function deletedWords(ids: readonly string[]): string {
  return `${ids.length === 1 ? "a deleted user" : "deleted users"} (${joined(ids)})`;
}
