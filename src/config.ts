import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readFailure } from "./errorCode";
import type { OtherPrincipal } from "./access/groupPolicies";
import type { Catalogue, ForeignStatement } from "./access/model";
import { partitionOf } from "./access/partition";
import { readFields } from "./yaml/fields";
import type { AccountId } from "./customers/model";
import type { NoticeLimits } from "./notices/model";
import { problemAt, shown } from "./yaml/place";
import { decode } from "./yaml/text";
import { readYaml, type MapNode, type YamlNode } from "./yaml/nodes";
import { problemIn, type Problem, sortProblems } from "./problem";
import { quoted } from "./printable";
import { loadProjectName } from "./projectName";
import { renewalRule, type RenewalRule } from "./renewals/rule";
import { settingsDefinition, type Settings } from "./settingsDefinition";
import { settingsFile, type SettingsFile } from "./settingsFile";
import { fullKey, NAMESPACE, settingsKeys } from "./settingsKeys";
import { parseStatements } from "./statements";

/** Every customer needs an end date; with `maxMonths`, at most that many months ahead. */
interface ExpiryRule {
  maxMonths?: number;
}

/** One stack's settings (`Pulumi.<stack>.yaml`, namespace `ecr-customers`), checked. */
export interface StackConfig {
  /** Name of the Pulumi project, from `Pulumi.yaml`. */
  project: string;
  /** The stack's short name: `dev` for `Pulumi.dev.yaml`. */
  stack: string;
  /** Where this stack may deploy; the provider refuses any other account. */
  account: AccountId;
  /** `aws:region`: the region of catalogue entries without `regions`. */
  region: string;
  repositories: Catalogue;
  /** Folder of the customer files, relative to the project. */
  customers: string;
  /** Prefix of IAM names before the customer's id, for two stacks in one account. */
  namePrefix: string;
  requireExpiry?: ExpiryRule;
  /** Number of stacks that the customers are spread over; with 1, all are in this stack. */
  cells: number;
  /** Users and roles, not customers', that may pull or write repositories by their own policies. */
  otherPrincipals?: readonly OtherPrincipal[];
  /** OIDC issuers that others declare: roles trust them, and the stack leaves them as they are. */
  otherIssuers?: readonly string[];
  /** From when on notices are due, where that is not as usual. */
  notices?: NoticeLimits;
  /** Receives notices about the stack, and about customers without an owner. */
  owner?: string;
  /** Missing: no renewal is proposed. */
  renewal?: RenewalRule;
  /** As whom AWS is called; missing: as whom the environment says. */
  identity?: AwsIdentity;
  /** Tags of everything that this stack creates and that has tags. */
  defaultTags?: Readonly<Record<string, string>>;
}

/** A role that is assumed with the credentials before it. */
export interface AssumedRole {
  roleArn: string;
  externalId?: string;
  sessionName?: string;
}

/** As whom the provider and the script call AWS, apart from what the environment says. */
export interface AwsIdentity {
  profile?: string;
  /** Assumed one after the other. */
  assumeRoles?: readonly AssumedRole[];
}

/** Either the settings and where they are, or all problems. */
type LoadedConfig =
  | { config: StackConfig; settings: SettingsFile; problems: readonly [] }
  | { config?: undefined; settings?: undefined; problems: Problem[] };

const REGION_KEY = "aws:region";

/** Most tokens of a settings file: a catalogue may be long, and it comes from a platform engineer. */
const MAX_PARTS = 50_000;

/** Reads `Pulumi.<stack>.yaml` of a project folder. Never throws. */
export function loadStackConfig(directory: string, stack: string): LoadedConfig {
  const path = join(directory, `Pulumi.${stack}.yaml`);
  const file = relative(process.cwd(), path);
  const project = loadProjectName(directory);
  try {
    const loaded = parseStackConfig(readFileSync(path), file, stack, project.name, (name) =>
      loadStatements(join(directory, name)),
    );
    if (project.problem === undefined) return loaded;
    return { problems: [project.problem, ...loaded.problems] };
  } catch (error) {
    const fix = "Check `--stack` and the folder you are in; docs/settings.md shows what to write.";
    return {
      problems: [
        problemIn(
          file,
          "stack-settings",
          `expected the settings of stack ${quoted(stack)}, got ${readFailure(error)}`,
          fix,
        ),
      ],
    };
  }
}

/** Reads the statements of others in a repository's policy. Never throws. */
function loadStatements(path: string): ReturnType<typeof parseStatements> {
  const file = relative(process.cwd(), path);
  try {
    return parseStatements(readFileSync(path), file);
  } catch (error) {
    const message = `expected a readable file of statements, got ${readFailure(error)}`;
    const fix =
      "Check `statements` in the stack's catalogue: it names a file with a JSON list of statements.";
    return { problems: [problemIn(file, "statements-readable", message, fix)] };
  }
}

/**
 * Reads one stack's settings: the keys of our namespace and `aws:region`. Other namespaces belong
 * to other programs, but an unknown key in ours is a problem.
 *
 * @param file - path as the user knows it, for problems.
 * @param project - name of the Pulumi project, which is not part of the settings.
 * @param readStatements - reads the file that `statements` names.
 */
export function parseStackConfig(
  source: Uint8Array | string,
  file: string,
  stack: string,
  project = "ecr-customers",
  readStatements: (path: string) => ReturnType<typeof parseStatements> = () => ({ problems: [] }),
): LoadedConfig {
  const decoded = decode(source, file);
  if (decoded.text === undefined) return { problems: decoded.problems };
  const { root, problems } = readYaml(decoded.text, file, MAX_PARTS);
  if (root === undefined) return { problems };
  const config = root.kind === "map" ? valueOf(root, "config") : undefined;
  if (config?.kind !== "map") {
    const message = `expected \`config:\` with the stack's settings, got ${shown(config ?? root)}`;
    return {
      problems: [
        problemIn(file, "stack-settings", message, "docs/settings.md shows what to write."),
      ],
    };
  }
  const { settings: ours, problems: misnamed } = settingsKeys(config, file);
  const read = readFields(settingsDefinition, ours, file);
  if (read.value === undefined || misnamed.length > 0) {
    return { problems: sortProblems([...misnamed, ...read.problems.map(withNamespace)]) };
  }
  const foreign = new Map<string, readonly ForeignStatement[]>();
  for (const [repository, { statements: path }] of Object.entries(read.value.repositories)) {
    if (path === undefined) continue;
    const { statements, problems: wrong } = readStatements(path);
    problems.push(...wrong);
    if (statements !== undefined && statements.length > 0) foreign.set(repository, statements);
  }
  problems.push(...otherPartitions(read.value, { file, root: ours }));
  if (problems.length > 0) return { problems: sortProblems(problems) };
  const settings = settingsFile(ours, file);
  return { config: toConfig(read.value, foreign, project, stack), settings, problems: [] };
}

/**
 * Settings that the running engine has with another value than the file, set by `--config` for instance.
 * The file is what was reviewed, so the difference is reported and the other value is not used.
 *
 * @param engine - as `pulumi.Config` gives them.
 */
export function engineMismatch(
  config: StackConfig,
  engine: { account?: string; region?: string; profile?: string },
): Problem[] {
  const file = `Pulumi.${config.stack}.yaml`;
  const differs = (key: string, ours: string | undefined, theirs: string | undefined) =>
    theirs === undefined || theirs === ours
      ? []
      : [
          problemIn(
            file,
            "engine-config",
            `expected the engine to have ${ours === undefined ? `no ${key}` : `${key} ${ours}`} as in this file, got ${quoted(theirs)}`,
            "Write the setting into the file instead of passing `--config`.",
          ),
        ];
  return [
    ...differs(`${NAMESPACE}account`, config.account, engine.account),
    ...differs(REGION_KEY, config.region, engine.region),
    ...differs("aws:profile", config.identity?.profile, engine.profile),
  ];
}

/** An account is in one partition, and so are all its regions. */
function otherPartitions(
  { "aws:region": home, repositories }: Settings,
  document: { file: string; root: YamlNode },
): Problem[] {
  const partition = partitionOf(home);
  return Object.entries(repositories).flatMap(([name, { regions = [] }]) =>
    regions.flatMap((region, index) => {
      if (partitionOf(region) === partition) return [];
      const message = `expected a region of the partition \`${partition}\`, which \`aws:region\` is in, got ${quoted(region)} of \`${partitionOf(region)}\``;
      const fix = "Make a stack of its own for the other partition, with the account there.";
      return withNamespace(
        problemAt(document, ["repositories", name, "regions", index], "partition", message, fix),
      );
    }),
  );
}

function toConfig(
  read: Settings,
  foreign: ReadonlyMap<string, readonly ForeignStatement[]>,
  project: string,
  stack: string,
): StackConfig {
  const { account, "aws:region": region, customers, namePrefix, requireExpiry, cells } = read;
  const {
    "aws:defaultTags": defaultTags,
    otherPrincipals,
    otherIssuers,
    owner,
    notices,
    renewal,
  } = read;
  const rule = requireExpiry === true ? {} : requireExpiry === false ? undefined : requireExpiry;
  return {
    project,
    stack,
    account,
    region,
    repositories: new Map(
      Object.entries(read.repositories)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([name, { create = false, grants = "named", regions = [region], statements: file }]) => {
            const statements = foreign.get(name);
            return [
              name,
              {
                create,
                grants,
                regions: [...new Set(regions)].sort(),
                ...(statements === undefined ? {} : { statements }),
                ...(file === undefined ? {} : { statementsFile: file }),
              },
            ];
          },
        ),
    ),
    customers: customers ?? "customers",
    namePrefix: namePrefix ?? "",
    ...(rule === undefined ? {} : { requireExpiry: rule }),
    cells: cells ?? 1,
    ...(otherPrincipals === undefined ? {} : { otherPrincipals }),
    ...(otherIssuers === undefined ? {} : { otherIssuers }),
    ...(notices === undefined ? {} : { notices }),
    ...(owner === undefined ? {} : { owner }),
    ...(renewal === undefined ? {} : { renewal: renewalRule(renewal) }),
    ...identityOf(read),
    ...(defaultTags === undefined ? {} : { defaultTags: defaultTags.tags }),
  };
}

function identityOf(read: Settings): { identity?: AwsIdentity } {
  const { "aws:profile": profile, "aws:assumeRoles": assumeRoles } = read;
  if (profile === undefined && assumeRoles === undefined) return {};
  return {
    identity: {
      ...(profile === undefined ? {} : { profile }),
      ...(assumeRoles === undefined ? {} : { assumeRoles }),
    },
  };
}

function valueOf(map: MapNode, key: string): YamlNode | undefined {
  return map.entries.find((entry) => entry.key.text === key)?.value;
}

/** Operators search for the key as it is written in the file. */
function withNamespace(found: Problem): Problem {
  return found.path === "" ? found : { ...found, path: fullKey(found.path) };
}
