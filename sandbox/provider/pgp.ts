// Loaded on first use only: most stacks encrypt nothing, and it takes a while to load.
import type { Key } from "openpgp";

/** Encrypts texts, and identifies the key that it uses. */
export interface Encrypter {
  /** In hexadecimal, lower case. */
  fingerprint: string;
  /** @returns a binary OpenPGP message in base64. */
  encrypt(text: string): Promise<string>;
}

/**
 * Prepares encryption to `pgpKey`.
 *
 * @param pgpKey - an OpenPGP public key, binary, in base64.
 * @throws Error when it is not such a key, or a reference to Keybase, which the sandbox cannot look up.
 */
export async function encrypterFor(pgpKey: string): Promise<Encrypter> {
  if (pgpKey.startsWith("keybase:")) throw new Error("the sandbox cannot look up Keybase keys");
  const openpgp = await import("openpgp");
  let key: Key;
  try {
    key = await openpgp.readKey({ binaryKey: new Uint8Array(Buffer.from(pgpKey, "base64")) });
  } catch (cause) {
    throw new Error("pgpKey is not a base64-encoded OpenPGP public key", { cause });
  }
  return {
    fingerprint: key.getFingerprint().toLowerCase(),
    async encrypt(text) {
      const message = await openpgp.createMessage({ text });
      const bytes = await openpgp.encrypt({ message, encryptionKeys: key, format: "binary" });
      return Buffer.from(bytes as Uint8Array).toString("base64");
    },
  };
}
