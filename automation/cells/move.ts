import { cellStack, customerStack, type Cell } from "../../src/access/cells";
import type { ExportedState } from "../engine/recovery";
import { subjectOf } from "../plan/subject";
import { nameOf, typeOf } from "../engine/events";

/** Resources that change from one stack's state to another's. */
export interface StateMove {
  source: string;
  target: string;
  /** As in the source. Those that others depend on come with them. */
  urns: string[];
}

/** A resource that stands in two states, because a move was interrupted between its two writes. */
export interface StateDouble {
  stack: string;
  urn: string;
}

/**
 * What brings every customer's resources into the stack of its cell. Asked again after a crash, it
 * is what is left to do.
 *
 * @param states - of every stack that may hold customers: the base stack and the cells, by name.
 * @param cells - how many there are to be; 1: all in the base stack.
 */
export function movesTo(
  states: ReadonlyMap<string, ExportedState>,
  base: string,
  cells: number,
): { moves: StateMove[]; doubles: StateDouble[] } {
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
  const doubles: StateDouble[] = [];
  for (const places of where.values()) {
    const [first] = places;
    if (first === undefined) continue;
    const customer = subjectOf({ type: typeOf(first.urn), name: nameOf(first.urn) }).name;
    const target = customerStack(customer, base, cells);
    const arrived = places.some(({ stack }) => stack === target);
    for (const { stack, urn } of places) {
      if (stack === target) continue;
      if (arrived) {
        doubles.push({ stack, urn });
        continue;
      }
      const key = `${stack} ${target}`;
      const move = moves.get(key) ?? { source: stack, target, urns: [] };
      move.urns.push(urn);
      moves.set(key, move);
    }
  }
  // A resource's dependents go before it, so that nothing is left that points nowhere.
  return { moves: [...moves.values()], doubles: doubles.reverse() };
}

/** Every stack that a layout of so many cells has, the base stack first. */
export function stacksOf(base: string, cells: number): string[] {
  const numbers: Cell[] = cells === 1 ? [] : Array.from({ length: cells }, (_, cell) => cell);
  return [base, ...numbers.map((cell) => cellStack(base, cell))];
}
