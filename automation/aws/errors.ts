/** An error that AWS returned, explained: what happened, and what to do. */
export interface AwsExplanation {
  kind: "credentials" | "denied" | "throttled" | "unreachable" | "missing" | "failing" | "refused";
  message: string;
  advice: string;
}

const ROLE_PAGE = "docs/aws-setup";

/** Errors of AWS's SDK, by their name, which is AWS's error code. */
const BY_NAME: readonly (AwsExplanation & { name: RegExp; text?: RegExp })[] = [
  {
    kind: "credentials",
    name: /^(CredentialsProviderError|TokenProviderError)$/,
    text: /SSO session (associated|token associated)|Token is expired/,
    message: "the single sign-on session has expired",
    advice: "Log in again: `aws sso login`, with `--profile` or AWS_PROFILE of the profile in use.",
  },
  {
    kind: "credentials",
    name: /^CredentialsProviderError$/,
    text: /Could not resolve credentials using profile/,
    message: "this machine has no AWS profile of the name in AWS_PROFILE, or it has no credentials",
    advice: "Correct AWS_PROFILE; `aws configure list-profiles` lists the profiles.",
  },
  {
    kind: "credentials",
    name: /^(CredentialsProviderError|TokenProviderError)$/,
    message: "no AWS credentials were found",
    advice:
      "Log in, e.g. `aws sso login`, or set AWS_PROFILE; `aws sts get-caller-identity` shows which ones are in use.",
  },
  {
    kind: "credentials",
    name: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    message: "the AWS credentials have expired",
    advice: "Log in again, e.g. `aws sso login`.",
  },
  {
    kind: "credentials",
    name: /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId)$/,
    message:
      "AWS does not accept the credentials: they are wrong, or their key was deleted or is inactive",
    advice: "Check them with `aws sts get-caller-identity`, and check this machine's clock.",
  },
  {
    kind: "throttled",
    name: /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/,
    message: "AWS throttled the requests, and retries did not help",
    advice: "Run it again in a minute.",
  },
  {
    kind: "missing",
    name: /^(NoSuchEntity|NoSuchEntityException|RepositoryNotFoundException)$/,
    message: "AWS does not have it",
    advice: "It was deleted by hand, or not created yet: run `ecr-customers up --refresh`.",
  },
  {
    kind: "failing",
    name: /^(ServiceFailure|ServiceFailureException|InternalFailure|ServiceUnavailable|ServerException)$/,
    message: "AWS returned an internal error",
    advice: "Run it again in a minute; https://health.aws.amazon.com/ lists outages.",
  },
];

/** Node's error codes for connections that could not be established or were interrupted. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT)$/;

/** The fields of the SDK's errors that are read; all of them have `$metadata`. */
interface SdkError extends Error {
  $metadata?: unknown;
  code?: unknown;
}

/** How much of AWS's own message is shown. */
const MESSAGE_LENGTH = 300;

/**
 * Explains an error that AWS's SDK has thrown.
 *
 * @returns undefined when it did not come from AWS.
 */
export function explainAwsError(error: unknown): AwsExplanation | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, $metadata } = error as SdkError;
  const found = BY_NAME.find((one) => one.name.test(name) && (one.text?.test(message) ?? true));
  if (found !== undefined && ($metadata !== undefined || found.kind === "credentials")) {
    const detail = found.kind === "missing" ? `: ${oneLine(message)}` : "";
    return { kind: found.kind, message: `${found.message}${detail}`, advice: found.advice };
  }
  if ($metadata === undefined && !/^(TimeoutError|AggregateError)$/.test(name)) return undefined;
  if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(name)) {
    const action = /to perform: (\S+)/.exec(message)?.[1];
    return {
      kind: "denied",
      message: `the AWS credentials are not allowed to ${action === undefined ? "do this" : `perform ${action}`}`,
      advice: `Use a role with that permission; ${ROLE_PAGE} lists what each command needs.`,
    };
  }
  const networkCode = typeof code === "string" ? code : name;
  if (UNREACHABLE.test(networkCode) || /^(TimeoutError|AggregateError)$/.test(name)) {
    return {
      kind: "unreachable",
      message: `AWS cannot be reached (${networkCode})`,
      advice: "Check the network, HTTPS_PROXY, and AWS_ENDPOINT_URL if it is set.",
    };
  }
  return {
    kind: "refused",
    message: `AWS refused the request: ${name}: ${oneLine(message)}`,
    advice: "Run again with `--debug` to see where.",
  };
}

/**
 * Does work that calls AWS.
 *
 * @returns why AWS did not do it; undefined when it did. Errors that did not come from AWS are thrown.
 */
export async function unlessAwsFails(
  work: () => Promise<void>,
): Promise<AwsExplanation | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const explanation = explainAwsError(error);
    if (explanation === undefined) throw error;
    return explanation;
  }
}

function oneLine(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}…` : line;
}
