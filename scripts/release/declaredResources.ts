import { join, relative } from "node:path";
import { ProblemsError } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";
import { userName } from "../../src/access/arns";
import { declareBase, declareCell, declareStack } from "../../src/stack/declareStack";
import { declaredBy, type Declared } from "./declaredBy";

/** A vendor that uses every feature. */
const VENDOR = join(__dirname, "..", "..", "test", "fixtures", "release");

/** What the program declares for it now, and what it declared in the last release. */
export const DECLARED_NOW = join(VENDOR, "declared.json");
export const DECLARED_BEFORE = join(VENDOR, "released.json");

/** The list is of this day, so that it does not change by itself. */
const TODAY = "2026-11-28";

/** Stack, type and logical name → inputs. */
export type DeclaredResources = Record<string, Declared["inputs"]>;

/**
 * Everything that the program declares for the vendor: as one stack, and as three cells and their base.
 *
 * @throws ProblemsError when the vendor's files have a mistake.
 */
export async function declaredResources(): Promise<DeclaredResources> {
  const prod = inputOf("prod");
  const celled = inputOf("celled");
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

/** The file's text for a list of resources. */
export function resourcesText(resources: DeclaredResources): string {
  return `${JSON.stringify(resources, null, 2)}\n`;
}

function inputOf(stack: string): StackInput {
  const { input, problems } = loadProject(relative(process.cwd(), VENDOR), stack, TODAY);
  if (input === undefined) throw new ProblemsError(problems);
  return input;
}
