import { EVERYTHING, type CompiledPolicy } from "../access/compiledPolicy";
import { principalArn } from "../access/arns";
import { isElsewhere, principalsOf as principalsOfCustomer } from "../access/principals";
import type { ForeignStatement } from "../access/model";
import { observedStatement } from "../access/observedPolicy";
import { statementsMissing, statementsOf } from "../access/presentPolicy";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { principalsOf, whatWords, whoWords } from "../access/statementGrants";
import { joined, textsIn } from "../access/statementWords";
import type { AccountContext } from "./context";
import { deltas, type AccessDelta, type Found } from "./deviation";
import { accountAsker, ask, userAsker } from "./judge";
import { customersAt } from "./ownStatementChecks";
import { placesOf, type Place } from "./places";
import { asUser } from "./roleIdentity";
import { losing, ofPlace } from "./repositoryChecks";

/** A statement that neither ecr-customers wrote nor the settings declare. */
export function repositoryStatementAdded(context: AccountContext): Found[] {
  return placesOf(context).flatMap((place) =>
    statementsMissing(place.present.others, [
      ...place.declared,
      // Ours, in a policy that has lost its Id.
      ...statementsOf(place.document),
    ]).map((statement): Found => {
      const isDeny = statement["Effect"] === "Deny";
      const { affected, unknown } = customersMeant(context, place, statement);
      const who = principalsOf(statement).map((one) => whoWords(statement, one, context.names));
      const unsure = [...conditionKeys(statement), ...unknown];
      const { repository, words } = place;
      const sid = typeof statement["Sid"] === "string" ? ` ${statement["Sid"]}` : "";
      return {
        ...ofPlace(place, affected),
        what: `the policy of ${words} has the statement${sid} that ${isDeny ? "denies" : "allows"} ${joined(who)} ${whatWords(statement)}, and that no file declares`,
        ...(isDeny
          ? deltas([], losing(context, place, affected), unsure)
          : deltas(gained(context, place, statement), [], unsure)),
        repair: "operator",
        wayOut: `To keep it: \`ecr-customers keep ${repository}\`. To remove it: \`ecr-customers up\` with \`--allow-foreign-revocations\`, or with AWS's own tools.`,
      };
    }),
  );
}

/** A statement that the settings declare is not in the policy. */
export function repositoryStatementMissing(context: AccountContext): Found[] {
  return placesOf(context)
    .filter(({ found }) => found.policy?.document !== undefined)
    .flatMap((place) =>
      statementsMissing(place.declared, place.present.others).map((statement): Found => {
        const who = principalsOf(statement).map((one) => whoWords(statement, one, context.names));
        const what = `${whatWords(statement)} ${place.words}`;
        const delta = who.map((name) => ({ who: name, what }));
        const isDeny = statement["Effect"] === "Deny";
        return {
          ...ofPlace(place),
          what: `the policy of ${place.words} lacks a statement of its settings for ${joined(who)}`,
          ...(isDeny ? deltas(delta, []) : deltas([], delta)),
          repair: "update",
        };
      }),
    );
}

/** Who gains what by a statement; a pull of customers as such. */
export function gained(
  context: AccountContext,
  { key, words }: Place,
  statement: ForeignStatement,
): AccessDelta[] {
  const actions = textsIn(statement["Action"]).map((action) => action.toLowerCase());
  const isPull = PULL_ACTIONS.every((action) =>
    actions.some((one) => one === action.toLowerCase() || one === "ecr:*" || one === "*"),
  );
  return principalsOf(statement).map((principal) => {
    const customers = customersAt(context, principal.value);
    const isOther = principal.kind === "NotPrincipal";
    return {
      who: whoWords(statement, principal, context.names),
      what: `${isPull && actions.length === 2 ? "pull" : `use ${whatWords(statement)} on`} ${words}`,
      ...(isPull && customers.length > 0 && !isOther
        ? { pulls: { customers, places: [key] } }
        : {}),
    };
  });
}

/** Condition keys that decide to whom a statement applies: AWS knows them at the request only. */
export function conditionKeys(statement: ForeignStatement): string[] {
  return conditionNames(statement).map((key) => `the condition key ${key}`);
}

/** The names of a statement's condition keys, in their order. */
export function conditionNames(statement: ForeignStatement): string[] {
  const block = statement["Condition"];
  if (typeof block !== "object" || block === null) return [];
  const keys = Object.values(block as Record<string, unknown>).flatMap((one) =>
    typeof one === "object" && one !== null ? Object.keys(one) : [],
  );
  return [...new Set(keys)];
}

/** The customers that a statement means by an action of a pull, and what could not be judged. */
export function customersMeant(
  context: AccountContext,
  { arn: resource, key }: Place,
  statement: ForeignStatement,
): { affected: string[]; unknown: string[] } {
  const policy: CompiledPolicy = {
    kind: "resource",
    statements: [observedStatement("resource", statement)],
  };
  const wanted = statement["Effect"] === "Deny" ? "ExplicitlyDenied" : "Allowed";
  const affected: string[] = [];
  const unknown = new Set<string>();
  const { settings, time } = context;
  const users = new Map(context.present.map(({ customer, user }) => [customer.id, user]));
  const roles = new Map(context.presentRoles.map(({ customer, role }) => [customer.id, role]));
  for (const customer of context.customers) {
    const { id } = customer;
    if (wanted === "ExplicitlyDenied" && context.pulls.get(id)?.has(key) !== true) continue;
    const user = users.get(id);
    const elsewhere = principalsOfCustomer(customer, settings.namePrefix).filter(isElsewhere);
    const role = roles.get(id);
    const own = [user, role && asUser(role)].filter((one) => one !== undefined);
    const askers = [
      ...own.map((one) => ({ asker: userAsker(one, settings.account, time), identity: [] })),
      ...elsewhere.map((one) => {
        const asker = accountAsker(principalArn(one, settings), one.account, time);
        // What that account allows its role is not known here.
        return { asker, identity: asker.caller.kind === "role" ? [EVERYTHING] : [] };
      }),
    ];
    const answers = askers.flatMap(({ asker, identity }) =>
      PULL_ACTIONS.map((action) =>
        ask(asker, { action, resource }, { identity, resource: policy }),
      ),
    );
    if (answers.includes(wanted)) affected.push(id);
    for (const answer of answers) if (typeof answer !== "string") unknown.add(answer.unknown);
  }
  return { affected, unknown: [...unknown] };
}
