import { join } from "node:path";
import type { Customer, IsoTime } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import { setKeys, setRevoked } from "../../src/customers/write";
import { ProblemsError } from "../../src/problem";
import type { CommandContext } from "../cli/command";
import { customerIds, type LoadedSettings } from "../cli/oneCustomer";
import { editCustomerFile } from "../files/customerFile";
import { suspended } from "../files/suspension";
import { canonicalJson } from "../output/json";
import { UsageError } from "../output/usageError";

/** What happened to the customer's file. */
export interface Filed {
  file?: string;
  changed: boolean;
  /** What is left to be written by hand. */
  left?: string;
}

/** Access has ended in AWS whatever the file says; what cannot be written is reported. */
export function suspendInFile(
  id: string,
  { folder }: LoadedSettings,
  { today }: CommandContext,
  time: IsoTime,
): Filed {
  const file = join(folder, `${id}.yaml`);
  if (!customerIds(folder).some((one) => one.id === id)) {
    return {
      changed: false,
      left: `there is no ${file}: if it is on another branch, suspend the customer there`,
    };
  }
  try {
    let changed = false;
    editCustomerFile(
      folder,
      id,
      (text) => {
        const { customer } = parseCustomer(text, id, file);
        if (customer === undefined) return text;
        const keys = allInactive(customer);
        changed = canonicalJson(revoked(customer, time)) !== canonicalJson(customer);
        if (!changed) return text;
        const denied = customer.status === "suspended" ? text : suspended(text, `${today} revoked`);
        const marked = setRevoked(denied, time);
        return keys.length === 0 ? marked : setKeys(marked, keys);
      },
      (before) => revoked(before, time),
    );
    return { file, changed };
  } catch (error) {
    if (!(error instanceof ProblemsError || error instanceof UsageError)) throw error;
    const [first = ""] = error.message.split("\n");
    return {
      file,
      changed: false,
      left: `${file} could not be edited (${first}): write \`status: suspended\` into it and set its keys inactive, or the next update restores access`,
    };
  }
}

/**
 * Suspended, with no active key that a later `status: active` would bring back: a leaked key works again
 * only if an operator sets it active.
 */
function revoked(customer: Customer, time: IsoTime): Customer {
  return { ...customer, status: "suspended", revoked: time, keys: allInactive(customer) };
}

function allInactive({ keys }: Customer): Customer["keys"] {
  return keys.map(({ generation }) => ({ generation, status: "inactive" }));
}
