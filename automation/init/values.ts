// What a vendor's repository is made of: the answers that `init` records, and the stack's settings.
import type { StackConfig } from "../../src/config";

/** What no settings file holds. Recorded in the vendor's repository, so that a later run asks nothing. */
export interface Answers {
  stack: string;
  /** Where Pulumi keeps the state, e.g. `s3://acme-pulumi-state`. */
  state: string;
  /** `passphrase`, or `awskms://…` with an alias, an id or an ARN. */
  secretsProvider: string;
  /** The vendor's repository at GitHub. */
  owner: string;
  repository: string;
  /** GitHub's numbers of both; empty if the repository's tokens name it without them. */
  ownerId: string;
  repositoryId: string;
  platformTeam: string;
  approversTeam: string;
  /** The IAM role of the people on call, who may revoke. */
  onCallRole: string;
}

/** The answers that each stack has of its own; those of a further stack are recorded beside the first one's. */
export type StackAnswers = Pick<Answers, "stack" | "state" | "secretsProvider" | "onCallRole">;

export function stackAnswers({ stack, state, secretsProvider, onCallRole }: Answers): StackAnswers {
  return { stack, state, secretsProvider, onCallRole };
}

export interface StackValues {
  answers: Answers;
  config: StackConfig;
}

/** Everything that the template is filled in with: the first stack, and what all have in common. */
export interface VendorValues extends StackValues {
  /** The stacks that were added later. */
  further: readonly StackValues[];
  /** Version of this package. */
  version: string;
  workflows: WorkflowsPin;
}

/** Which commit of which repository holds the reusable workflows of this version. */
export interface WorkflowsPin {
  /** `owner/name` at GitHub. */
  repository: string;
  /** 40 hexadecimal digits. */
  commit: string;
  /** The release, e.g. `v0.1.0`. */
  version: string;
}

/** The KMS key of a secrets provider, as policies and Pulumi name it. */
export type KmsKey = { alias: string; region: string } | { arn: string; region: string };

const KMS_URL = /^awskms:\/\/\/?([A-Za-z0-9:/_-]+)(?:\?region=([a-z0-9-]+))?$/;
const KEY_ID = /^(?:mrk-)?[0-9a-f-]{32,36}$/;
const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key\/[0-9a-z-]+$/;
const ALIAS = /^alias\/[A-Za-z0-9/_-]+$/;

/**
 * The key that a secrets provider names; undefined if it names none that a role can be given.
 *
 * @param place - the stack's account and region, which a key's id leaves open.
 */
export function kmsKey(
  secretsProvider: string,
  place: { account: string; region: string },
): KmsKey | undefined {
  const [, name = "", asked] = KMS_URL.exec(secretsProvider) ?? [];
  const region = asked ?? KEY_ARN.exec(name)?.[1] ?? place.region;
  if (ALIAS.test(name)) return { alias: name, region };
  if (KEY_ARN.test(name)) return { arn: name, region };
  if (KEY_ID.test(name))
    return { arn: `arn:aws:kms:${region}:${place.account}:key/${name}`, region };
  return undefined;
}

/** The bucket of a state in S3 and the folder in it, which may be empty. */
export function stateBucket(state: string): { bucket: string; folder: string } | undefined {
  const [, bucket, folder = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?(?:\?.*)?$/.exec(state) ?? [];
  return bucket === undefined ? undefined : { bucket, folder };
}
