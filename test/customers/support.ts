import type { StackConfig } from "../../src/config";
import { checkCustomer } from "../../src/customers/checks";
import { parseCustomer } from "../../src/customers/parse";
import type { Problem } from "../../src/problem";

export const TODAY = "2026-11-23";

/** A stack with three repositories and no demands, but for `changes`. */
export function stackConfig(changes: Partial<StackConfig> = {}): StackConfig {
  const settings = { create: false, grants: "named", regions: ["eu-central-1"] } as const;
  const names = ["edge-agent", "orchestrator", "telemetry-sdk"];
  return {
    stack: "dev",
    account: "123456789012",
    region: "eu-central-1",
    repositories: new Map(names.map((name) => [name, settings])),
    customers: "customers",
    namePrefix: "",
    cells: 1,
    ...changes,
  };
}

/** All that is wrong with one file `acme.yaml`, parser and checks together. */
export function problemsOf(
  source: string | Uint8Array,
  changes: Partial<StackConfig> = {},
  id = "acme",
): Problem[] {
  const { customer, problems, root } = parseCustomer(source, id, `${id}.yaml`);
  if (customer === undefined || root === undefined) return problems;
  const checked = { customer, root, file: `${id}.yaml` };
  return checkCustomer(checked, { config: stackConfig(changes), today: TODAY });
}
