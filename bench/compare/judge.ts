import { deviations, readBack } from "../../automation/update/readBack";
import type { Sandbox } from "../../sandbox/sandbox";
import { hasUser } from "../../src/customers/identity";
import type { Vendor } from "./vendor";

/** How many customers are read back after a deployment, in addition to the one that changed. */
const SAMPLE = 60;

/**
 * A fast result counts only if the job was done: AWS must hold what the files say.
 *
 * @param changed - the customer that the run was about; it may be gone.
 * @throws Error with the differences.
 */
export async function judge(vendor: Vendor, sandbox: Sandbox, changed?: string): Promise<void> {
  const input = vendor.load();
  const every = Math.ceil(input.customers.length / SAMPLE);
  const ids = input.customers.filter((_, index) => index % every === 0).map(({ id }) => id);
  const read = [...new Set([...ids, ...(changed === undefined ? [] : [changed])])];
  const found = await readBack(sandbox.view, input, read);
  const wrong = deviations(found, input);
  if ((await sandbox.view.listUsers()).length !== input.customers.filter(hasUser).length) {
    wrong.push("the number of users in AWS differs from the number of customers with a key");
  }
  if (wrong.length > 0) {
    throw new Error(`AWS does not hold what the files say:\n${wrong.slice(0, 10).join("\n")}`);
  }
}
