// Writes schemas/customer.schema.json; with --check it only tells whether the file is current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { customerSchemaText } from "../src/customers/schema";

const FILE = join(__dirname, "..", "schemas", "customer.schema.json");

async function main(): Promise<void> {
  const options = await resolveConfig(FILE);
  const text = await format(customerSchemaText(), { ...options, filepath: FILE });
  if (!process.argv.includes("--check")) return writeFileSync(FILE, text);
  if (existsSync(FILE) && readFileSync(FILE, "utf8") === text) return;
  console.error("schemas/customer.schema.json is not current. Run `npx tsx scripts/schema.ts`.");
  process.exitCode = 1;
}

void main();
