import type { EngineFailureKind } from "./failureKind";

/** A failure that is recognised in the engine's text. */
interface Explanation {
  kind: EngineFailureKind;
  pattern: RegExp;
  message: string | ((match: RegExpExecArray) => string);
  /** What to do about it. */
  advice: string;
}

/** In order: the first one that matches counts. The texts are those of the engine and of AWS's SDK for Go. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    kind: "locked",
    pattern: /the stack is currently locked by|conflict: Another update is currently in progress/i,
    message: "another run holds this stack's lock",
    advice: "Wait for it to end. If it was killed, `ecr-customers unlock` shows the lock.",
  },
  {
    kind: "passphrase",
    pattern: /incorrect passphrase|passphrase must be set/i,
    message: "the state's secrets cannot be decrypted: the passphrase is missing or wrong",
    advice:
      "Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to this stack's passphrase.",
  },
  {
    kind: "wrongAccount",
    pattern: /AWS account ID not allowed(?:: ([0-9]{12}))?/i,
    message: ([, account]) =>
      account === undefined
        ? "the AWS credentials belong to another account than this stack's `account`"
        : `the AWS credentials belong to account ${account}, which is not this stack's \`account\``,
    advice:
      "Use credentials of that account; `aws sts get-caller-identity` shows which ones are in use.",
  },
  {
    kind: "credentials",
    pattern: /failed to get shared config profile, ([^\s;]+)/,
    message: ([, profile = ""]) => `this machine has no AWS profile ${profile}`,
    advice: "Correct AWS_PROFILE; `aws configure list-profiles` lists the profiles.",
  },
  {
    kind: "credentials",
    pattern: /the SSO session has expired or is invalid|SSOProviderInvalidToken/,
    message: "the single sign-on session has expired",
    advice: "Log in again: `aws sso login`, with `--profile` or AWS_PROFILE of the profile in use.",
  },
  {
    kind: "credentials",
    pattern:
      /ExpiredToken|InvalidClientTokenId|security token included in the request is (invalid|expired)|No valid credential sources|failed to refresh cached credentials|SignatureDoesNotMatch|UnrecognizedClient|no EC2 IMDS role found/i,
    message: "AWS does not accept the credentials: they are missing, wrong or expired",
    advice: "Log in again, e.g. `aws sso login`, and check with `aws sts get-caller-identity`.",
  },
  {
    kind: "noStack",
    pattern: /no stack named/i,
    message: "the state backend has no such stack",
    advice:
      "Check `--stack` and `pulumi whoami -v`; create a new stack with `pulumi stack init` before its first deployment.",
  },
  {
    // Only with file:// backends: the state itself is replaced atomically, but the file next to it is not.
    kind: "tornState",
    pattern: /failed to load checkpoint/i,
    message: "the state cannot be read: a run was killed while it was written",
    advice:
      "If there is an empty `<stack>.json.attrs` next to the state file, remove it; with `file://…?metadata=skip` in PULUMI_BACKEND_URL none is created.",
  },
  {
    kind: "diskFull",
    pattern: /no space left on device|ENOSPC/,
    message: "no space is left on a disk of this machine, so the state may not have been saved",
    advice: "Free some space, then run it again: it recovers what was started.",
  },
  {
    kind: "backend",
    pattern: /PermanentRedirect|api error MovedPermanently/,
    message: "the bucket that holds the state is in another region than the requested one",
    advice:
      "Add its region to the backend's URL, e.g. `s3://BUCKET?region=eu-central-1`; `aws s3api get-bucket-location --bucket BUCKET` shows it.",
  },
  {
    kind: "backend",
    pattern: /NoSuchBucket/,
    message: "the bucket that should hold the state does not exist",
    advice: "Check the backend's URL (`pulumi whoami -v`, PULUMI_BACKEND_URL) for a typo.",
  },
  {
    kind: "backend",
    pattern: /blob \(.*\(code=PermissionDenied\)/,
    message: "the credentials are not allowed to use the state backend",
    advice: "Use a role that may read and write its bucket; docs/aws-setup lists what is needed.",
  },
  {
    kind: "throttled",
    pattern: /api error (Throttling|TooManyRequests|RequestLimitExceeded|SlowDown)|Rate exceeded/,
    message: "AWS throttled the requests, and retries did not help",
    advice: "Run it again in a minute; it continues where this run stopped.",
  },
  {
    kind: "unreachable",
    pattern:
      /connection refused|no such host|i\/o timeout|network is unreachable|request send failed/,
    message: "AWS or the state backend cannot be reached",
    advice: "Check the network, HTTPS_PROXY, and AWS_ENDPOINT_URL if it is set.",
  },
  {
    kind: "backend",
    pattern:
      /PULUMI_ACCESS_TOKEN must be set|unable to (open|check) bucket|could not (open|read) bucket|no such bucket/i,
    message: "the state backend cannot be reached",
    advice: "Log in to it: `pulumi login s3://…`, or set PULUMI_BACKEND_URL.",
  },
];
