// Which keys of a settings file are ours to read, and which mistakes in their names are refused: the engine
// ignores a misspelt namespace, and an explicit provider ignores most settings of `aws:`.
import { problemIn, type Problem } from "./problem";
import { quoted } from "./printable";
import { settingsDefinition } from "./settingsDefinition";
import { nearest } from "./yaml/nearest";
import type { MapEntry, MapNode } from "./yaml/nodes";

export const NAMESPACE = "ecr-customers:";
const AWS = "aws:";

/** Namespaces of other programs that look like a typo of ours. */
const OTHER_NAMESPACES = new Set(["awsx"]);

const IN_ENVIRONMENT = (...names: string[]) =>
  `Delete it and set ${names.join(" and ")} in the environment, which the provider and the script both read.`;

/**
 * Settings of the AWS provider that would reach only resources without a provider of their own, so none of
 * ours; and what to do instead. The script's own calls have to use the same identity as the provider.
 */
const REFUSED: Readonly<Record<string, string>> = {
  accessKey: `${IN_ENVIRONMENT("AWS_ACCESS_KEY_ID")} A key does not belong into a file.`,
  secretKey: `${IN_ENVIRONMENT("AWS_SECRET_ACCESS_KEY")} A key does not belong into a file.`,
  token: IN_ENVIRONMENT("AWS_SESSION_TOKEN"),
  allowedAccountIds: "Delete it: only the account in `ecr-customers:account` is ever allowed.",
  forbiddenAccountIds: "Delete it: only the account in `ecr-customers:account` is ever allowed.",
  assumeRole: 'Write a list: `aws:assumeRoles: [{ roleArn: "arn:aws:iam::…" }]`.',
  assumeRoleWithWebIdentity: IN_ENVIRONMENT("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
  customCaBundle:
    "Delete it and set AWS_CA_BUNDLE (for the provider) and NODE_EXTRA_CA_CERTS (for the script) in the environment.",
  ec2MetadataServiceEndpoint: IN_ENVIRONMENT("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
  ec2MetadataServiceEndpointMode: IN_ENVIRONMENT("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
  endpoints: IN_ENVIRONMENT("AWS_ENDPOINT_URL"),
  httpProxy: "Delete it: the script's own calls to AWS would not use that proxy.",
  httpsProxy: "Delete it: the script's own calls to AWS would not use that proxy.",
  noProxy: "Delete it: the script's own calls to AWS use no proxy.",
  ignoreTags: "Delete it: a tag of a customer's user may be a grant, so no tag is ignored.",
  insecure: "Delete it: the certificate of AWS is always checked.",
  maxRetries: "Delete it and set AWS_MAX_ATTEMPTS in the environment, which the provider reads.",
  retryMode: "Delete it and set AWS_RETRY_MODE in the environment, which the provider reads.",
  s3UsEast1RegionalEndpoint: "Delete it: this program uses no S3.",
  s3UsePathStyle: "Delete it: this program uses no S3.",
  sharedConfigFiles: IN_ENVIRONMENT("AWS_CONFIG_FILE"),
  sharedCredentialsFiles: IN_ENVIRONMENT("AWS_SHARED_CREDENTIALS_FILE"),
  skipCredentialsValidation: "Delete it: wrong credentials must fail before the first write.",
  skipMetadataApiCheck: IN_ENVIRONMENT("AWS_EC2_METADATA_DISABLED=true"),
  skipRegionValidation: "Delete it: only known regions are supported.",
  skipRequestingAccountId:
    "Delete it: without the account's number, credentials of another account would not be refused.",
  stsRegion: "Delete it: STS is called in `aws:region`.",
  tagPolicyCompliance:
    "Delete it and set TF_AWS_TAG_POLICY_COMPLIANCE in the environment, which the provider reads.",
  tokenBucketRateLimiterCapacity: "Delete it: it is not supported.",
  useDualstackEndpoint: IN_ENVIRONMENT("AWS_USE_DUALSTACK_ENDPOINT=true"),
  useFipsEndpoint: IN_ENVIRONMENT("AWS_USE_FIPS_ENDPOINT=true"),
  userAgents: "Delete it: it is not supported.",
};

const KNOWN = Object.keys(settingsDefinition.shape);

/** The full key of a setting, as it is written in the file. */
export function fullKey(key: string): string {
  return key.startsWith(AWS) ? key : `${NAMESPACE}${key}`;
}

interface SettingsKeys {
  /** Our settings without their namespace, and the provider's with theirs. */
  settings: MapNode;
  problems: Problem[];
}

/**
 * Picks our keys and those of the AWS provider. Other namespaces belong to other programs. A key whose
 * namespace is missing or misspelt is a problem, and is read as what it was meant to be.
 */
export function settingsKeys(config: MapNode, file: string): SettingsKeys {
  const problems: Problem[] = [];
  const entries = config.entries.flatMap((entry): MapEntry[] => {
    const { text, line, column } = entry.key;
    const place = { line, column };
    const meant = meantKey(text);
    if (meant === undefined) return [];
    if (meant !== text) {
      const message = `expected a key with the namespace \`${meant.slice(0, meant.indexOf(":") + 1)}\`, got ${quoted(text)}`;
      problems.push(problemIn(file, "namespace", message, `Write \`${meant}\`.`, place));
    }
    if (meant.startsWith(NAMESPACE)) {
      return [{ ...entry, key: { ...entry.key, text: meant.slice(NAMESPACE.length) } }];
    }
    const fix = REFUSED[meant.slice(AWS.length)];
    if (fix === undefined) return [{ ...entry, key: { ...entry.key, text: meant } }];
    const message = "expected no setting that the AWS provider of this stack ignores, got one";
    problems.push(problemIn(file, "aws-setting", message, fix, { ...place, path: meant }));
    return [];
  });
  return { settings: { ...config, entries }, problems };
}

/** The key that was probably meant; undefined for one of another program. */
function meantKey(text: string): string | undefined {
  const end = text.indexOf(":");
  if (end === -1) {
    // Pulumi takes a key without a namespace for one of the project.
    const near = nearest(text, KNOWN);
    return near === undefined ? undefined : fullKey(near);
  }
  const [namespace, name] = [text.slice(0, end), text.slice(end + 1)];
  if (`${namespace}:` === NAMESPACE || `${namespace}:` === AWS) return text;
  if (OTHER_NAMESPACES.has(namespace)) return undefined;
  const near = nearest(namespace, ["ecr-customers", "aws"]);
  return near === undefined ? undefined : `${near}:${name}`;
}
