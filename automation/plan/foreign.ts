import { iamArn, principalArn, userArn, userName, type Home } from "../../src/access/arns";
import { entitledGrants } from "../../src/access/entitlements";
import { firstContact, keptStatements } from "../../src/access/firstContact";
import type { ForeignLoss } from "../../src/access/foreignLosses";
import type {
  ForeignStatement,
  PolicyOwner,
  RepositoryPolicyDocument,
} from "../../src/access/model";
import { ownershipOf, type Ownership } from "../../src/access/policyId";
import { presentPolicy, statementsMissing } from "../../src/access/presentPolicy";
import { isElsewhere, principalArns } from "../../src/access/principals";
import { stackPolicies } from "../../src/access/stackPolicies";
import type { StackInput } from "../../src/project";
import { REPOSITORY_POLICY_TYPE, type ResourceChange } from "../engine/events";
import type { Baseline } from "./baseline";

const REPOSITORY = "aws:ecr/repository:Repository";

/** A repository in one region, and its policy as AWS holds it: parsed, undefined without a policy. */
export interface PresentDocument {
  repository: string;
  region: string;
  document: unknown;
}

/**
 * What others have in a repository's policy and no file declares (docs/architecture.md, "Ownership of a
 * repository policy").
 */
export interface ForeignFinding {
  repository: string;
  region: string;
  /**
   * `other-stack`: another stack writes this policy. `first-contact`: this stack has never written it.
   * `drift`: it has, and the statements were added since. `leaving`: the repository has left the catalogue, and its
   * policy is deleted. `left`: it has, and its policy stays with the statements of others. `own-statement`: principals that were added to this stack's own statement, which it
   * writes again without them.
   */
  kind: "other-stack" | "first-contact" | "drift" | "leaving" | "left" | "own-statement";
  /** Of `other-stack`. */
  owner?: PolicyOwner;
  /** The statements, as they can be written again. */
  statements: readonly ForeignStatement[];
  /** Who loses what if the statements are not kept. */
  losses: readonly ForeignLoss[];
}

/**
 * Compares the policies that AWS holds with what this stack writes and declares.
 *
 * @returns findings in the order of `present`; none for a policy that this stack does not write.
 */
export function foreignFindings(
  present: readonly PresentDocument[],
  input: StackInput,
  baseline: Baseline,
): ForeignFinding[] {
  const { config, customers, today } = input;
  const principals = customerPrincipals(input, baseline);
  const customerOf = (arn: string) =>
    principals.get(arn) ?? principals.get(withoutPath(arn, config));
  const written = new Map(
    stackPolicies(customers, config, today).repositories.map(({ repository, region, document }) => [
      place(repository, region),
      document,
    ]),
  );
  const options = {
    account: config.account,
    customerOf,
    isKnown: (arn: string) => customerOf(arn) !== undefined,
  };
  const pullers = pullersByTag(input);
  return present.flatMap(({ repository, region, document }): ForeignFinding[] => {
    const { statements: declared = [] } = config.repositories.get(repository) ?? {};
    const next = written.get(place(repository, region));
    const pullByTag = pullers.get(repository) ?? new Set();
    const contact = (owner: PolicyOwner) =>
      firstContact(document, owner, next, { ...options, pullByTag });
    const { ownership, losses, added, addedStatements } = contact(config);
    const isLeaving = !config.repositories.has(repository);
    const found = kindOf(ownership, next, isRecorded(repository, region, baseline));
    const isLeft = input.leaving?.[repository]?.[region] !== undefined;
    const kind = found === "drift" && isLeaving ? (isLeft ? "left" : "leaving") : found;
    if (kind === undefined) return [];
    const finding = (
      one: Pick<ForeignFinding, "kind" | "losses">,
      owner: PolicyOwner = config,
    ) => ({
      repository,
      region,
      statements: keptStatements(document, owner, declared, options.isKnown).kept,
      ...one,
    });
    if (ownership.kind !== "other-stack") {
      const of = finding({ kind, losses });
      // Also a statement that gives nothing which others do not give is kept as it is.
      const isKept = kind === "drift" && of.statements.length > 0;
      const isMoved =
        statementsMissing(addedStatements, foundIn(config, repository, region)).length === 0;
      const inOurs = {
        ...finding({ kind: isMoved ? "drift" : "own-statement", losses: added }),
        statements: addedStatements,
      };
      return [...(losses.length > 0 || isKept ? [of] : []), ...(added.length > 0 ? [inOurs] : [])];
    }
    const { owner } = ownership;
    // Statements that are not the other stack's own either outlive it.
    const others = contact(owner).losses;
    return [
      { ...finding({ kind, losses }), owner },
      ...(others.length === 0 ? [] : [finding({ kind: "first-contact", losses: others }, owner)]),
    ];
  });
}

/** Statements of others in a policy, declared or not, as AWS holds them. */
export function statementsOfOthers(
  document: unknown,
  owner: PolicyOwner,
): readonly ForeignStatement[] {
  const ownership = ownershipOf(document, owner);
  const writer = ownership.kind === "other-stack" ? ownership.owner : owner;
  return presentPolicy(document, writer).others;
}

/**
 * The same input with statements that were found, which are then written beside ours: nothing of others is
 * removed by an update that is about customers.
 */
export function keepFound(input: StackInput, findings: readonly ForeignFinding[]): StackInput {
  const repositories = new Map(
    [...input.config.repositories].map(([name, settings]) => {
      const own = findings.filter(({ repository }) => repository === name);
      const found: Record<string, readonly ForeignStatement[]> = {};
      for (const { region, statements } of own) {
        found[region] = [...(found[region] ?? []), ...statements];
      }
      return [name, own.length === 0 ? settings : { ...settings, found }];
    }),
  );
  return { ...input, config: { ...input.config, repositories } };
}

/** Statements that this run has found and keeps. */
function foundIn(
  { repositories }: StackInput["config"],
  repository: string,
  region: string,
): readonly ForeignStatement[] {
  return repositories.get(repository)?.found?.[region] ?? [];
}

/**
 * Repositories that are no longer in the catalogue, in each region: those that the last update recorded, and those
 * whose policy this one would delete, because an earlier one has failed to.
 */
export function leavingPlaces(
  { config }: StackInput,
  baseline: Baseline,
  changes: readonly ResourceChange[] = [],
): { repository: string; region: string }[] {
  const recorded =
    baseline.kind === "recorded" ? Object.entries(baseline.outputs.repositories) : [];
  const deleted = changes.filter(
    (one) => one.type === REPOSITORY_POLICY_TYPE && one.change === "delete",
  );
  const places = new Set([
    ...recorded.flatMap(([repository, { regions }]) =>
      regions.map((region) => place(repository, region)),
    ),
    ...deleted.map(({ name }) => name),
  ]);
  return [...places].map(placed).filter(({ repository }) => !config.repositories.has(repository));
}

/**
 * The same input with the policies of repositories that have left the catalogue, which then stay with the statements
 * of others. A repository that the update deletes has none any more.
 */
export function keepLeaving(
  input: StackInput,
  findings: readonly ForeignFinding[],
  changes: readonly ResourceChange[],
): StackInput {
  const gone = changes.filter((one) => one.type === REPOSITORY && one.change === "delete");
  const deleted = new Set(gone.map(({ name }) => name));
  const leaving: Record<string, Record<string, readonly ForeignStatement[]>> = {};
  for (const { kind, repository, region, statements } of findings) {
    const isKept = kind === "leaving" && statements.length > 0;
    if (!isKept || deleted.has(place(repository, region))) continue;
    leaving[repository] = { ...leaving[repository], [region]: statements };
  }
  return Object.keys(leaving).length === 0 ? input : { ...input, leaving };
}

/** `edge-agent@eu-central-1`, as the policy's resource is named. */
export function place(repository: string, region: string): string {
  return `${repository}@${region}`;
}

function placed(name: string): { repository: string; region: string } {
  const at = name.lastIndexOf("@");
  return { repository: name.slice(0, at), region: name.slice(at + 1) };
}

/** @returns undefined for a policy that is not this stack's concern. */
function kindOf(
  ownership: Ownership,
  next: RepositoryPolicyDocument | undefined,
  isRecorded: boolean,
): ForeignFinding["kind"] | undefined {
  if (ownership.kind === "own") return "drift";
  // Without a record, nothing is declared and nothing is deleted.
  if (next === undefined && !isRecorded) return undefined;
  if (ownership.kind === "other-stack") return "other-stack";
  return isRecorded ? "drift" : "first-contact";
}

/** Whether the last update recorded that it wrote this policy. */
function isRecorded(repository: string, region: string, baseline: Baseline): boolean {
  if (baseline.kind !== "recorded") return false;
  const recorded = baseline.outputs.repositories[repository];
  return recorded !== undefined && recorded.size > 0 && recorded.regions.includes(region);
}

/** ARN of a user or an account → the customer whose it is, according to the files or the last update. */
function customerPrincipals(
  { config, customers }: StackInput,
  baseline: Baseline,
): ReadonlyMap<string, string> {
  const recorded =
    baseline.kind === "recorded"
      ? Object.entries(baseline.outputs.customers).map(([id, one]) => ({ id, ...one }))
      : [];
  return new Map(
    [...recorded, ...customers].flatMap((one) => [
      [userArn(config, userName(config.namePrefix, one)), one.id] as const,
      ...principalArns(one, config).map((arn) => [arn, one.id] as const),
    ]),
  );
}

/** The ARN that a user of the account would have as a customer's: someone may have moved it to another path. */
function withoutPath(arn: string, home: Home): string {
  const users = iamArn(home, "user/");
  const name = arn.startsWith(users) ? arn.slice(arn.lastIndexOf("/") + 1) : "";
  return name === "" ? arn : userArn(home, name);
}

/** Repository → ARNs of the users that may pull it by their tags. */
function pullersByTag({ config, customers, today }: StackInput): Map<string, Set<string>> {
  const pullers = new Map<string, Set<string>>();
  for (const { repository, principals } of entitledGrants(customers, config, today)) {
    if (config.repositories.get(repository)?.grants !== "tagged") continue;
    const arns = pullers.get(repository) ?? new Set();
    for (const principal of principals) {
      if (!isElsewhere(principal)) arns.add(principalArn(principal, config));
    }
    pullers.set(repository, arns);
  }
  return pullers;
}
