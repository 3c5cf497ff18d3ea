import type { KeyStatus } from "../../src/customers/model";
import { Secret } from "./secret";

/** One access key as the state holds it: with its secret, or, made with a `pgpKey`, with the ciphertext. */
export interface KeyMaterial {
  keyId: string;
  /** As of the last update. */
  status: KeyStatus;
  credential: { kind: "secret"; secret: Secret } | { kind: "pgp"; ciphertext: Buffer };
}

export type NoKeyMaterial =
  /** The state holds no such key: no update has made it yet. */
  | "notDeployed"
  /** The key is there without its secret: it was imported, and AWS tells a secret only once. */
  | "withoutSecret"
  /** What the engine wrote is no state as this version knows it. */
  | "unreadable";

/** Why there is nothing to hand over. Carries nothing of what was read. */
export class KeyMaterialError extends Error {
  readonly kind: NoKeyMaterial;

  constructor(kind: NoKeyMaterial) {
    super(`no key material: ${kind}`);
    this.name = "KeyMaterialError";
    this.kind = kind;
  }
}

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** How an exported state marks a secret, and the key beside the mark that holds it as JSON (pulumi/pulumi, `resource.SigKey`). */
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
 * Finds one access key in a state that was exported with its secrets.
 *
 * @param logicalName - `<customer>-<generation>`, as src/stack/customerAccess.ts names it.
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
    // JSON's own error quotes the text around the mistake, secrets and all.
    throw new KeyMaterialError("unreadable");
  }
}

/** A text output, marked as a secret or not; empty when it is missing or still encrypted. */
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
