import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ProblemsError } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";
import { userName } from "../../src/access/arns";
import { declareBase, declareCell, declareStack } from "../../src/stack/declareStack";
import { declaredBy, type Declared } from "./declaredBy";

/** A vendor that uses every feature, in a clone of this repository. */
const VENDOR_FOLDER = join("test", "fixtures", "release");
const VENDOR = join(__dirname, "..", "..", VENDOR_FOLDER);
const NOW_FILE = "declared.json";

/** What the program declares for it now, and what it declared in the last release. */
export const DECLARED_NOW = join(VENDOR, NOW_FILE);
export const DECLARED_BEFORE = join(VENDOR, "released.json");

/** The list is of this day, so that it does not change by itself. */
const TODAY = "2026-11-28";

/** Stack, type and logical name → inputs. */
export type DeclaredResources = Record<string, Declared["inputs"]>;

/**
 * Everything that the program declares for the vendor: as one stack, and as three cells and their base.
 *
 * @param vendor - the vendor's folder, which may be that of an older version.
 * @throws ProblemsError when the vendor's files have a mistake.
 */
export async function declaredResources(vendor = VENDOR): Promise<DeclaredResources> {
  const prod = inputOf(vendor, "prod");
  const celled = inputOf(vendor, "celled");
  const programs: [string, StackInput, () => unknown][] = [
    ["prod", prod, () => declareStack(prod)],
    ...[0, 1, 2].map((cell): [string, StackInput, () => unknown] => [
      `celled-c0${cell}`,
      celled,
      () => declareCell(celled, cell),
    ]),
    ["celled", celled, () => declareBase(celled, new Map())],
  ];
  const found: [string, Declared["inputs"]][] = [];
  for (const [stack, { config, customers }, program] of programs) {
    const names = customers.map((customer) => userName(config.namePrefix, customer));
    const asked = { listUsers: () => ({ names }) };
    for (const { type, name, inputs } of await declaredBy(program, config.account, asked)) {
      found.push([`${stack} ${type} ${name}`, inputs]);
    }
  }
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(found);
}

/**
 * What an older version declared for the vendor that it had, and what this version declares for the same files.
 *
 * @param sources - of the older version.
 * @returns undefined when it has no such list.
 * @throws ProblemsError when this version refuses the older one's files.
 */
export async function declaredSince(
  sources: string,
): Promise<{ before: DeclaredResources; now: DeclaredResources } | undefined> {
  const vendor = join(sources, VENDOR_FOLDER);
  const file = join(vendor, NOW_FILE);
  if (!existsSync(file)) return undefined;
  const before = JSON.parse(readFileSync(file, "utf8")) as DeclaredResources;
  return { before, now: await declaredResources(vendor) };
}

/** The file's text for a list of resources. */
export function resourcesText(resources: DeclaredResources): string {
  return `${JSON.stringify(resources, null, 2)}\n`;
}

function inputOf(vendor: string, stack: string): StackInput {
  const { input, problems } = loadProject(relative(process.cwd(), vendor), stack, TODAY);
  if (input === undefined) throw new ProblemsError(problems);
  return input;
}
