// What a customer's error message means. The words are those of AWS, docker, containerd and crane; some
// of them, like docker's for a missing login, say less than they know.

/** What an error message that a customer sends means. */
export interface PullError {
  /** Name of the row. */
  kind: string;
  /** What has happened, in a sentence. */
  meaning: string;
  /** What the customer or we do, in sentences. */
  fix: string;
}

interface Row extends PullError {
  pattern: RegExp;
}

/** The first that fits counts: what says more comes before what says less. */
const ROWS: readonly Row[] = [
  {
    kind: "login-expired",
    pattern: /authorization token has expired|token has expired\. Reauthenticate/i,
    meaning: "The docker login is older than 12 hours, as long as ECR lets one live.",
    fix: "The customer logs in again; the credential helper, or in Kubernetes a job that renews the pull secret, does it by itself.",
  },
  {
    kind: "explicit-deny",
    pattern: /with an explicit deny/i,
    meaning: "The customer is denied on purpose: suspended, revoked, or past its last day.",
    fix: "See the customer's file; if it should have access, `ecr-customers resume <customer>` or a later `expires`, then `ecr-customers up`.",
  },
  {
    kind: "no-login-right",
    pattern: /not authorized to perform: ecr:GetAuthorizationToken/i,
    meaning:
      "The identity may not log in to ECR: it is another one than ours, or it is not in the group that may.",
    fix: "The customer checks with `aws sts get-caller-identity` that it is the user shown above; here `ecr-customers up --refresh` puts the group right. With its own AWS account, its administrator has to allow ecr:GetAuthorizationToken on *.",
  },
  {
    kind: "not-a-pull",
    pattern:
      /not authorized to perform: ecr:(PutImage|InitiateLayerUpload|UploadLayerPart|CompleteLayerUpload|BatchCheckLayerAvailability|BatchDeleteImage|DeleteRepository|SetRepositoryPolicy|GetRepositoryPolicy|ListImages|DescribeImages|DescribeRepositories)/i,
    meaning: "That is no pull: customers may pull and do nothing else, not even list tags.",
    fix: "Tell the customer the tags or digests; push and list are not for customers.",
  },
  {
    kind: "no-pull-right",
    pattern: /not authorized to perform: ecr:(BatchGetImage|GetDownloadUrlForLayer)/i,
    meaning: "The login works, and this repository is not the customer's.",
    fix: "Compare the repository and region in the message with those above; a repository that is missing goes into `repositories` of the customer's file. With its own AWS account, its administrator has to allow the pull as well.",
  },
  {
    kind: "key-unknown",
    pattern:
      /InvalidClientTokenId|UnrecognizedClientException|security token included in the request is invalid/i,
    meaning: "AWS does not know the access key: it is inactive, deleted, or misspelt.",
    fix: "Compare its id with the keys above. After a rotation the customer has to change to the new one: `ecr-customers handover <customer>`.",
  },
  {
    kind: "wrong-secret",
    pattern: /SignatureDoesNotMatch|signature we calculated does not match|InvalidSignature/i,
    meaning:
      "The access key is known and its secret is wrong: cut off or changed when it was copied.",
    fix: "The customer copies the secret again from its bundle; lost for good, it takes a new key: `ecr-customers keys rotate <customer>`.",
  },
  {
    kind: "clock",
    pattern: /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/i,
    meaning: "The clock of the customer's machine is wrong by more than five minutes.",
    fix: "The customer sets it, with NTP say.",
  },
  {
    kind: "session-expired",
    pattern: /ExpiredToken/i,
    meaning: "The customer used a temporary session that has ended, not the key we gave it.",
    fix: "The customer looks which profile or role wins: `aws configure list`.",
  },
  {
    kind: "no-credentials",
    pattern:
      /Unable to locate credentials|NoCredentialProviders|no EC2 IMDS role found|Partial credentials/i,
    meaning: "The AWS command line or the credential helper finds no key on that machine.",
    fix: "The customer sets the profile from its bundle: AWS_PROFILE, or ~/.aws/credentials of the user that runs docker.",
  },
  {
    kind: "image-missing",
    pattern:
      /manifest unknown|MANIFEST_UNKNOWN|ImageNotFound|Requested image not found|not found: manifest/i,
    meaning: "The customer may pull the repository, and it holds no such tag or digest.",
    fix: "Check the tag; a lifecycle policy may have removed the image.",
  },
  {
    kind: "repository-missing",
    pattern: /NAME_UNKNOWN|repository with name .* does not exist|RepositoryNotFound/i,
    meaning: "There is no such repository in that region.",
    fix: "Compare name, account and region in the image's address with those above.",
  },
  {
    kind: "rate",
    pattern: /toomanyrequests|Rate exceeded|ThrottlingException/i,
    meaning: "AWS was asked too fast; the limits are those of our whole account and region.",
    fix: "The customer tries again with pauses; if it goes on, look at ECR's quotas in Service Quotas.",
  },
  {
    kind: "no-basic-auth",
    pattern: /no basic auth credentials/i,
    meaning:
      "docker has no login for that registry: never logged in, as another user, or in another region.",
    fix: "The customer logs in to exactly the host in the image's address; with sudo docker, also with sudo.",
  },
  {
    kind: "no-such-host",
    pattern:
      /no such host|Temporary failure in name resolution|i\/o timeout|connection refused|TLS handshake/i,
    meaning: "The registry is not reached: a wrong address, or a proxy or firewall in between.",
    fix: "The customer allows *.dkr.ecr.<region>.amazonaws.com, api.ecr.<region>.amazonaws.com and ECR's S3 bucket for layers, prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com.",
  },
  {
    kind: "denied",
    pattern:
      /pull access denied|may require ['"`]?docker login|requested access to the resource is denied|insufficient_scope|403 Forbidden|denied: /i,
    meaning:
      "docker says the same for a missing login, a wrong name and a repository that is not the customer's.",
    fix: "The customer logs in again and pulls once more; then compare the image's address with the repositories and regions above.",
  },
  {
    kind: "unauthorized",
    pattern: /401 Unauthorized|unauthorized: |authentication required/i,
    meaning: "There is no valid login: it was never made, has expired, or is for another registry.",
    fix: "The customer logs in again, to the host in the image's address.",
  },
];

/**
 * What a customer's error message means.
 *
 * @returns undefined when it is none that is known here.
 */
export function explainPullError(text: string): PullError | undefined {
  const row = ROWS.find(({ pattern }) => pattern.test(text));
  if (row === undefined) return undefined;
  const { kind, meaning, fix } = row;
  return { kind, meaning, fix };
}

/** The names of all rows, for the test that has an example of each. */
export const PULL_ERROR_KINDS: readonly string[] = ROWS.map(({ kind }) => kind);
