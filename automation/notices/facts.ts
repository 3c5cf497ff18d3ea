import type { StackInput } from "../../src/project";
import type { Customer } from "../../src/customers/model";
import type { KeyFacts, NoticeFacts } from "../../src/notices/model";
import { budgetsOf } from "../plan/budgetReport";

/**
 * What notices follow from, according to the files alone. A key's age counts from its hand-over: when AWS created it,
 * no file says.
 */
export function noticeFacts(input: StackInput, stack: string): NoticeFacts {
  const { customers, today } = input;
  const keys = new Map(customers.map((customer) => [customer.id, handedOverKeys(customer, stack)]));
  return { customers, today, budgets: budgetsOf(input), keys };
}

function handedOverKeys({ keys, handedOver = [] }: Customer, stack: string): KeyFacts[] {
  return keys.flatMap(({ generation, status }) => {
    const record = handedOver.find(
      (one) => one.generation === generation && (one.stack ?? stack) === stack,
    );
    if (record === undefined) return [];
    return [{ generation, isActive: status === "active", since: record.on }];
  });
}
