import { byCell, cellStack, type Cell } from "../../src/access/cells";
import { baseDigest, cellDigest } from "../../src/access/digest";
import type { StackInput } from "../../src/project";
import type { StackOutputs } from "../../src/stack/outputs";

/** One cell, and whether an update would run it. */
interface CellState {
  cell: Cell;
  stack: string;
  customers: number;
  /** Its declared content differs from the recorded one. */
  changed: boolean;
}

/** The parts of a deployment, and which of them an update would run. */
interface Layout {
  base: { stack: string; changed: boolean };
  cells: CellState[];
}

/** All cells of the settings, in order. */
export function allCells({ config }: Pick<StackInput, "config">): Cell[] {
  return Array.from({ length: config.cells }, (_, cell) => cell);
}

/** Digests of what cells declare, by cell. */
export function digestsOf(input: StackInput, cells: readonly Cell[]): Record<string, string> {
  const { config, today } = input;
  const customers = byCell(input.customers, config.cells);
  return Object.fromEntries(
    cells.map((cell) => [String(cell), cellDigest(customers[cell] ?? [], config, today)]),
  );
}

/** Which parts of a stack with several cells differ from what the last update recorded. */
export function layoutOf(input: StackInput, recorded: StackOutputs | undefined): Layout {
  const { config, customers, today } = input;
  const wanted = digestsOf(input, allCells(input));
  const spread = byCell(customers, config.cells);
  const base = baseDigest(customers, config, today);
  return {
    base: { stack: config.stack, changed: recorded?.cells?.base !== base },
    cells: allCells(input).map((cell) => ({
      cell,
      stack: cellStack(config.stack, cell),
      customers: spread[cell]?.length ?? 0,
      changed: wanted[cell] !== recorded?.cells?.digests[cell],
    })),
  };
}
