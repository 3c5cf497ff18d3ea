import { keyName } from "../../src/account/declared";
import { matchKeys } from "../../src/account/keyMatching";
import type { Customer } from "../../src/customers/model";
import type { Comparison } from "../compare/compare";
import { otherKeys } from "../../src/customers/otherKeys";
import type { Finding } from "./finding";

/** What was handed over does not log in, and the key that does was not handed over. */
export function keysNotHandedOver(
  { declared: { settings, state }, observed }: Comparison,
  customer: Customer,
): Finding[] {
  const user = observed.users.find(({ name }) => name === `${settings.namePrefix}${customer.id}`);
  const known = (generation: number) => state?.keyIds.get(keyName(customer.id, generation));
  const { generations } = matchKeys(customer, user?.keys ?? [], known, state === undefined);
  const idOf = (generation: number) =>
    generations.find((one) => one.generation === generation)?.key?.id;
  return otherKeys(customer, idOf).map(({ generation, key, handedOver }) => ({
    level: "bad",
    about: "keys",
    message: `key ${generation} is ${key}, not ${handedOver.key}, which was handed over on ${handedOver.on}`,
    fix: `Hand it over: \`ecr-customers handover ${customer.id} --generation ${generation}\`.`,
  }));
}
