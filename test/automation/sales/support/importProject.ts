import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFolder } from "../../support/project";
import { script, type ScriptRun } from "../../support/script";
import { FULL_MAPPING } from "./read";

export const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    dashboard: {}
    edge-agent: {}
    orchestrator: {}
    telemetry-sdk: { grants: tagged }
`;

export const HEAD = "Id,Name,Status,Product,End,Mail\n";

/** A row of FULL_MAPPING's export. */
export function row(
  id: string,
  changes: Partial<Record<"name" | "status" | "product" | "end" | "mail", string>> = {},
) {
  const {
    name = `Customer ${id}`,
    status = "Won",
    product = "Agent",
    end = "",
    mail = "",
  } = changes;
  return `${id},${name},${status},${product},${end},${mail}\n`;
}

/** A project with an export `export.csv` and a mapping `crm.yaml`, to import in. */
export class ImportProject {
  readonly directory: string;

  constructor(customers: Readonly<Record<string, string>> = {}, settings = SETTINGS) {
    this.directory = projectFolder(customers, { dev: settings });
    this.put("crm.yaml", FULL_MAPPING);
  }

  put(path: string, content: string | Uint8Array): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Imports rows with more arguments. */
  import(rows: string, ...argv: string[]): Promise<ScriptRun> {
    return this.importFile(HEAD + rows, ...argv);
  }

  importFile(content: string | Uint8Array, ...argv: string[]): Promise<ScriptRun> {
    this.put("export.csv", content);
    const mapping = argv.includes("--mapping") ? [] : ["--mapping", "crm.yaml"];
    return script(["import", "export.csv", ...mapping, ...argv], { directory: this.directory });
  }

  text(path: string): string {
    return readFileSync(join(this.directory, path), "utf8");
  }

  /** Every customer file and ledger with what it holds. */
  files(): Record<string, string> {
    const folders = ["customers", "imports"];
    const paths = folders.flatMap((folder) => {
      try {
        return readdirSync(join(this.directory, folder)).map((name) => join(folder, name));
      } catch {
        return [];
      }
    });
    return Object.fromEntries(paths.sort().map((path) => [path, this.text(path)]));
  }
}

/** A customer file that the export's record owns. */
export function owned(id: string, more = ""): string {
  return `name: Customer ${id}\nrepositories: [edge-agent]\n${more}source: { system: crm, id: "${id}" }\n`;
}
