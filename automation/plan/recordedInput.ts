import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import type { CustomerOutput, StackOutputs } from "../../src/stack/outputs";
import { knownRepositories } from "./revocationsFirst";

/**
 * What the last update applied, in the form of what files say: the same settings, with the customers and repositories
 * that it recorded. Compared with AWS it shows what others have changed since, without what the files change now. Pure.
 */
export function recordedInput(input: StackInput, recorded: StackOutputs): StackInput {
  const { config, customers } = input;
  const files = new Map(customers.map((customer) => [customer.id, customer]));
  const repositories = knownRepositories(config.repositories, recorded);
  return {
    ...input,
    config: { ...config, repositories },
    customers: Object.entries(recorded.customers).map(([id, output]) => {
      const customer = asRecorded(id, output, files.get(id));
      // A repository that has left the catalogue has no settings to compare with.
      const known = customer.repositories.filter((name) => repositories.has(name));
      return { ...customer, repositories: known };
    }),
  };
}

/** What follows from the file in AWS is recorded; what else is known of the customer and its keys is in the file. */
function asRecorded(
  id: string,
  { company: _, keys, ...recorded }: CustomerOutput,
  file: Customer | undefined,
): Customer {
  const { name = id, protected: isProtected = false, adopted, handedOver } = file ?? {};
  return {
    ...recorded,
    id,
    name,
    protected: isProtected,
    ...(adopted === undefined ? {} : { adopted }),
    ...(handedOver === undefined ? {} : { handedOver }),
    keys: Object.entries(keys).map(([generation, status]) => ({
      generation: Number(generation),
      status,
    })),
  };
}
