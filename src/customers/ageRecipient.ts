// age recipients, judged by their structure alone (age-encryption.org/v1, BIP 173): a slip in one would
// encrypt a key for nobody, and it is found when the file is checked, not when the key is handed over.

/** Human-readable part → bytes of the key: X25519, and the post-quantum hybrid of `age-keygen -pq`. */
const KEY_BYTES: ReadonlyMap<string, number> = new Map([
  ["age", 32],
  ["age1pq", 1216],
]);

const CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_LENGTH = 6;

/** True for a recipient that the script can encrypt for: the whole text, checksum included. */
export function isAgeRecipient(text: string): boolean {
  const end = text.lastIndexOf("1");
  const prefix = text.slice(0, Math.max(end, 0));
  const bytes = KEY_BYTES.get(prefix);
  if (bytes === undefined) return false;
  const values = [...text.slice(end + 1)].map((character) => CHARACTERS.indexOf(character));
  const length = Math.ceil((bytes * 8) / 5) + CHECKSUM_LENGTH;
  return values.length === length && !values.includes(-1) && checksumFits(prefix, values);
}

/** True for text with an age identity in it, which is a private key. */
export function isAgeIdentity(text: string): boolean {
  return /AGE-SECRET-KEY-/i.test(text);
}

function checksumFits(prefix: string, values: readonly number[]): boolean {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  return polymod([...expanded, ...values]) === 1;
}

/** BIP 173, "Checksum". */
function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    generator.forEach((part, bit) => (checksum ^= (top >>> bit) & 1 ? part : 0));
  }
  return checksum;
}
