// As much of the ZIP format as an XLSX file needs (PKWARE APPNOTE 6.3.3): stored and deflated
// entries, no encryption, no ZIP64. Written for this, because a library that trusts the sizes in
// the archive inflates a bomb.
import { crc32, inflateRawSync } from "node:zlib";

/** Thrown when the bytes are no archive that can be read; the message completes "got …". */
export class ZipError extends Error {}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
/** Longest comment behind the last entry. */
const COMMENT = 0xffff;

/** The entries' names, without reading what they hold. @throws ZipError */
export function zipNames(bytes: Uint8Array): string[] {
  return centralDirectory(bytes).map(({ name }) => name);
}

/**
 * Unpacks entries.
 *
 * @param maxBytes - most that all of them together may hold.
 * @param wanted - by name; the others are not inflated.
 * @throws ZipError
 */
export function readZip(
  bytes: Uint8Array,
  maxBytes: number,
  wanted: (name: string) => boolean = () => true,
): Map<string, Uint8Array> {
  const view = viewOf(bytes);
  let left = maxBytes;
  const entries = new Map<string, Uint8Array>();
  for (const { name, method, encrypted, packed, offset } of centralDirectory(bytes)) {
    if (!wanted(name)) continue;
    if (encrypted) throw new ZipError("a file with a password");
    if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) {
      throw new ZipError("a damaged archive");
    }
    const names = view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    const data = bytes.subarray(offset + 30 + names, offset + 30 + names + packed);
    const content = method === 0 ? data : inflate(data, method, left);
    left -= content.length;
    if (left < 0) throw new ZipError(tooLarge(maxBytes));
    entries.set(name, content);
  }
  return entries;

  function inflate(data: Uint8Array, method: number, most: number): Uint8Array {
    if (method !== 8) throw new ZipError("a damaged archive");
    try {
      return inflateRawSync(data, { maxOutputLength: Math.max(1, most) });
    } catch (error) {
      const isTooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      throw new ZipError(isTooLarge ? tooLarge(maxBytes) : "a damaged archive");
    }
  }
}

/** Packs entries without compressing them. */
export function writeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const path = Buffer.from(name);
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(crc32(content), 0);
    sizes.writeUInt32LE(content.length, 4);
    sizes.writeUInt32LE(content.length, 8);
    sizes.writeUInt16LE(path.length, 12);
    // Version 2.0, names in UTF-8, stored, without a time.
    const common = Buffer.from([20, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL);
    const entry = Buffer.concat([local, common, sizes, path, content]);
    const head = Buffer.alloc(6);
    head.writeUInt32LE(CENTRAL);
    head.writeUInt16LE(20, 4);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([head, common, sizes, tail, path]));
    parts.push(entry);
    offset += entry.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.size, 8);
  end.writeUInt16LE(entries.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  /** Size in the archive. */
  packed: number;
  /** Of its local header. */
  offset: number;
}

function centralDirectory(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes);
  let end = bytes.length - END_SIZE;
  const first = Math.max(0, end - COMMENT);
  while (end >= first && view.getUint32(end, true) !== END) end--;
  if (end < first) throw new ZipError("an archive that is cut off");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw new ZipError("a damaged archive");
    }
    const length = view.getUint16(at + 28, true);
    const entry = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      packed: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    };
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return entry;
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function tooLarge(maxBytes: number): string {
  return `one that unpacks to more than ${Math.round(maxBytes / 1024 / 1024)} MiB`;
}
