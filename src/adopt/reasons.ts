/** Why someone can pull: each policy by itself, asked about the places that are open. */
import type { CompiledPolicy } from "../access/compiledPolicy";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { statementsOf } from "../access/presentPolicy";
import { ask, type Asker } from "../account/judge";
import { conditionNames } from "../account/otherStatementChecks";
import type { NamedPolicy } from "./identityPolicies";
import type { Reason } from "./puller";
import { mayLetPull, type ReadStatement } from "./statements";

/** A place, and the ARN of its repository. */
export interface OpenPlace {
  key: string;
  arn: string;
}

/** The policies of an identity that open places to it. @param limit - its permissions boundary. */
export function identityReasons(
  asker: Asker,
  open: readonly OpenPlace[],
  policies: readonly NamedPolicy[],
  limit?: CompiledPolicy,
): Reason[] {
  return policies.flatMap(({ by, name, document, read }): Reason[] => {
    if (!("policy" in read)) return [];
    const places = open.filter(({ arn }) =>
      PULL_ACTIONS.some((action) => {
        const question = { action, resource: arn };
        if (ask(asker, question, { identity: [read.policy] }) !== "Allowed") return false;
        return limit === undefined || ask(asker, question, { identity: [limit] }) === "Allowed";
      }),
    );
    return reasonOf({ by, name }, places, conditionsOfDocument(document?.document));
  });
}

/** The statements of repositories' and registries' policies that open places to someone. */
export function statementReasons(
  asker: Asker,
  open: readonly OpenPlace[],
  statements: readonly ReadStatement[],
): Reason[] {
  const arns = new Map(open.map(({ key, arn }) => [key, arn]));
  return statements.flatMap(({ by, name, statement, compiled, places }): Reason[] => {
    if (compiled === undefined) return [];
    const { principals } = compiled;
    // Most statements name others: that is seen without asking.
    const { arn: caller = "", account = "" } =
      asker.caller.kind === "anonymous" ? {} : asker.caller;
    const isNamed =
      principals === undefined ||
      principals.everyone ||
      principals.isExcept === true ||
      principals.users.has(caller) ||
      principals.accounts.has(account);
    if (!isNamed) return [];
    const resource: CompiledPolicy = { kind: "resource", statements: [compiled] };
    const its = places.flatMap((key) => {
      const arn = arns.get(key);
      return arn === undefined ? [] : [{ key, arn }];
    });
    const opened = its.filter(({ arn }) =>
      PULL_ACTIONS.some(
        (action) => ask(asker, { action, resource: arn }, { identity: [], resource }) === "Allowed",
      ),
    );
    return reasonOf({ by, name }, opened, conditionNames(statement));
  });
}

function reasonOf(
  of: Pick<Reason, "by" | "name">,
  places: readonly OpenPlace[],
  conditions: readonly string[],
): Reason[] {
  if (places.length === 0) return [];
  return [{ ...of, places: places.map(({ key }) => key), conditions }];
}

/** The condition keys of a policy whose statements that may allow a pull all have some. */
function conditionsOfDocument(document: unknown): string[] {
  const names = statementsOf(document).filter(mayLetPull).map(conditionNames);
  return names.some((its) => its.length === 0) ? [] : [...new Set(names.flat())];
}
