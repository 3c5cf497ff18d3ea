import { userName } from "../../src/access/arns";
import type { StackInput } from "../../src/project";
import { ACCESS_KEY_TYPE, type ResourceChange } from "../engine/events";
import { USER } from "./subject";

/** A customer of whom an update takes over what exists in AWS. */
export interface AdoptedCustomer {
  customer: string;
  user: string;
  /** Ids of its keys. */
  keys: string[];
}

/** The customers whose user or keys an update takes into the state, in the order of the files. */
export function adoptedCustomers(
  resources: readonly ResourceChange[],
  { config, customers }: StackInput,
): AdoptedCustomer[] {
  const imported = new Set(
    resources.flatMap(({ type, name, change }) => (change === "import" ? `${type} ${name}` : [])),
  );
  return customers.flatMap((customer) => {
    const { id, adopted } = customer;
    const keys = (adopted?.keys ?? [])
      .filter(({ generation }) => imported.has(`${ACCESS_KEY_TYPE} ${id}-${generation}`))
      .map(({ key }) => key);
    if (keys.length === 0 && !imported.has(`${USER} ${id}`)) return [];
    return [{ customer: id, user: userName(config.namePrefix, customer), keys }];
  });
}
