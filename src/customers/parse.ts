import type { Problem } from "../problem";
import { customerDefinition, type CustomerFile } from "./definition";
import { nodeAt, pathText, readFields, shown } from "./fields";
import type { Customer, KeyGeneration } from "./model";
import { pgpPublicKey } from "./pgpKey";
import { decode } from "./text";
import { readYaml, type YamlNode } from "./yamlNodes";

export interface ParsedCustomer {
  /** Missing when there is a problem. */
  customer?: Customer;
  problems: Problem[];
  /** The file's nodes, for problems found later; missing when it is no YAML map. */
  root?: YamlNode;
}

/**
 * Reads one customer file: text, then nodes with positions, then values (DESIGN §4).
 *
 * @param id - the file's name without `.yaml`.
 * @param file - as the user knows it, for problems.
 * @returns the customer or all problems; never throws.
 */
export function parseCustomer(
  source: Uint8Array | string,
  id: string,
  file: string,
): ParsedCustomer {
  const decoded = decode(source, file);
  if (decoded.text === undefined) return { problems: decoded.problems };
  const { root, problems } = readYaml(decoded.text, file);
  if (root === undefined) return { problems };
  if (root.kind !== "map") return { problems: [notAMap(root, file)] };

  const read = readFields(customerDefinition, root, file);
  if (read.value === undefined) return { problems: read.problems, root };
  const conflicts = conflictsIn(read.value, root, file);
  if (conflicts.length > 0) return { problems: conflicts, root };
  return { customer: toCustomer(id, read.value), problems: [], root };
}

function toCustomer(id: string, read: CustomerFile): Customer {
  const { expires, awsAccount, contact, source } = read;
  const pgpKey = read.pgpKey === undefined ? undefined : pgpPublicKey(read.pgpKey);
  return {
    id,
    name: read.name,
    repositories: read.repositories,
    status: read.status ?? "active",
    keys: awsAccount === undefined ? generations(read.keys ?? { 1: "active" }) : [],
    protected: read.protected ?? false,
    // Absent keys stay absent: two files that mean the same give the same value.
    ...(expires === undefined ? {} : { expires }),
    ...(awsAccount === undefined ? {} : { awsAccount }),
    ...(pgpKey === undefined ? {} : { pgpKey }),
    ...(contact === undefined ? {} : { contact }),
    ...(source === undefined ? {} : { source }),
  };
}

function generations(keys: Readonly<Record<string, KeyGeneration["status"]>>): KeyGeneration[] {
  return Object.entries(keys)
    .map(([generation, status]) => ({ generation: Number(generation), status }))
    .sort((a, b) => a.generation - b.generation);
}

/** What no single field can tell: keys that exclude each other, order, emptiness. */
function conflictsIn(read: CustomerFile, root: YamlNode, file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string[], check: string, message: string, fix: string) => {
    const { line, column } = nodeAt(root, path);
    problems.push({ file, line, column, path: pathText(path), message, fix, check });
  };
  const { repositories } = read;
  const sorted = [...new Set(repositories)].sort();
  if (sorted.join() !== repositories.join()) {
    const message = "expected repositories in alphabetical order and each once, got another order";
    add(["repositories"], "repositories-order", message, `Write [${sorted.join(", ")}].`);
  }
  if (repositories.length === 0 && read.status !== "suspended") {
    const message = "expected at least one repository for an active customer, got none";
    const fix = "Name a repository, or write `status: suspended`.";
    add(["repositories"], "repositories-empty", message, fix);
  }
  for (const key of ["keys", "pgpKey"] as const) {
    if (read.awsAccount === undefined || read[key] === undefined) continue;
    const message = "expected no key for a customer with `awsAccount`, which gets no user of ours";
    add([key], "account-without-key", message, `Delete \`${key}\`, or \`awsAccount\`.`);
  }
  return problems;
}

function notAMap(root: YamlNode, file: string): Problem {
  return {
    file,
    line: root.line,
    column: root.column,
    path: "",
    message: `expected the keys of a customer, got ${shown(root)}`,
    fix: "Write at least `name` and `repositories`; see docs/customer-file.md.",
    check: "customer",
  };
}
