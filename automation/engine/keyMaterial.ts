import type { KeyStatus } from "../../src/customers/model";
import { Secret } from "./secret";

/** One access key from the state: with its secret, or, if created with a `pgpKey`, with the ciphertext. */
export interface KeyMaterial {
  keyId: string;
  /** As of the last update. */
  status: KeyStatus;
  credential: { kind: "secret"; secret: Secret } | { kind: "pgp"; ciphertext: Buffer };
}

type NoKeyMaterial =
  /** The state holds no such key: no update has created it yet. */
  | "notDeployed"
  /** The key is there without its secret: it was imported, and AWS returns a secret only once. */
  | "withoutSecret"
  /** The engine's output is not a state that this version can read. */
  | "unreadable";

/** Why there is nothing to hand over. Contains nothing of what was read. */
export class KeyMaterialError extends Error {
  readonly kind: NoKeyMaterial;

  constructor(kind: NoKeyMaterial) {
    super(`no key material: ${kind}`);
    this.name = "KeyMaterialError";
    this.kind = kind;
  }
}

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** How an exported state marks an object as a secret, whose `plaintext` is JSON (pulumi/pulumi, `resource.SigKey`). */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

interface StateResource {
  urn?: unknown;
  type?: unknown;
  id?: unknown;
  delete?: unknown;
  outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Finds one access key in a state that was exported with secrets.
 *
 * @param logicalName - `<customer>-<generation>`, from src/stack/customerAccess.ts.
 * @throws KeyMaterialError
 */
export function keyMaterialIn(exported: string, logicalName: string): KeyMaterial {
  const key = resourcesIn(exported).find(
    ({ type, urn, delete: isGoing }) =>
      type === ACCESS_KEY && isGoing !== true && String(urn).endsWith(`::${logicalName}`),
  );
  if (key === undefined || typeof key.id !== "string" || key.id === "") {
    throw new KeyMaterialError("notDeployed");
  }
  const { secret, encryptedSecret, status } = key.outputs ?? {};
  const [plain, ciphertext] = [textOf(secret), textOf(encryptedSecret)];
  if (plain === "" && ciphertext === "") throw new KeyMaterialError("withoutSecret");
  return {
    keyId: key.id,
    status: textOf(status) === "Active" ? "active" : "inactive",
    credential:
      ciphertext === ""
        ? { kind: "secret", secret: new Secret(plain) }
        : { kind: "pgp", ciphertext: Buffer.from(ciphertext, "base64") },
  };
}

function resourcesIn(exported: string): readonly StateResource[] {
  try {
    const state = JSON.parse(exported) as { deployment?: { resources?: StateResource[] } };
    return state.deployment?.resources ?? [];
  } catch {
    // The JSON error would quote the text around the mistake, including secrets.
    throw new KeyMaterialError("unreadable");
  }
}

/** A text output, whether marked as a secret or not; empty when it is missing or still encrypted. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const marked = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { plaintext } = marked;
  if (marked[SECRET_MARK] !== SECRET_SIGNATURE || typeof plaintext !== "string") return "";
  try {
    const text: unknown = JSON.parse(plaintext);
    return typeof text === "string" ? text : "";
  } catch {
    throw new KeyMaterialError("unreadable");
  }
}
