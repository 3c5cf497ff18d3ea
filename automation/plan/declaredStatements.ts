import type { Catalogue } from "../../src/access/model";
import { statementGrants, type StatementGrant } from "../../src/access/statementGrants";
import type { PrincipalNames } from "../../src/access/statementWords";
import { textTable } from "../output/textTable";

/** What one repository's declared statements allow or deny one of their principals. */
export interface DeclaredGrant extends StatementGrant {
  repository: string;
  /** The file that declares it, relative to the project's folder. */
  file?: string;
}

/**
 * The principals of the statements that the settings declare beside the customers (a build server that
 * pushes, a partner's account), one entry for each principal, in the catalogue's order.
 *
 * @param repository - only those of this one.
 */
export function declaredGrants(
  catalogue: Catalogue,
  names: PrincipalNames,
  repository?: string,
): DeclaredGrant[] {
  return [...catalogue]
    .filter(([name]) => repository === undefined || name === repository)
    .flatMap(([name, { statements = [], statementsFile: file }]) =>
      statementGrants(statements, names).map((grant) => ({
        repository: name,
        ...grant,
        ...(file === undefined ? {} : { file }),
      })),
    );
}

/** A line for each: repository, what is allowed or denied to whom, and the file that declares it. */
export function declaredText(grants: readonly DeclaredGrant[]): string {
  if (grants.length === 0) return "The settings declare no statements of others.";
  const rows = grants.map(({ repository, effect, who, what, conditional, file = "" }) => [
    repository,
    `${effect} ${who}: ${what}${conditional ? ", under conditions" : ""}`,
    file,
  ]);
  return ["Declared statements of others:", ...textTable(rows).map((row) => `  ${row}`)].join("\n");
}
