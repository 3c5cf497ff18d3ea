import type { Customer } from "../../src/customers/model";
import { UsageError } from "../output/usageError";

/** Whom a bundle is encrypted for. */
export interface Recipient {
  format: "age" | "pgp" | "passphrase";
  /** As recorded in the customer's file: an age recipient, `pgp:` with the fingerprint, or `passphrase`. */
  to: string;
  /** Of the encrypted file. */
  extension: "age" | "gpg";
  encrypt(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * The customer's own public key, from its file; undefined when there is none.
 *
 * @throws UsageError when the key cannot encrypt, e.g. because it has expired.
 */
export async function publicKeyOf(customer: Customer): Promise<Recipient | undefined> {
  if (customer.pgpKey !== undefined) return pgpRecipient(customer.pgpKey, customer.id);
  if (customer.ageRecipient !== undefined) return ageRecipient(customer.ageRecipient);
  return undefined;
}

function ageRecipient(recipient: string): Recipient {
  return {
    format: "age",
    to: recipient,
    extension: "age",
    async encrypt(bytes) {
      const { Encrypter } = await import("age-encryption");
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      return encrypter.encrypt(bytes);
    },
  };
}

/** @param passphrase - strong: whoever has the file can try passphrases for years. */
export function passphraseRecipient(passphrase: string): Recipient {
  return {
    format: "passphrase",
    to: "passphrase",
    extension: "age",
    async encrypt(bytes) {
      const { Encrypter } = await import("age-encryption");
      const encrypter = new Encrypter();
      encrypter.setPassphrase(passphrase);
      return encrypter.encrypt(bytes);
    },
  };
}

async function pgpRecipient(base64: string, customer: string): Promise<Recipient> {
  const openpgp = await import("openpgp");
  const cannot = (cause: unknown) =>
    new UsageError(
      `nothing can be encrypted for the \`pgpKey\` of ${customer}: ${(cause as Error).message}`,
      "Ask the customer for a public key that is valid today and can encrypt, and put it into the file.",
    );
  const key = await openpgp
    .readKey({ binaryKey: new Uint8Array(Buffer.from(base64, "base64")) })
    .catch((cause: unknown) => Promise.reject(cannot(cause)));
  await key.getEncryptionKey().catch((cause: unknown) => Promise.reject(cannot(cause)));
  return {
    format: "pgp",
    to: `pgp:${key.getFingerprint().toUpperCase()}`,
    extension: "gpg",
    async encrypt(bytes) {
      const message = await openpgp.createMessage({ binary: bytes });
      const encryptionKeys = key.toPublic();
      // The declared type covers streams too; a message made from bytes gives bytes.
      return (await openpgp.encrypt({ message, encryptionKeys, format: "binary" })) as Uint8Array;
    },
  };
}
