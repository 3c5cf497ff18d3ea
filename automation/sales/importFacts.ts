// What the limits of an import need to know of it (importLimits.ts).
import { accessDifference } from "../../src/access/difference";
import { accessEnded, entitledGrants } from "../../src/access/entitlements";
import type { StackConfig } from "../../src/config";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { Identity, ImportFacts } from "./importLimits";
import { fold } from "./reading/cellText";
import type { CustomerChange } from "./reconciled";

/** Before and after an import. */
export interface ImportedCustomers {
  before: readonly Customer[];
  after: readonly Customer[];
  changes: readonly CustomerChange[];
  absent: readonly Customer[];
}

/** Everything but what the export and the mapping themselves say. */
export function importFacts(
  { before, after, changes, absent }: ImportedCustomers,
  system: string,
  config: StackConfig,
  today: IsoDate,
): Omit<ImportFacts, "rows" | "mappingChanges"> {
  const isEntitled = (customer: Customer) =>
    customer.source?.system === system &&
    customer.repositories.length > 0 &&
    !accessEnded(customer, today);
  const entitled = (customers: readonly Customer[]) =>
    customers.filter(isEntitled).map(({ id }) => id);
  const identity = (customer: Customer): Identity => {
    const { id, name, contact } = customer;
    return { customer: id, name: fold(name), contact, entitled: isEntitled(customer) };
  };
  const lifted = changes.filter(
    (change) =>
      change.before?.expires !== undefined &&
      change.after.expires === undefined &&
      !accessEnded(change.after, today),
  );
  return {
    entitledBefore: entitled(before),
    entitledAfter: entitled(after),
    access: accessDifference(
      entitledGrants(before, config, today),
      entitledGrants(after, config, today),
    ),
    lifted: lifted.map(({ customer }) => customer),
    absent: absent.map(identity),
    added: changes.filter(({ kind }) => kind === "new").map((change) => identity(change.after)),
  };
}
