import type { StackConfig } from "../../src/config";
import { checkCustomer } from "../../src/customers/checks";
import { parseCustomer } from "../../src/customers/parse";
import { type Problem, sortProblems } from "../../src/problem";

export const TODAY = "2026-11-23";

/** A stack with three repositories and no demands, but for `changes`. */
export function stackConfig(changes: Partial<StackConfig> = {}): StackConfig {
  const settings = { create: false, grants: "named", regions: ["eu-central-1"] } as const;
  const names = ["edge-agent", "orchestrator", "telemetry-sdk"];
  return {
    project: "ecr-customers",
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
  const { draft, problems, root } = parseCustomer(source, id, `${id}.yaml`);
  if (draft === undefined || root === undefined) return problems;
  const checked = { ...draft, root, file: `${id}.yaml` };
  const found = checkCustomer(checked, { config: stackConfig(changes), today: TODAY });
  return sortProblems([...problems, ...found]);
}
