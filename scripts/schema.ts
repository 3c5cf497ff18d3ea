// Writes the JSON Schemas under schemas/, and the error messages in docs/customer-guide.md; with --check it only checks
// that they are current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { guideTable } from "../automation/doctor/pullErrorRows";
import { mappingSchemaText } from "../automation/sales/mapping/schema";
import { customerSchemaText } from "../src/customers/schema";
import { settingsSchemaText } from "../src/settingsSchema";

const SCHEMAS: Readonly<Record<string, () => string>> = {
  "customer.schema.json": customerSchemaText,
  "mapping.schema.json": mappingSchemaText,
  "settings.schema.json": settingsSchemaText,
};

async function main(): Promise<void> {
  for (const [name, text] of Object.entries(SCHEMAS)) await writeOrCheck(`schemas/${name}`, text());
  await writeOrCheck("docs/customer-guide.md", guideWithTable());
}

/** The guide with the table below its heading replaced. */
function guideWithTable(): string {
  const guide = readFileSync(join(__dirname, "..", "docs", "customer-guide.md"), "utf8");
  return guide.replace(
    /(?<=\n## What an error message means\n\n)(\|.*\n)+/,
    () => `${guideTable()}\n`,
  );
}

async function writeOrCheck(path: string, plain: string): Promise<void> {
  const file = join(__dirname, "..", path);
  const options = await resolveConfig(file);
  const text = await format(plain, { ...options, filepath: file });
  if (!process.argv.includes("--check")) return writeFileSync(file, text);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  console.error(`${path} is not current. Run \`npx tsx scripts/schema.ts\`.`);
  process.exitCode = 1;
}

void main();
