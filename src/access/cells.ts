import { createHash } from "node:crypto";
import type { Customer } from "../customers/model";

/** A cell's number, from 0. */
export type Cell = number;

/** Digits of a cell's number in its stack's name, at least. */
const DIGITS = 2;

/** `prod-c03`: the stack that holds a cell's customers. */
export function cellStack(stack: string, cell: Cell): string {
  return `${stack}-c${String(cell).padStart(DIGITS, "0")}`;
}

/** The stack and the cell in the name of a cell's stack; undefined for any other name. */
export function readCellStack(name: string): { stack: string; cell: Cell } | undefined {
  const [, stack, cell] = /^(.+)-c([0-9]{2,3})$/.exec(name) ?? [];
  return stack === undefined ? undefined : { stack, cell: Number(cell) };
}

/**
 * The cell of a customer: a fixed hash of its id, so that neither other customers nor the order of
 * files moves it. Another number of cells moves it; `cells --set` does that safely.
 */
export function cellOf(id: string, cells: number): Cell {
  return createHash("sha256").update(id).digest().readUInt32BE(0) % cells;
}

/** The stack that holds a customer: the only one, or that of its cell. */
export function customerStack(id: string, stack: string, cells: number): string {
  return cells === 1 ? stack : cellStack(stack, cellOf(id, cells));
}

/** The customers of each cell, all cells of the layout, in the customers' order. */
export function byCell(customers: readonly Customer[], cells: number): Customer[][] {
  const spread = Array.from({ length: cells }, (): Customer[] => []);
  for (const customer of customers) spread[cellOf(customer.id, cells)]?.push(customer);
  return spread;
}
