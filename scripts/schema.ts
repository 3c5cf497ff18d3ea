// Writes the JSON Schemas under schemas/; with --check it only checks that they are current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { mappingSchemaText } from "../automation/sales/mapping/schema";
import { customerSchemaText } from "../src/customers/schema";
import { settingsSchemaText } from "../src/settingsSchema";

const SCHEMAS: Readonly<Record<string, () => string>> = {
  "customer.schema.json": customerSchemaText,
  "mapping.schema.json": mappingSchemaText,
  "settings.schema.json": settingsSchemaText,
};

async function main(): Promise<void> {
  for (const [name, text] of Object.entries(SCHEMAS)) await writeOrCheck(name, text());
}

async function writeOrCheck(name: string, plain: string): Promise<void> {
  const file = join(__dirname, "..", "schemas", name);
  const options = await resolveConfig(file);
  const text = await format(plain, { ...options, filepath: file });
  if (!process.argv.includes("--check")) return writeFileSync(file, text);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  console.error(`schemas/${name} is not current. Run \`npx tsx scripts/schema.ts\`.`);
  process.exitCode = 1;
}

void main();
