import type { ForeignStatement } from "./model";
import { OWN_SIDS } from "./repositoryPolicy";

/**
 * Statements to be declared beside others. The same `Sid` in the policies of two regions may name two statements, and one
 * list can have each only once: the later one gets a number. AWS decides nothing by it.
 *
 * @param others - declared already.
 */
export function withUniqueSids(
  statements: readonly ForeignStatement[],
  others: readonly ForeignStatement[],
): ForeignStatement[] {
  const taken = new Set<unknown>([OWN_SIDS[1], ...others.map(({ Sid }) => Sid)]);
  return statements.map((statement) => {
    const { Sid } = statement;
    if (typeof Sid !== "string") return statement;
    let own = Sid;
    for (let number = 2; taken.has(own); number++) own = `${Sid}${number}`;
    taken.add(own);
    // The same object keeps the order of its elements.
    return own === Sid ? statement : { ...statement, Sid: own };
  });
}
