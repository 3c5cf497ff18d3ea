/** How the AWS SDK reports a refused call. */
interface ServiceError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
  Code?: string;
}

/** The AWS error code of a refused call, or undefined when `error` is not one. */
function awsCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  return (error as ServiceError).Code ?? error.name;
}

/** Whether AWS refused the call with one of `codes`. */
export function isRefusal(error: unknown, ...codes: string[]): boolean {
  const code = awsCode(error);
  // The query protocol and the JSON protocol disagree on the suffix; so do emulators.
  const plain = (name: string) => name.replace(/Exception$/, "");
  return code !== undefined && codes.some((wanted) => plain(wanted) === plain(code));
}

/**
 * Names the call that failed: `creating IAM User (acme): operation error IAM: CreateUser, … api
 * error EntityAlreadyExists: …`, so that the reader sees what was tried on what, and AWS's own message.
 */
export class OperationError extends Error {
  constructor(doing: string, operation: string, cause: unknown) {
    super(`${doing}: operation error ${operation}, ${detail(cause)}`, { cause });
    this.name = "OperationError";
  }
}

/**
 * Runs one AWS call.
 *
 * @param doing - what for, e.g. `creating IAM User (acme)`.
 * @param operation - service and call, e.g. `IAM: CreateUser`.
 * @throws OperationError with the AWS error as its cause.
 */
export async function calling<T>(
  doing: string,
  operation: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new OperationError(doing, operation, error);
  }
}

/** The refused call's error itself, also from inside an OperationError. */
export function causeOf(error: unknown): unknown {
  return error instanceof OperationError ? error.cause : error;
}

/** Runs a call and gives undefined when AWS answers with one of `codes` (it does not exist). */
export async function unlessRefused<T>(
  codes: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isRefusal(causeOf(error), ...codes)) return undefined;
    throw error;
  }
}

function detail(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = awsCode(cause);
  if (code === undefined) return text;
  const { httpStatusCode, requestId } = (cause as ServiceError).$metadata ?? {};
  return (
    `https response error StatusCode: ${httpStatusCode ?? 0}, RequestID: ${requestId ?? ""}, ` +
    `api error ${code}: ${text}`
  );
}
