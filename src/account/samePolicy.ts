import { statementsMissing, statementsOf } from "../access/presentPolicy";

/**
 * Whether two documents say the same, in whatever form: order of statements and lists, one value or a
 * list of one. A `Sid` does not count: AWS decides nothing by it.
 *
 * @param found - parsed, as AWS holds it; undefined without one.
 */
export function samePolicy(found: unknown, wanted: unknown): boolean {
  if (found === undefined || wanted === undefined) return found === wanted;
  const [is, should] = [statementsOf(found), statementsOf(wanted)];
  return (
    versionOf(found) === versionOf(wanted) &&
    statementsMissing(is, should).length === 0 &&
    statementsMissing(should, is).length === 0
  );
}

function versionOf(document: unknown): unknown {
  return (document as { Version?: unknown } | null)?.Version;
}
