import type { Operation } from "./contestant";
import type { Vendor } from "./vendor";

/** One edit of a vendor's files, and what is run after it. */
export interface Scenario {
  title: string;
  operation: Operation;
  /** Edits the files; returns the customer that it changed. */
  edit?: (vendor: Vendor) => string;
}

/** In this order, each continuing from the one before. */
export const SCENARIOS: readonly Scenario[] = [
  { title: "first deployment", operation: "deploy" },
  { title: "preview, no change", operation: "plan" },
  { title: "one added", operation: "deploy", edit: (vendor) => vendor.addOne() },
  { title: "one suspended", operation: "deploy", edit: (vendor) => vendor.suspendOne() },
  { title: "one removed", operation: "deploy", edit: (vendor) => vendor.removeOne() },
];
