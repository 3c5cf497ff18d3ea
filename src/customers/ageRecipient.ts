// age recipients, judged by their structure alone (age-encryption.org/v1, BIP 173): a typo in one would
// encrypt a key for no one; it is found when the file is checked, not when the key is handed over.
import { bech32 } from "@scure/base";

/** Human-readable part → bytes of the key: X25519, and the post-quantum hybrid of `age-keygen -pq`. */
const KEY_BYTES: ReadonlyMap<string, number> = new Map([
  ["age", 32],
  ["age1pq", 1216],
]);

/** True for a recipient that the script can encrypt for; checks the complete text, with its checksum. */
export function isAgeRecipient(text: string): boolean {
  // BIP 173 allows capitals, age does not.
  if (text !== text.toLowerCase()) return false;
  try {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
    return bech32.fromWords(words).length === KEY_BYTES.get(prefix);
  } catch {
    return false;
  }
}

/** True for text that contains an age identity, which is a private key. */
export function isAgeIdentity(text: string): boolean {
  return /AGE-SECRET-KEY-/i.test(text);
}
