import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;

/** A project folder with files as given; deleted after the suite. */
export function projectFolder(
  customers: Readonly<Record<string, string>>,
  stacks: Readonly<Record<string, string>> = { dev: SETTINGS },
): string {
  const directory = mkdtempSync(join(tmpdir(), "ecr-customers-script-"));
  mkdirSync(join(directory, "customers"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\nruntime: nodejs\n");
  for (const [stack, text] of Object.entries(stacks)) {
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
  }
  for (const [id, text] of Object.entries(customers)) {
    writeFileSync(join(directory, "customers", `${id}.yaml`), text);
  }
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
