import * as aws from "@pulumi/aws/provider";
import { userName } from "../access/arns";
import { entitledGrants, hasEnded } from "../access/entitlements";
import { namedGrants } from "../access/repositoryPolicy";
import type { Customer, IsoDate } from "../customers/model";
import type { StackInput } from "../project";
import { declareCustomer } from "./customerAccess";
import { declareLoginSide } from "./loginSide";
import { stackOutputs, type StackOutputs } from "./outputs";
import { declareRepository, type DeclaredUsers } from "./repositoryAccess";

/**
 * Declares the whole stack (DESIGN §5): login side, customers, repositories. Runs inside a Pulumi
 * program, be it `index.ts` under `pulumi up` or inline in the script.
 *
 * @returns the stack's outputs: what the next preview compares with; nothing secret.
 */
export async function declareStack({
  config,
  customers,
  today,
}: StackInput): Promise<StackOutputs> {
  const provider = new aws.Provider("aws", {
    region: config.region as aws.ProviderArgs["region"],
    // The wrong credentials must fail before the first write, not after it.
    allowedAccountIds: [config.account],
  });
  const options = { provider };

  const group = declareLoginSide(config, options);
  const users: DeclaredUsers = new Map(
    endingFirst(customers, today).flatMap((customer) => {
      const user = declareCustomer(customer, group, config, today, options);
      return user === undefined ? [] : [[userName(config.namePrefix, customer.id), user] as const];
    }),
  );
  const grants = entitledGrants(customers, config, today);
  const context = { account: config.account, users, provider };
  await Promise.all(
    [...config.repositories].map(([repository, settings]) =>
      declareRepository(repository, settings, namedGrants(grants, repository, settings), context),
    ),
  );
  return stackOutputs({ config, customers, today });
}

/** The engine works in the order of declaration: what ends access comes before what gives it. */
function endingFirst(customers: readonly Customer[], today: IsoDate): Customer[] {
  const ended = customers.filter((customer) => hasEnded(customer, today));
  return [...ended, ...customers.filter((customer) => !hasEnded(customer, today))];
}
