import type { Operation } from "./contestant";
import type { Vendor } from "./vendor";

/** One thing that happens to a vendor's files, and what is run then. */
export interface Scenario {
  title: string;
  operation: Operation;
  /** Edits the files; returns whom it is about. */
  edit?: (vendor: Vendor) => string;
}

/** In this order, each from where the one before has ended. */
export const SCENARIOS: readonly Scenario[] = [
  { title: "first deployment", operation: "deploy" },
  { title: "preview, no change", operation: "plan" },
  { title: "one added", operation: "deploy", edit: (vendor) => vendor.addOne() },
  { title: "one suspended", operation: "deploy", edit: (vendor) => vendor.suspendOne() },
  { title: "one removed", operation: "deploy", edit: (vendor) => vendor.removeOne() },
];
