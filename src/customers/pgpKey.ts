const ARMOR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)\r?\n-----END PGP PUBLIC KEY BLOCK-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Packet tag of a public key (RFC 9580, "Packet Types"); a secret key has 5. */
const PUBLIC_KEY_PACKET = 6;

/**
 * Reads an OpenPGP public key, armored or in base64.
 *
 * @returns base64 of the key's bytes, as `aws.iam.AccessKey` wants it; undefined when it is no public key.
 */
export function pgpPublicKey(text: string): string | undefined {
  const body = ARMOR.test(text.trim()) ? armoredBody(text.trim()) : text.replace(/\s/g, "");
  if (!BASE64.test(body)) return undefined;
  const bytes = Buffer.from(body, "base64");
  return packetTag(bytes[0] ?? 0) === PUBLIC_KEY_PACKET ? bytes.toString("base64") : undefined;
}

/** Without the headers before the blank line and the checksum behind the last one. */
function armoredBody(text: string): string {
  const lines = (ARMOR.exec(text)?.[1] ?? "").split(/\r?\n/).map((line) => line.trim());
  const blank = lines.indexOf("");
  return lines
    .slice(blank + 1)
    .filter((line) => !line.startsWith("="))
    .join("");
}

function packetTag(header: number): number | undefined {
  if ((header & 0x80) === 0) return undefined;
  const isNewFormat = (header & 0x40) !== 0;
  return isNewFormat ? header & 0x3f : (header & 0x3c) >> 2;
}
