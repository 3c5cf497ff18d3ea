import { hasUser, type Identified } from "./identity";
import { type Problem, sortProblems } from "../problem";
import { customerDefinition, type CustomerFile } from "./definition";
import { readFields } from "../yaml/fields";
import { byGenerationAndStack, handOverNamed } from "./handedOver";
import type { Adopted, Customer, HandOver, KeyGeneration } from "./model";
import { sharedIssuerFindings } from "./oidcRules";
import { pgpPublicKey } from "./pgpKey";
import { redundantNetworks } from "./placeTypes";
import { problemAt, shown } from "../yaml/place";
import { decode } from "../yaml/text";
import { type MapNode, readYaml, type YamlNode } from "../yaml/nodes";

export interface ParsedCustomer {
  /** Missing when there is a problem. */
  customer?: Customer;
  problems: Problem[];
  /** The file's nodes, for problems found later; undefined when it is not a YAML map. */
  root?: YamlNode;
  /** What could be read, for checks that need not wait until the rest is valid. */
  draft?: CustomerDraft;
}

/** A customer whose fields may be missing. */
interface CustomerDraft {
  /** Has empty values for the fields that could not be read. */
  customer: Customer;
  /** These fields of the file could not be read. */
  unread: ReadonlySet<string>;
}

/**
 * Reads one customer file: text → nodes with positions → values (docs/architecture.md, "The customer file").
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
  const found = [...read.problems, ...conflictsIn(read.partial, root, file)];
  const draft = {
    customer: toCustomer(id, { name: "", repositories: [], ...read.partial }),
    unread: new Set(
      root.entries.map(({ key }) => key.text).filter((key) => !(key in read.partial)),
    ),
  };
  if (found.length > 0) return { problems: sortProblems(found), root, draft };
  return { customer: draft.customer, problems: [], root, draft };
}

function toCustomer(id: string, read: CustomerFile): Customer {
  const { revoked, user, expires, userName, ageRecipient, contact, owner, source } = read;
  const { adopted, handedOver } = read;
  const { networks, vpcEndpoints, regions } = read;
  const identity = identityIn(read);
  const pgpKey = read.pgpKey === undefined ? undefined : pgpPublicKey(read.pgpKey);
  return {
    id,
    name: read.name,
    repositories: read.repositories,
    status: read.status ?? "active",
    keys: hasUser(identity) ? generations(read.keys ?? { 1: "active" }) : [],
    protected: read.protected ?? false,
    // Absent keys stay absent: two files that mean the same give the same value.
    ...(revoked === undefined ? {} : { revoked }),
    ...(user === undefined || user === 1 ? {} : { user }),
    ...(expires === undefined ? {} : { expires }),
    ...identity,
    ...(userName === undefined ? {} : { userName }),
    ...(networks === undefined ? {} : { networks: [...networks].sort() }),
    ...(vpcEndpoints === undefined ? {} : { vpcEndpoints: [...vpcEndpoints].sort() }),
    ...(regions === undefined ? {} : { regions: [...regions].sort() }),
    ...(pgpKey === undefined ? {} : { pgpKey }),
    ...(ageRecipient === undefined ? {} : { ageRecipient }),
    ...(contact === undefined ? {} : { contact }),
    ...(owner === undefined ? {} : { owner }),
    ...(source === undefined ? {} : { source }),
    ...(adopted === undefined ? {} : { adopted: adoption(adopted) }),
    ...(handedOver === undefined ? {} : { handedOver: handOvers(handedOver) }),
  };
}

/** `awsAccount` is the short form of an account as a whole; a key alone is the default. */
function identityIn({ awsAccount, identity = {} }: Partial<CustomerFile>): Identified {
  const { account = awsAccount, roles, key, oidc } = identity;
  if (account === undefined && oidc === undefined) return {};
  return {
    ...(account === undefined ? {} : { awsAccount: account }),
    ...(roles === undefined ? {} : { awsRoles: [...roles].sort() }),
    ...(oidc === undefined ? {} : { oidc: { ...oidc, subjects: [...oidc.subjects].sort() } }),
    ...(key === true ? { withKey: true } : {}),
  };
}

function generations(keys: Readonly<Record<string, KeyGeneration["status"]>>): KeyGeneration[] {
  return Object.entries(keys)
    .map(([generation, status]) => ({ generation: Number(generation), status }))
    .sort((a, b) => a.generation - b.generation);
}

function adoption({ user, keys = {}, finished }: NonNullable<CustomerFile["adopted"]>): Adopted {
  const ids = Object.entries(keys).map(([generation, key]) => ({
    generation: Number(generation),
    key,
  }));
  return {
    user,
    keys: ids.sort((a, b) => a.generation - b.generation),
    ...(finished === undefined ? {} : { finished }),
  };
}

function handOvers(
  records: Readonly<Record<string, Omit<HandOver, "generation" | "stack">>>,
): HandOver[] {
  return Object.entries(records)
    .map(([name, record]) => ({ ...handOverNamed(name), ...record }))
    .sort(byGenerationAndStack);
}

/** Lists whose order says nothing, and which hold nothing twice: key, check, and what each entry is. */
const LISTS = [
  ["vpcEndpoints", "vpc-endpoints-once", "VPC endpoint"],
  ["regions", "regions-once", "region"],
] as const;

/** Checks across fields: keys that exclude each other, order, emptiness. */
function conflictsIn(read: Partial<CustomerFile>, root: MapNode, file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (path: PropertyKey[], check: string, message: string, fix: string) => {
    problems.push(problemAt({ file, root }, path, check, message, fix));
  };
  const has = (key: string) => root.entries.some((entry) => entry.key.text === key);
  const repositories = read.repositories ?? [];
  const misplaced = repositories.findIndex((name, at) => name <= (repositories[at - 1] ?? ""));
  if (misplaced !== -1) {
    const [name = "", before = ""] = [repositories[misplaced], repositories[misplaced - 1]];
    const path = ["repositories", misplaced];
    if (repositories.indexOf(name) < misplaced) {
      const message = `expected each repository once, got "${name}" again`;
      add(path, "repositories-order", message, "Delete it here.");
    } else {
      const message = `expected repositories in alphabetical order, got "${name}" after "${before}"`;
      add(path, "repositories-order", message, `Write ${sortedList(repositories)}.`);
    }
  }
  const isActive = read.status === "active" || !has("status");
  if (read.repositories?.length === 0 && isActive) {
    const message = "expected at least one repository for an active customer, got none";
    const fix = "Name a repository, or write `status: suspended`.";
    add(["repositories"], "repositories-empty", message, fix);
  }
  if (has("revoked") && isActive) {
    const message = "expected `status: suspended` beside `revoked`, got an active customer";
    const fix =
      "Write `status: suspended`; `ecr-customers resume <customer>` gives access back and deletes `revoked`.";
    add(["revoked"], "revoked-suspended", message, fix);
  }
  if (has("awsAccount") && has("identity")) {
    const message = "expected `awsAccount` or `identity`, got both";
    const fix = "Delete `awsAccount`, and write the account in `identity: {account: …}`.";
    add(["awsAccount"], "identity-once", message, fix);
  }
  const isWithoutUser = !hasUser(identityIn(read));
  for (const key of ["user", "userName", "adopted", "keys", "pgpKey", "ageRecipient"]) {
    if (!isWithoutUser || !has(key)) continue;
    const short = has("awsAccount");
    const beside = short ? "`awsAccount`" : "`identity` without `key: true`";
    const message = `expected no \`${key}\` beside ${beside}, which needs neither a user nor a key, got both`;
    const fix = short
      ? `Delete \`${key}\` or \`awsAccount\`.`
      : `Delete \`${key}\`, or add \`key: true\` to \`identity\` for as long as the customer still uses a key.`;
    add([key], "account-without-key", message, fix);
  }
  for (const key of ["networks", "vpcEndpoints"]) {
    if (identityIn(read).awsAccount === undefined || !has(key)) continue;
    const account = has("awsAccount") ? "`awsAccount`" : "`account`";
    const message = `expected no \`${key}\` beside ${account}: without a user there is no policy of ours that could hold it, got both`;
    const fix = `Delete \`${key}\`, and ask the customer to limit its own identities with \`aws:SourceIp\`; or delete ${account}, so that it pulls as a user of ours.`;
    add([key], "account-without-source", message, fix);
  }
  const oidc = read.identity?.oidc;
  for (const { path, check, message, fix } of oidc === undefined
    ? []
    : sharedIssuerFindings(oidc)) {
    add(["identity", "oidc", ...path], check, message, fix);
  }
  for (const { at, found } of redundantNetworks(read.networks ?? [])) {
    const message = `expected each network once, got ${found}`;
    add(["networks", at], "networks-once", message, "Delete it here.");
  }
  for (const [key, check, what] of LISTS) {
    for (const [at, one] of (read[key] ?? []).entries()) {
      if (read[key]?.indexOf(one) === at) continue;
      add([key, at], check, `expected each ${what} once, got ${one} again`, "Delete it here.");
    }
  }
  if (has("pgpKey") && has("ageRecipient")) {
    const message = "expected one public key of the customer, got `pgpKey` and `ageRecipient`";
    const fix = "Delete `ageRecipient`: with `pgpKey` the secret is never in our state.";
    add(["ageRecipient"], "one-public-key", message, fix);
  }
  return problems;
}

/** The whole list, when it is short enough to be pasted. */
function sortedList(repositories: readonly string[]): string {
  const list = `[${[...new Set(repositories)].sort().join(", ")}]`;
  return list.length <= 200 ? `\`repositories: ${list}\`` : "the names in alphabetical order";
}

function notAMap(root: YamlNode, file: string): Problem {
  const message = `expected the keys of a customer, got ${shown(root)}`;
  const fix = "Write at least `name` and `repositories`; see docs/customer-file.md.";
  return problemAt({ file, root }, [], "customer", message, fix);
}
