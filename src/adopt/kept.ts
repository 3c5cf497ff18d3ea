/** What others have in repositories' policies, as the settings have to declare it for it to stay. */
import { userArn } from "../access/arns";
import type { ForeignStatement } from "../access/model";
import { presentPolicy, statementsMissing } from "../access/presentPolicy";
import { isDeleted, listedPrincipals, normalizedPrincipal } from "../access/statementWords";
import { withUniqueSids } from "../access/uniqueSids";
import type { AccountContext } from "../account/context";
import { placeKey } from "../account/observed";
import { isPullOnly } from "./statements";

/** A customer by the principal that AWS's policies name today. */
export interface AdoptedPrincipal {
  customer: string;
  principal: string;
  /** Of a user: its name, under which it moves to the path of customers. */
  userName?: string;
  /** What its file says. */
  repositories: readonly string[];
}

/** Statements to keep. */
export interface KeptStatements {
  /** Repository → statements that its settings do not declare yet. */
  byRepository: ReadonlyMap<string, readonly ForeignStatement[]>;
  /** Repository → unique ids of deleted users and roles, which let no one in and which AWS refuses to take again. */
  deleted: ReadonlyMap<string, readonly string[]>;
}

/**
 * The statements of others of every repository. A customer is left out of one that only lets it pull what its file
 * says; in all others a user is named by the ARN that it has as a customer's. Everything else stays to the byte.
 */
export function keptStatements(
  context: AccountContext,
  adopted: readonly AdoptedPrincipal[],
): KeptStatements {
  const { settings, observed } = context;
  const byPrincipal = new Map<string, AdoptedPrincipal[]>();
  for (const one of adopted) {
    byPrincipal.set(one.principal, [...(byPrincipal.get(one.principal) ?? []), one]);
  }
  const byRepository = new Map<string, ForeignStatement[]>();
  const deleted = new Map<string, string[]>();
  for (const [repository, { regions, statements: declared = [] }] of settings.repositories) {
    const gone = new Set<string>();
    const added: ForeignStatement[] = [];
    for (const region of regions) {
      const document = observed.repositories.get(placeKey(repository, region))?.policy?.document;
      const { others } = presentPolicy(document, settings);
      const kept = others.flatMap((statement): ForeignStatement[] => {
        for (const one of listedPrincipals(statement["Principal"])) {
          if (isDeleted(one)) gone.add(one.value);
        }
        return withoutCustomers(context, statement, repository, byPrincipal);
      });
      added.push(...statementsMissing(kept, [...declared, ...added]));
    }
    if (added.length > 0) byRepository.set(repository, withUniqueSids(added, declared));
    if (gone.size > 0) deleted.set(repository, [...gone].sort());
  }
  return { byRepository, deleted };
}

/** A statement without those that it need not name any more; none when no one is left. */
function withoutCustomers(
  { settings }: AccountContext,
  statement: ForeignStatement,
  repository: string,
  adopted: ReadonlyMap<string, readonly AdoptedPrincipal[]>,
): ForeignStatement[] {
  const pullOnly = isPullOnly(statement);
  const element = "Principal" in statement ? "Principal" : "NotPrincipal";
  const listed = listedPrincipals(statement[element]);
  const left = listed.flatMap((one) => {
    const its = adopted.get(normalizedPrincipal(one).value) ?? [];
    if (pullOnly && its.some(({ repositories }) => repositories.includes(repository))) {
      return [];
    }
    if (isDeleted(one)) return [];
    const name = its[0]?.userName;
    const value = name === undefined ? one.value : userArn(settings, name);
    return [value === one.value ? one : { ...one, value }];
  });
  const isSame = left.length === listed.length && left.every((one, at) => one === listed[at]);
  if (isSame) return [statement];
  if (left.length === 0) return [];
  const kinds = [...new Set(left.map(({ kind }) => kind))];
  const value = Object.fromEntries(
    kinds.map((kind) => {
      const [first, ...more] = left.filter((one) => one.kind === kind).map((one) => one.value);
      return [kind, more.length === 0 ? first : [first, ...more]];
    }),
  );
  return [{ ...statement, [element]: value }];
}
