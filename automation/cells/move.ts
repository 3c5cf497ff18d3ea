import { cellStack, customerStack, type Cell } from "../../src/access/cells";
import type { ExportedState } from "../engine/recovery";
import { subjectOf } from "../plan/subject";
import { nameOf, typeOf } from "../engine/events";

/** Resources to move from one stack's state to another's. */
interface StateMove {
  source: string;
  target: string;
  /** In the source. Resources that they depend on are in the same list. */
  urns: string[];
}

/** A resource that is in two states, because a move was interrupted between its two writes. */
interface StateDuplicate {
  stack: string;
  urn: string;
}

/**
 * The moves that bring every customer's resources into the stack of its cell. Computed again after a
 * crash, they are what is left to do.
 *
 * @param states - by stack: of the base stack and of every cell that may hold customers.
 * @param cells - the new number of cells; 1: all customers in the base stack.
 */
export function movesTo(
  states: ReadonlyMap<string, ExportedState>,
  base: string,
  cells: number,
): { moves: StateMove[]; duplicates: StateDuplicate[] } {
  const where = new Map<string, { stack: string; urn: string }[]>();
  for (const [stack, { deployment }] of states) {
    for (const { urn } of deployment.resources ?? []) {
      const subject = subjectOf({ type: typeOf(urn), name: nameOf(urn) });
      if (subject.kind !== "customer") continue;
      const key = `${typeOf(urn)}::${nameOf(urn)}`;
      where.set(key, [...(where.get(key) ?? []), { stack, urn }]);
    }
  }
  const moves = new Map<string, StateMove>();
  const duplicates: StateDuplicate[] = [];
  for (const places of where.values()) {
    const [first] = places;
    if (first === undefined) continue;
    const customer = subjectOf({ type: typeOf(first.urn), name: nameOf(first.urn) }).name;
    const target = customerStack(customer, base, cells);
    const arrived = places.some(({ stack }) => stack === target);
    for (const { stack, urn } of places) {
      if (stack === target) continue;
      if (arrived) {
        duplicates.push({ stack, urn });
        continue;
      }
      const key = `${stack} ${target}`;
      const move = moves.get(key) ?? { source: stack, target, urns: [] };
      move.urns.push(urn);
      moves.set(key, move);
    }
  }
  // Dependents are removed before the resources that they depend on, so that no reference dangles.
  return { moves: [...moves.values()], duplicates: duplicates.reverse() };
}

/** The stacks of a deployment with this number of cells, the base stack first. */
export function stacksOf(base: string, cells: number): string[] {
  const numbers: Cell[] = cells === 1 ? [] : Array.from({ length: cells }, (_, cell) => cell);
  return [base, ...numbers.map((cell) => cellStack(base, cell))];
}
