// OpenPGP public keys, judged by their structure alone (RFC 9580): nothing is encrypted here, and a
// library that could do more would also have to be trusted with keys that are pasted by mistake.

import { pgpUse, type PgpPacket, type PgpUse } from "./pgpUse";

/** What a text turned out to be. Nothing of a private key is kept. */
type PgpKey =
  { kind: "public"; base64: string; use: PgpUse } | { kind: "private" } | { kind: "none" };

const NONE: PgpKey = { kind: "none" };

const ARMOR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*-----END PGP PUBLIC KEY BLOCK-----$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Packet types (RFC 9580 §5): a public key, and what must never be in a file. */
const PUBLIC_KEY = 6;
const SECRET_KEY = 5;
const SECRET_SUBKEY = 7;

/** Versions of a key packet that are in use; 3 has been broken for decades. */
const KEY_VERSIONS: ReadonlySet<number | undefined> = new Set([4, 5, 6]);

/** Base64 of the key's bytes, as `aws.iam.AccessKey` expects it; undefined when it is not a public key. */
export function pgpPublicKey(text: string): string | undefined {
  const key = readPgpKey(text);
  return key.kind === "public" ? key.base64 : undefined;
}

/** Determines what an armored block or base64 text is. Never throws. */
export function readPgpKey(text: string): PgpKey {
  const trimmed = text.trim();
  if (/PRIVATE KEY/i.test(trimmed)) return { kind: "private" };
  const bytes = trimmed.startsWith("-") ? fromArmor(trimmed) : fromBase64(trimmed);
  if (bytes === undefined) return NONE;
  const { read, complete } = packets(bytes);
  const types = read.map(({ type }) => type);
  if (types.some((type) => type === SECRET_KEY || type === SECRET_SUBKEY)) {
    return { kind: "private" };
  }
  if (!complete || types[0] !== PUBLIC_KEY) return NONE;
  return { kind: "public", base64: bytes.toString("base64"), use: pgpUse(read) };
}

/** The bytes of an armored block without its headers; undefined when its checksum does not match. */
function fromArmor(text: string): Buffer | undefined {
  const body = ARMOR.exec(text)?.[1];
  if (body === undefined) return undefined;
  const lines = body.split("\n").map((line) => line.trim());
  // Headers, if any, end with an empty line.
  const content = lines.slice(lines.indexOf("") + 1);
  const bytes = fromBase64(content.filter((line) => !line.startsWith("=")).join(""));
  const checksum = content.find((line) => line.startsWith("="))?.slice(1);
  if (bytes === undefined || checksum === undefined) return bytes;
  return crc24(bytes).toString("base64") === checksum ? bytes : undefined;
}

function fromBase64(text: string): Buffer | undefined {
  const body = text.replace(/\s/g, "");
  if (!BASE64.test(body)) return undefined;
  const bytes = Buffer.from(body, "base64");
  // Buffer ignores what does not fit; then the text is not what the bytes say.
  const strip = (base64: string) => base64.replace(/=+$/, "");
  return strip(bytes.toString("base64")) === strip(body) ? bytes : undefined;
}

/** The packets in order; `complete` when headers and lengths fit to the last byte. */
function packets(bytes: Buffer): { read: PgpPacket[]; complete: boolean } {
  const read: PgpPacket[] = [];
  for (let at = 0; at < bytes.length;) {
    const header = bytes[at] ?? 0;
    if ((header & 0x80) === 0) return { read, complete: false };
    const isNewFormat = (header & 0x40) !== 0;
    const type = isNewFormat ? header & 0x3f : (header & 0x3c) >> 2;
    const length = isNewFormat ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, header & 3);
    const start = at + 1 + length.size;
    const end = start + length.value;
    // The type counts although the rest is damaged: it may be a secret key's.
    const isWhole = !Number.isNaN(end) && end <= bytes.length;
    read.push({ type, body: isWhole ? bytes.subarray(start, end) : Buffer.alloc(0) });
    if (!isWhole) return { read, complete: false };
    if (read.length === 1 && !KEY_VERSIONS.has(bytes[start])) return { read, complete: false };
    at = end;
  }
  return { read, complete: read.length > 0 };
}

interface Length {
  /** How many bytes the length itself takes. */
  size: number;
  /** NaN where no length can be: keys have no packets of partial or open length. */
  value: number;
}

/** RFC 9580 §4.2.1. */
function newLength(bytes: Buffer, at: number): Length {
  const first = bytes[at] ?? NaN;
  if (first < 192) return { size: 1, value: first };
  if (first < 224) return { size: 2, value: (first - 192) * 256 + (bytes[at + 1] ?? NaN) + 192 };
  return { size: 5, value: first === 255 ? bigEndian(bytes, at + 1, 4) : NaN };
}

/** RFC 9580 §4.2.2. */
function oldLength(bytes: Buffer, at: number, type: number): Length {
  const size = 2 ** type;
  return { size, value: type === 3 ? NaN : bigEndian(bytes, at, size) };
}

function bigEndian(bytes: Buffer, at: number, size: number): number {
  return at + size > bytes.length ? NaN : bytes.readUIntBE(at, size);
}

/** The armor's checksum (RFC 9580 §6.1.1). */
function crc24(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  const result = Buffer.alloc(3);
  result.writeUIntBE(crc & 0xffffff, 0, 3);
  return result;
}
