/** When something can be encrypted for an OpenPGP public key, judged by its structure alone (RFC 9580). */
export interface PgpUse {
  /** The key or a subkey is made for encryption, and is not revoked. */
  canEncrypt: boolean;
  /** From then on it is expired, milliseconds since 1970; undefined when it never expires. */
  expiresAt?: number;
}

/** One packet of a key: its type and its content. */
export interface PgpPacket {
  type: number;
  body: Buffer;
}

/** Packet types (RFC 9580 §5). */
const SIGNATURE = 2;
const PUBLIC_KEY = 6;
const PUBLIC_SUBKEY = 14;

/** Algorithms that encrypt: RSA, RSA for encryption only, ElGamal, ECDH, X25519, X448 (§9.1). */
const ENCRYPTING: ReadonlySet<number> = new Set([1, 2, 16, 18, 25, 26]);

/** Types of signatures: certifications of the key by itself, its binding of a subkey, revocations (§5.2.1). */
const SELF_SIGNATURES: ReadonlySet<number> = new Set([0x10, 0x11, 0x12, 0x13, 0x1f]);
const SUBKEY_BINDING = 0x18;
const REVOCATIONS: ReadonlySet<number> = new Set([0x20, 0x28]);

/** Subpackets of signatures (§5.2.3). */
const CREATED = 2;
const KEY_EXPIRATION = 9;
const KEY_FLAGS = 27;
/** Encrypt communications, encrypt storage. */
const ENCRYPTION_FLAGS = 0x0c;

interface Part {
  isPrimary: boolean;
  /** Seconds since 1970. */
  created: number;
  algorithm: number;
  /** The newest signature that says what it is for. */
  newest: number;
  flags?: number;
  /** Seconds after its creation; 0: never. */
  validFor: number;
  isRevoked: boolean;
}

/** What a public key can be used for. Signatures are not verified: whoever encrypts does that. Never throws. */
export function pgpUse(packets: readonly PgpPacket[]): PgpUse {
  const parts: Part[] = [];
  for (const { type, body } of packets) {
    if (type === PUBLIC_KEY || type === PUBLIC_SUBKEY) {
      parts.push({
        isPrimary: type === PUBLIC_KEY,
        created: uint32(body, 1),
        algorithm: body[5] ?? 0,
        newest: -1,
        validFor: 0,
        isRevoked: false,
      });
    }
    const part = parts.at(-1);
    if (type === SIGNATURE && part !== undefined) addSignature(part, body);
  }
  const primary = parts[0];
  if (primary === undefined || primary.isRevoked) return { canEncrypt: false };
  const usable = parts.filter(isForEncryption);
  if (usable.length === 0) return { canEncrypt: false };
  // A subkey does not outlive its primary key.
  const end = Math.min(endOf(primary), Math.max(...usable.map(endOf)));
  return { canEncrypt: true, ...(end === Infinity ? {} : { expiresAt: end * 1000 }) };
}

/** Only a primary key may lack flags: keys from before 2007 do. */
function isForEncryption({ isPrimary, algorithm, flags, isRevoked }: Part): boolean {
  if (isRevoked || !ENCRYPTING.has(algorithm)) return false;
  return flags === undefined ? isPrimary : (flags & ENCRYPTION_FLAGS) !== 0;
}

function endOf({ created, validFor }: Part): number {
  return validFor === 0 ? Infinity : created + validFor;
}

function addSignature(part: Part, body: Buffer): void {
  const [version = 0, type = 0] = body;
  if (REVOCATIONS.has(type)) part.isRevoked = true;
  const isOwn = part.isPrimary ? SELF_SIGNATURES.has(type) : type === SUBKEY_BINDING;
  if (!isOwn) return;
  const found = hashedSubpackets(version, body);
  const [flags, expiration] = [found.get(KEY_FLAGS), found.get(KEY_EXPIRATION)];
  // Certifications by others say nothing about a key's use.
  const made = uint32(found.get(CREATED) ?? Buffer.alloc(0), 0);
  const saysNothing = part.isPrimary && flags === undefined && expiration === undefined;
  if (saysNothing || made < part.newest) return;
  part.newest = made;
  part.flags = flags?.[0];
  part.validFor = expiration === undefined ? 0 : uint32(expiration, 0);
}

/** The subpackets that the signature covers (§5.2.3). */
function hashedSubpackets(version: number, body: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  const size = version === 6 ? 4 : 2;
  if (body.length < 4 + size) return found;
  const end = Math.min(body.length, 4 + size + body.readUIntBE(4, size));
  for (let at = 4 + size; at < end;) {
    const [length, header] = subpacketLength(body, at);
    if (length < 1 || at + header + length > end) break;
    const type = (body[at + header] ?? 0) & 0x7f;
    found.set(type, body.subarray(at + header + 1, at + header + length));
    at += header + length;
  }
  return found;
}

/** §5.2.3.7. */
function subpacketLength(body: Buffer, at: number): [length: number, header: number] {
  const first = body[at] ?? 0;
  if (first < 192) return [first, 1];
  if (first < 255) return [(first - 192) * 256 + (body[at + 1] ?? 0) + 192, 2];
  return [uint32(body, at + 1), 5];
}

function uint32(bytes: Buffer, at: number): number {
  return at + 4 > bytes.length ? 0 : bytes.readUInt32BE(at);
}
