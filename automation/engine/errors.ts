/**
 * Why a run of the engine failed, as kinds with a message and a way out. The engine reports errors only as
 * text, mixed with whole logs; that text is matched here, in one place, and shown only with `--debug`.
 */

export type EngineFailureKind =
  | "locked"
  | "passphrase"
  | "wrongAccount"
  | "credentials"
  | "noEngine"
  | "engineTooOld"
  | "noStack"
  | "backend"
  | "tornState"
  | "cancelled"
  | "stalled"
  | "resources"
  | "program"
  | "unknown";

interface Explanation {
  kind: EngineFailureKind;
  pattern: RegExp;
  message: string;
  advice: string;
}

/** The engine's own text, for a lock that was found in another way. */
export const LOCKED = "the stack is currently locked by 1 lock(s)";

const EXPLANATIONS: readonly Explanation[] = [
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
    pattern: /AWS account ID not allowed/i,
    message: "the AWS credentials belong to another account than this stack's `account`",
    advice:
      "Use credentials of that account; `aws sts get-caller-identity` shows which ones are in use.",
  },
  {
    kind: "credentials",
    pattern:
      /ExpiredToken|InvalidClientTokenId|security token included in the request is (invalid|expired)|No valid credential sources|failed to refresh cached credentials|SignatureDoesNotMatch|UnrecognizedClient/i,
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
    kind: "backend",
    pattern:
      /PULUMI_ACCESS_TOKEN must be set|unable to (open|check) bucket|could not (open|read) bucket|no such bucket/i,
    message: "the state backend cannot be reached",
    advice: "Log in to it: `pulumi login s3://…`, or set PULUMI_BACKEND_URL.",
  },
];

/** A run of the engine failed. */
export class EngineError extends Error {
  readonly kind: EngineFailureKind;
  /** What to do about it, one or two sentences. */
  readonly advice: string;
  /** Private, so that logging or serialising the error does not print whole logs. */
  readonly #detail: string;

  constructor(kind: EngineFailureKind, message: string, advice: string, detail = "") {
    super(message);
    this.name = "EngineError";
    this.kind = kind;
    this.advice = advice;
    this.#detail = detail;
  }

  /** The engine's raw output, for `--debug` only. */
  detail(): string {
    return this.#detail;
  }
}

/** Explains the engine's output as an `EngineError`; of kind `unknown` when no explanation matches. */
export function explainEngineText(text: string): EngineError {
  const found = EXPLANATIONS.find(({ pattern }) => pattern.test(text));
  if (found) return new EngineError(found.kind, found.message, found.advice, text);
  return new EngineError(
    "unknown",
    "the engine failed with an error that ecr-customers does not recognise",
    "Run again with `--debug` to see its output.",
    text,
  );
}

/** Why a run whose signal was aborted did not end: the signal's reason, or that it was cancelled. */
export function cancellation(signal: AbortSignal): EngineError {
  const reason: unknown = signal.reason;
  return reason instanceof EngineError
    ? reason
    : new EngineError("cancelled", "the run was cancelled", "Run it again to finish.");
}

/** Whatever was thrown, as an engine error; one that did not come from the engine has no advice. */
export function asEngineError(thrown: unknown): EngineError {
  return thrown instanceof EngineError
    ? thrown
    : new EngineError("unknown", "the engine could not be run", "", String(thrown));
}
