// The policies of docs/aws-setup, filled in for one vendor. The documents there stay readable examples, which the
// simulator's tests are about; here their example values are replaced.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryArn } from "../../src/access/arns";
import { inPartition } from "../../src/access/partition";
import { oidcProviderArn } from "../../src/access/trustPolicy";
import type { StackNames } from "./stackNames";
import { kmsKey, stateBucket, type StackValues } from "./values";

/** The documents, by their names in docs/aws-setup and in a vendor's aws-setup. */
const SETUP_DOCUMENTS = [
  "deploy-role",
  "preview-role",
  "revoke-role",
  "deploy-trust",
  "preview-trust",
  "revoke-trust",
  "customers-guardrail",
  "adopt-role",
  "oidc-role",
] as const;
export type SetupDocument = (typeof SETUP_DOCUMENTS)[number];

/** The values of docs/aws-setup that stand for a vendor's own. */
export const EXAMPLE = {
  account: "111122223333",
  bucket: "my-pulumi-state",
  owner: "example-org",
  repository: "ecr-customers",
  ownerId: "12345678",
  repositoryId: "987654321",
  onCallRole: "on-call",
} as const;

/** Whose tokens the workflows present. */
const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

type Json = string | readonly Json[] | { readonly [key: string]: Json };
interface Statement {
  readonly [key: string]: Json;
}

/** A policy document, with what AWS counts of its size. */
export interface FilledDocument {
  name: SetupDocument;
  text: string;
  /** Characters without white space (IAM user guide, quotas). */
  size: number;
}

/** What one stack's documents are filled in with. */
interface DocumentValues extends StackValues {
  names: StackNames;
}

/** All documents of a stack, filled in. @param folder - of the examples. */
export function setupDocuments(folder: string, values: DocumentValues): FilledDocument[] {
  return SETUP_DOCUMENTS.map((name) => {
    const example = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as {
      Version: string;
      Statement: readonly Statement[];
    };
    const filled = { ...example, Statement: example.Statement.flatMap((one) => fill(one, values)) };
    const text = inPartition(`${JSON.stringify(filled, undefined, 2)}\n`, values.config.region);
    return { name, text, size: text.replace(/\s/g, "").length };
  });
}

/** A statement with the vendor's values; nothing when the vendor has no use for it. */
function fill(statement: Statement, values: DocumentValues): Statement[] {
  const { Sid } = statement;
  const special = typeof Sid === "string" ? RESOURCES[Sid] : undefined;
  if (special === undefined) return [replaced(statement, values) as Statement];
  const own = special(values);
  return own === undefined ? [] : [{ ...statement, ...own }];
}

/** By their `Sid`, the statements whose resources are not the example's with other names. */
const RESOURCES: Readonly<Record<string, (values: DocumentValues) => Statement | undefined>> = {
  RepositoryPolicies: (values) => ({ Resource: repositoryArns(values) }),
  ReadRepositories: (values) => ({ Resource: repositoryArns(values) }),
  CreatedRepositories: (values) => {
    const created = repositoryArns(values, ({ create }) => create);
    return created.length === 0 ? undefined : { Resource: created };
  },
  NeverOwnIssuer: ({ config }) => {
    const others = new Set([GITHUB_ISSUER, ...(config.otherIssuers ?? [])]);
    const arns = [...others].map((issuer) => oidcProviderArn(config, issuer));
    return { Resource: arns.length === 1 ? (arns[0] ?? "") : arns };
  },
  State: ({ answers }) => {
    const place = stateBucket(answers.state);
    return place && { Resource: `arn:aws:s3:::${place.bucket}${place.folder}/*` };
  },
  StateBucket: ({ answers }) => {
    const place = stateBucket(answers.state);
    return place && { Resource: `arn:aws:s3:::${place.bucket}` };
  },
  StateKey: ({ answers, config }): Statement | undefined => {
    const key = kmsKey(answers.secretsProvider, config);
    if (key === undefined) return undefined;
    if ("arn" in key) return { Resource: key.arn };
    return {
      Resource: `arn:aws:kms:${key.region}:${config.account}:key/*`,
      // A policy names a key only by its id; an alias is a condition (KMS developer guide, "Use aliases to control access").
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": key.alias } },
    };
  },
};

function repositoryArns(
  { config }: DocumentValues,
  wanted: (settings: { create: boolean }) => boolean = () => true,
): string[] {
  return [...config.repositories].flatMap(([name, settings]) =>
    wanted(settings)
      ? settings.regions.map((region) => repositoryArn(config.account, region, name))
      : [],
  );
}

function replaced(value: Json, values: DocumentValues): Json {
  if (typeof value === "string") return replacedText(value, values);
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (items.some((item) => typeof item === "string" && item.startsWith("repo:"))) {
      return subjects(items as readonly string[], values);
    }
    return items.map((item) => replaced(item, values));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaced(inner, values)]),
  );
}

/** What is ours gets the stack's prefix; `group/*` and `policy/*` are everyone's. */
function replacedText(text: string, { answers, config }: DocumentValues): string {
  const { account, namePrefix } = config;
  return text
    .replaceAll(`::${EXAMPLE.account}:`, `::${account}:`)
    .replace(
      /^(arn:aws:iam::\d{12}:(?:(?:user|role)\/customers\/|(?:group|policy)\/(?!\*)))/,
      `$1${namePrefix}`,
    )
    .replace(`:role/${EXAMPLE.onCallRole}`, `:role/${answers.onCallRole}`);
}

/**
 * The runs that may assume a role. GitHub names the repository in one of two forms; the one that it does not send is
 * left out, because whoever takes over a name that was given up would send it.
 */
function subjects(examples: readonly string[], { answers, names }: DocumentValues): string[] {
  const { owner, repository, ownerId, repositoryId } = answers;
  const withNumbers = ownerId !== "";
  const from = withNumbers
    ? `repo:${EXAMPLE.owner}@${EXAMPLE.ownerId}/${EXAMPLE.repository}@${EXAMPLE.repositoryId}:`
    : `repo:${EXAMPLE.owner}/${EXAMPLE.repository}:`;
  const to = withNumbers
    ? `repo:${owner}@${ownerId}/${repository}@${repositoryId}:`
    : `repo:${owner}/${repository}:`;
  return examples
    .filter((subject) => subject.startsWith(from))
    .map((subject) => to + ownEnvironment(subject.slice(from.length), names));
}

function ownEnvironment(claim: string, { preview, production }: StackNames): string {
  return claim
    .replace(/^environment:preview$/, `environment:${preview}`)
    .replace(/^environment:production/, `environment:${production}`);
}
