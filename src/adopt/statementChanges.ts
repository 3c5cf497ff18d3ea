/** Whose access differs by the statements of others in repositories' policies: whoever is no user of the account. */
import { canonicalCondition, presentPolicy } from "../access/presentPolicy";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { principalsOf, whatWords, whoWords } from "../access/statementGrants";
import { actionWords, isDeleted, normalizedPrincipal, textsIn } from "../access/statementWords";
import type { AccountContext } from "../account/context";
import { placesWords } from "../account/places";
import type { Change } from "./change";
import { placesOfCatalogue } from "./statements";

/** What a statement says about one principal and one action. */
interface Said {
  who: string;
  principal: string;
  isDeny: boolean;
  action: string;
  conditional: boolean;
}

/**
 * What statements say before and after an update about everyone but the account's users, of whom more is asked. Pulls
 * are left out: these are judged whole.
 */
export function statementChanges(before: AccountContext, after: AccountContext): Change[] {
  const found = new Map<string, Said & { change: Change["change"]; places: string[] }>();
  for (const { key: place } of placesOfCatalogue(before)) {
    const [had, has] = [saidAt(before, place), saidAt(after, place)];
    const differing = [
      ...[...had].filter(([key]) => !has.has(key)).map((one) => [...one, true] as const),
      ...[...has].filter(([key]) => !had.has(key)).map((one) => [...one, false] as const),
    ];
    for (const [key, said, isGone] of differing) {
      const change = isGone === said.isDeny ? "gains" : "loses";
      const known = found.get(`${change} ${key}`);
      const places = [...(known?.places ?? []), place];
      found.set(`${change} ${key}`, { ...said, change, places });
    }
  }
  const lines = new Map<string, Change & { actions: string[]; where: string; under: string }>();
  for (const { change, who, principal, action, places, conditional } of found.values()) {
    const where = placesWords(places, before.settings.repositories);
    const under = conditional ? ", under conditions" : "";
    const key = [change, principal, where, under].join(" ");
    const actions = [...(lines.get(key)?.actions ?? []), action];
    lines.set(key, { change, who, principals: [principal], what: "", actions, where, under });
  }
  return [...lines.values()].map(({ actions, where, under, ...line }) => ({
    ...line,
    what: `${actionWords(actions)} on ${where}${under}`,
  }));
}

function saidAt({ settings, observed, names }: AccountContext, place: string): Map<string, Said> {
  const users = new Set(observed.users.map(({ arn }) => arn));
  const { others } = presentPolicy(observed.repositories.get(place)?.policy?.document, settings);
  const said = new Map<string, Said>();
  for (const statement of others) {
    const isDeny = statement["Effect"] === "Deny";
    const condition = canonicalCondition(statement);
    for (const listed of principalsOf(statement)) {
      const { value, kind } = normalizedPrincipal(listed);
      const who = whoWords(statement, listed, names);
      const principal = kind === "NotPrincipal" ? who : value;
      if (isDeleted(listed) || users.has(principal)) continue;
      for (const action of actionsOf(statement)) {
        if (!isDeny && isPull(action)) continue;
        const key = [principal, isDeny, action.toLowerCase(), condition].join(" ");
        said.set(key, { who, principal, isDeny, action, conditional: condition !== "" });
      }
    }
  }
  return said;
}

function actionsOf(statement: Parameters<typeof whatWords>[0]): string[] {
  return statement["Action"] === undefined ? [whatWords(statement)] : textsIn(statement["Action"]);
}

function isPull(action: string): boolean {
  return PULL_ACTIONS.some((pull) => pull.toLowerCase() === action.toLowerCase());
}
