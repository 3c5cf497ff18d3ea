/** An error of AWS itself in plain words: what happened, and what to do. */
export interface AwsExplanation {
  kind: "credentials" | "denied" | "throttled" | "unreachable" | "missing" | "failing" | "refused";
  message: string;
  advice: string;
}

const ROLE_PAGE = "docs/aws-setup";

/** What AWS's SDK throws, by the error's name, which is AWS's own code. */
const BY_NAME: readonly (AwsExplanation & { name: RegExp })[] = [
  {
    kind: "credentials",
    name: /^(CredentialsProviderError|TokenProviderError)$/,
    message: "there are no AWS credentials here",
    advice:
      "Log in, e.g. `aws sso login`, or set AWS_PROFILE; `aws sts get-caller-identity` shows whose you have.",
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
      "AWS does not accept the credentials: they are wrong, or of a key that is gone or inactive",
    advice: "Check them with `aws sts get-caller-identity`, and this machine's clock.",
  },
  {
    kind: "throttled",
    name: /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/,
    message: "AWS was asked too fast, and tries in between did not help",
    advice: "Run it again in a minute.",
  },
  {
    kind: "missing",
    name: /^(NoSuchEntity|NoSuchEntityException|RepositoryNotFoundException)$/,
    message: "AWS has no such thing",
    advice: "It was removed by hand, or not made yet: `ecr-customers up --refresh`.",
  },
  {
    kind: "failing",
    name: /^(ServiceFailure|ServiceFailureException|InternalFailure|ServiceUnavailable|ServerException)$/,
    message: "AWS itself has failed",
    advice: "Run it again in a minute; https://health.aws.amazon.com/ tells of outages.",
  },
];

/** Node's codes for a connection that was not made or was cut. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT)$/;

/** The part of the SDK's errors that is looked at; all of them carry `$metadata`. */
interface SdkError extends Error {
  $metadata?: unknown;
  code?: unknown;
}

/** Longest part of AWS's own words that is shown. */
const WORDS_LENGTH = 300;

/**
 * Makes plain words of an error that AWS's SDK has thrown.
 *
 * @returns undefined when it is no error of AWS.
 */
export function explainAwsError(error: unknown): AwsExplanation | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, $metadata } = error as SdkError;
  const found = BY_NAME.find((one) => one.name.test(name));
  if (found !== undefined && ($metadata !== undefined || found.kind === "credentials")) {
    const words = found.kind === "missing" ? `: ${gist(message)}` : "";
    return { kind: found.kind, message: `${found.message}${words}`, advice: found.advice };
  }
  if ($metadata === undefined && !/^(TimeoutError|AggregateError)$/.test(name)) return undefined;
  if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(name)) {
    const action = /to perform: (\S+)/.exec(message)?.[1];
    return {
      kind: "denied",
      message: `AWS does not let these credentials do ${action ?? "that"}`,
      advice: `Use a role that may; ${ROLE_PAGE} lists what each command needs.`,
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
    message: `AWS refused: ${name}: ${gist(message)}`,
    advice: "`--debug` shows where; AWS's own words are above.",
  };
}

function gist(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > WORDS_LENGTH ? `${line.slice(0, WORDS_LENGTH)}…` : line;
}
