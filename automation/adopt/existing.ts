import { userName } from "../../src/access/arns";
import { matchKeys } from "../../src/account/keyMatching";
import type { ObservedAccount, ObservedUser } from "../../src/account/observed";
import { hasUser } from "../../src/customers/identity";
import type { Adopted, Customer } from "../../src/customers/model";
import { setAdopted } from "../../src/customers/write";
import { counted } from "../../src/counted";
import { editCustomerFile } from "../files/customerFile";
import { tellNext } from "../output/nextSteps";
import { printSections } from "../output/report";
import type { Terminal } from "../output/terminal";

/** A customer with a file and a user, and the record that lets an update with an empty state take the user over. */
export interface ExistingCustomer {
  id: string;
  adopted: Adopted;
}

/** Which user and keys in AWS belong to customer files, after the stack's state was lost. */
export interface ExistingPlan {
  /** Files to complete. */
  customers: readonly ExistingCustomer[];
  /** Files that cannot be completed, and why. */
  leftOut: readonly { id: string; why: string }[];
}

/**
 * Finds the user and the keys of each customer file that does not name them yet. Which key is of which generation
 * follows from the hand-overs' records and from the keys' age; where neither decides, an operator has to.
 */
export function existingPlan(
  customers: readonly Customer[],
  observed: Pick<ObservedAccount, "users">,
  namePrefix: string,
): ExistingPlan {
  const users = new Map(observed.users.map((user) => [user.name, user]));
  const found: ExistingCustomer[] = [];
  const leftOut: { id: string; why: string }[] = [];
  for (const customer of customers) {
    if (!hasUser(customer) || customer.adopted !== undefined) continue;
    const user = users.get(userName(namePrefix, customer));
    const adopted = user === undefined ? "AWS has no such user" : adoptedOf(customer, user);
    if (typeof adopted === "string") leftOut.push({ id: customer.id, why: adopted });
    else found.push({ id: customer.id, adopted });
  }
  return { customers: found, leftOut };
}

/** @returns a sentence when it cannot be decided. */
function adoptedOf(customer: Customer, { keys, uniqueId }: ObservedUser): Adopted | string {
  if (keys === undefined) return "its keys could not be read";
  if ((customer.user ?? 1) !== 1) return "its user was re-created, which no file can adopt";
  const { generations, undeclared } = matchKeys(customer, keys, () => undefined, true);
  const ids = generations.flatMap(({ generation, key }) =>
    key === undefined ? [] : [{ generation, key: key.id }],
  );
  if (ids.length === generations.length && undeclared.length === 0) {
    return { user: uniqueId, keys: ids };
  }
  const held = keys.length === 0 ? "no key" : `the keys ${keys.map(({ id }) => id).join(", ")}`;
  return `its file has generation ${generations.map((one) => one.generation).join(" and ")}, AWS has ${held}: which is which is not recorded`;
}

/** Completes the files. @param folder - of customer files. @returns their paths. */
export function writeExisting({ customers }: ExistingPlan, folder: string): string[] {
  return customers.map(({ id, adopted }) =>
    editCustomerFile(
      folder,
      id,
      (text) => setAdopted(text, adopted),
      (before) => ({ ...before, adopted }),
    ),
  );
}

/** Reports what was found, and what comes next. @param written - how many files were, with `writes`. */
export function reportExisting(
  { customers, leftOut }: ExistingPlan,
  written: number,
  writes: boolean,
  terminal: Terminal,
): void {
  const lines = customers.map(({ id, adopted: { user, keys } }) => ({
    cells: [id, `user ${user}`, keys.map((one) => `key ${one.generation} ${one.key}`).join("; ")],
  }));
  const sections = [
    { title: "Files, and what AWS has of their customers:", lines },
    {
      title:
        "Files that cannot be completed; write `adopted` into them by hand, or leave it out for a new key:",
      lines: leftOut.map(({ id, why }) => ({ cells: [id, why], tone: "bad" as const })),
    },
  ];
  printSections(
    sections.filter((one) => one.lines.length > 0),
    terminal,
  );
  if (writes) terminal.print(`${counted(written, "file")} written, nothing in AWS.`, "good");
  tellNext(terminal, [
    writes
      ? "review the files; `ecr-customers up` then takes the users and keys into the new state"
      : "`--write` writes `adopted` into these files, for review",
  ]);
}
