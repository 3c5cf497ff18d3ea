import type { Catalogue, GrantMode } from "../../src/access/model";
import type { Customer } from "../../src/customers/model";

export const ACCOUNT = "123456789012";
export const TODAY = "2026-11-23";

/** The stack that writes the policies. */
export const OWNER = { project: "ecr-customers", stack: "prod" };

/** An active customer of `edge-agent` with one key, but for `changes`. */
export function customer(id: string, changes: Partial<Customer> = {}): Customer {
  return {
    id,
    name: `${id} Ltd`,
    repositories: ["edge-agent"],
    status: "active",
    keys: [{ generation: 1, status: "active" }],
    protected: false,
    ...changes,
  };
}

/** A catalogue of one region, from repository names and their grant modes. */
export function catalogue(modes: Record<string, GrantMode>): Catalogue {
  return new Map(
    Object.entries(modes).map(([name, grants]) => [
      name,
      { create: false, grants, regions: ["eu-central-1"] },
    ]),
  );
}
