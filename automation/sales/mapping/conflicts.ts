// Checks across the keys of a mapping: keys that need or contradict each other.
import { quoted } from "../../../src/printable";
import type { Problem } from "../../../src/problem";
import type { MapNode } from "../../../src/yaml/nodes";
import { problemAt } from "../../../src/yaml/place";
import { fold } from "../reading/cellText";
import type { MappingFile } from "./definition";

type Add = (path: PropertyKey[], check: string, message: string, fix: string) => void;

/** @param read - the keys that could be read; about the others nothing is said here. */
export function mappingConflicts(
  read: Partial<MappingFile>,
  root: MapNode,
  file: string,
): Problem[] {
  const problems: Problem[] = [];
  const add: Add = (path, check, message, fix) => {
    problems.push(problemAt({ file, root }, path, check, message, fix));
  };
  for (const key of ["statuses", "products"] as const) checkTwins([key], read[key], add);
  for (const [header, values] of Object.entries(read.ignoreRows ?? {})) {
    checkTwins(["ignoreRows", header], values, add);
  }
  checkStatuses(read, add);
  checkRepositories(read, root, add);
  checkDates(read, add);
  return problems;
}

/** Keys that are equal but for case and blanks mean one value of the export. */
function checkTwins(path: PropertyKey[], values: object | undefined, add: Add): void {
  const seen = new Map<string, string>();
  for (const name of Object.keys(values ?? {})) {
    const twin = seen.get(fold(name));
    seen.set(fold(name), name);
    if (twin === undefined) continue;
    const message = `expected each value once, case and blanks aside, got ${quoted(name)} beside ${quoted(twin)}`;
    add([...path, name], "mapping-twin", message, "Delete one of the two.");
  }
}

function checkStatuses({ statuses }: Partial<MappingFile>, add: Add): void {
  if (statuses === undefined || Object.values(statuses).includes("grant")) return;
  const message = "expected at least one status that means grant, got none";
  add(
    ["statuses"],
    "mapping-no-grant",
    message,
    "Write e.g. `Closed Won: grant` under `statuses`.",
  );
}

function checkRepositories(read: Partial<MappingFile>, root: MapNode, add: Add): void {
  const { columns, products, repositories } = read;
  if (columns === undefined) return;
  if (products !== undefined && columns.products === undefined) {
    const message = "expected the column of the products beside `products`, got none";
    const fix = "Write e.g. `products: Product` under `columns`.";
    add(["products"], "mapping-products", message, fix);
  }
  if (columns.products !== undefined && products === undefined && !has(root, "products")) {
    const message = "expected the repositories of each product, got no `products`";
    const fix = "Write e.g. `Edge Agent: [edge-agent]` under `products`.";
    add(["columns", "products"], "mapping-products", message, fix);
  }
  // One that cannot be read has its own problem.
  const given = repositories === undefined ? has(root, "repositories") : repositories.length > 0;
  const isMapped = columns.products !== undefined || columns.repositories !== undefined;
  // Products without their column are one mistake, shown above.
  if (given || isMapped || products !== undefined) return;
  const message = "expected something that says which repositories a customer gets, got nothing";
  const fix =
    "Write e.g. `repositories: [edge-agent]` for every customer, or `products` with its column, or a column of repositories.";
  add([], "mapping-no-repositories", message, fix);
}

function checkDates({ columns, duplicates, dates }: Partial<MappingFile>, add: Add): void {
  if (duplicates === "latest-end" && columns !== undefined && columns.expires === undefined) {
    const message = "expected the column of the end date, by which `latest-end` decides, got none";
    const fix = "Write e.g. `expires: Contract End` under `columns`, or another rule.";
    add(["duplicates"], "mapping-duplicates", message, fix);
  }
  if (dates?.earliest === undefined || dates.latest === undefined) return;
  if (dates.earliest <= dates.latest) return;
  const message = `expected a day after \`earliest\`, got ${dates.latest}`;
  add(["dates", "latest"], "mapping-day", message, "Exchange `earliest` and `latest`.");
}

function has(root: MapNode, key: string): boolean {
  return root.entries.some((entry) => entry.key.text === key);
}
