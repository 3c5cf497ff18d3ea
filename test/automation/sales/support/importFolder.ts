import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ImportPlan, PlannedImport } from "../../../../automation/sales/importPlan";
import { planImport } from "../../../../automation/sales/planImport";
import { writeAll } from "../../../../automation/sales/journal";
import { accessEnded } from "../../../../src/access/entitlements";
import { parseStackConfig } from "../../../../src/config";
import { loadCustomers } from "../../../../src/customers/load";
import type { Customer } from "../../../../src/customers/model";
import { formatProblem } from "../../../../src/problem";
import { SETTINGS } from "./importProject";
import { TODAY } from "./read";

const CONFIG = (() => {
  const { config } = parseStackConfig(SETTINGS, "Pulumi.dev.yaml", "dev");
  if (config === undefined) throw new Error("settings");
  return config;
})();

/** A project to import into without the command line; empty again for each run of a property. */
export class ImportFolder {
  readonly directory = mkdtempSync(join(tmpdir(), "ecr-customers-properties-"));

  fill(mapping: string, customers: Readonly<Record<string, string>> = {}): void {
    rmSync(this.directory, { recursive: true });
    mkdirSync(join(this.directory, "customers"), { recursive: true });
    writeFileSync(join(this.directory, "Pulumi.yaml"), "name: ecr-customers\nruntime: nodejs\n");
    writeFileSync(join(this.directory, "Pulumi.dev.yaml"), SETTINGS);
    writeFileSync(join(this.directory, "crm.yaml"), mapping);
    for (const [id, text] of Object.entries(customers)) {
      writeFileSync(join(this.directory, "customers", `${id}.yaml`), text);
    }
  }

  plan(
    content: string | Uint8Array,
    removals: "report" | "suspend" = "report",
  ): Promise<PlannedImport> {
    const exportPath = join(this.directory, "export");
    writeFileSync(exportPath, content);
    return planImport({
      directory: this.directory,
      stack: "dev",
      exportPath,
      mappingPath: join(this.directory, "crm.yaml"),
      removals,
      today: TODAY,
    });
  }

  /** Writes what a plan says. */
  write({ writes }: ImportPlan): void {
    writeAll(join(this.directory, "customers"), writes);
  }

  files(): string {
    const names = (folder: string) =>
      readdirSync(join(this.directory, folder))
        .sort()
        .map((name) => join(folder, name));
    const all = [...names("customers"), ...names("imports")];
    return JSON.stringify(
      all.map((name) => [name, readFileSync(join(this.directory, name), "utf8")]),
    );
  }

  /** What the files say. */
  customers(): Customer[] {
    const { customers, problems } = loadCustomers(join(this.directory, "customers"), CONFIG, TODAY);
    expect(problems.map(formatProblem)).to.deep.equal([]);
    return customers;
  }

  /** Ids with access today, according to the files. */
  entitled(): Set<string> {
    const running = this.customers().filter((one) => !accessEnded(one, TODAY));
    return new Set(running.map(({ id }) => id));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** @throws with the problems where there is no plan. */
export function planOf({ plan, problems }: PlannedImport): ImportPlan {
  if (plan === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return plan;
}
