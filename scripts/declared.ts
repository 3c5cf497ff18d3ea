// Writes the list of what the program declares for the vendor of test/fixtures/release. With --released, which a
// release runs, the list becomes that of the last release, which the next changes are compared with.
import { copyFileSync, writeFileSync } from "node:fs";
import {
  DECLARED_BEFORE,
  DECLARED_NOW,
  declaredResources,
  resourcesText,
} from "./release/declaredResources";

async function main(): Promise<void> {
  writeFileSync(DECLARED_NOW, resourcesText(await declaredResources()));
  if (process.argv.includes("--released")) copyFileSync(DECLARED_NOW, DECLARED_BEFORE);
}

void main();
