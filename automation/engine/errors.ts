/**
 * Why a run of the engine ended badly, told apart so that a person can act on it. The engine only
 * says it in prose, which holds whole logs; so its text is matched here, in one place, and never
 * shown (DESIGN §9).
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
  | "resources"
  | "program"
  | "unknown";

interface Explanation {
  kind: EngineFailureKind;
  pattern: RegExp;
  message: string;
  advice: string;
}

/** The engine's own words, for a lock that is found in another way. */
export const LOCKED = "the stack is currently locked by 1 lock(s)";

const EXPLANATIONS: readonly Explanation[] = [
  {
    kind: "locked",
    pattern: /the stack is currently locked by|conflict: Another update is currently in progress/i,
    message: "another run holds this stack's lock",
    advice:
      "Wait for it to end. If it was killed, look at the lock with `ecr-customers unlock --stack …`.",
  },
  {
    kind: "passphrase",
    pattern: /incorrect passphrase|passphrase must be set/i,
    message: "the state's secrets cannot be decrypted: the passphrase is missing or wrong",
    advice: "Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to this stack's own.",
  },
  {
    kind: "wrongAccount",
    pattern: /AWS account ID not allowed/i,
    message: "the AWS credentials belong to another account than this stack's `account`",
    advice: "Use credentials of that account: `aws sts get-caller-identity` shows whose you have.",
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
    message: "this state backend holds no such stack",
    advice:
      "Check `--stack` and `pulumi whoami -v`; a first deployment makes it with `pulumi stack init`.",
  },
  {
    // Only with file:// backends: the state itself is replaced whole, a file beside it is not.
    kind: "tornState",
    pattern: /failed to load checkpoint/i,
    message: "the state cannot be read: a run was killed while it was written",
    advice:
      "If there is an empty `<stack>.json.attrs` beside the state file, remove it; `file://…?metadata=skip` in PULUMI_BACKEND_URL makes none.",
  },
  {
    kind: "backend",
    pattern:
      /PULUMI_ACCESS_TOKEN must be set|unable to (open|check) bucket|could not (open|read) bucket|no such bucket/i,
    message: "the state backend cannot be reached",
    advice: "Log in to it: `pulumi login s3://…`, or set PULUMI_BACKEND_URL.",
  },
];

/** A run of the engine that did not succeed. */
export class EngineError extends Error {
  readonly kind: EngineFailureKind;
  /** What a person can do about it, one or two sentences. */
  readonly advice: string;
  /** Private, so that an error that is logged or serialised whole does not carry whole logs. */
  readonly #detail: string;

  constructor(kind: EngineFailureKind, message: string, advice: string, detail = "") {
    super(message);
    this.name = "EngineError";
    this.kind = kind;
    this.advice = advice;
    this.#detail = detail;
  }

  /** What the engine wrote, raw: for `--debug` only. */
  detail(): string {
    return this.#detail;
  }
}

/** Makes an `EngineError` of what the engine wrote; `unknown` when no explanation fits. */
export function explainEngineText(text: string): EngineError {
  const found = EXPLANATIONS.find(({ pattern }) => pattern.test(text));
  if (found) return new EngineError(found.kind, found.message, found.advice, text);
  return new EngineError(
    "unknown",
    "the engine ended with an error that this script does not know",
    "Run again with `--debug` to see what it wrote.",
    text,
  );
}

/** What was thrown, as an error of the engine; what is none of its own has no advice. */
export function asEngineError(thrown: unknown): EngineError {
  return thrown instanceof EngineError
    ? thrown
    : new EngineError("unknown", "the engine could not be driven", "", String(thrown));
}
