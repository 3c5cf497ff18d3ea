// A tar archive in memory (POSIX.1-2017 pax, "ustar Interchange Format"): the secret must not touch a disk
// before it is encrypted, and the format takes no more than a header of 512 bytes for each file.

export interface TarEntry {
  /** Relative, with `/`; at most 100 ASCII characters. A folder's path ends with `/`. */
  path: string;
  content: string | Uint8Array;
  /** Permission bits, e.g. 0o600. */
  mode: number;
}

const BLOCK = 512;
const LONGEST_PATH = 100;

/**
 * @param modified - modification time of all entries, in seconds since 1970.
 * @throws Error for a path that the format cannot hold.
 */
export function tar(entries: readonly TarEntry[], modified: number): Buffer {
  const parts = entries.flatMap(({ path, content, mode }) => {
    const bytes = Buffer.from(content as string);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [header(path, bytes.length, mode, modified), bytes, padding];
  });
  // An archive ends with two empty blocks.
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number, mode: number, modified: number): Buffer {
  if (!/^[\x21-\x7e]+$/.test(path) || path.length > LONGEST_PATH) {
    throw new Error(`expected a path of at most ${LONGEST_PATH} ASCII characters: ${path}`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(path, 0, "latin1");
  octal(mode, 100, 8);
  octal(0, 108, 8); // Owner and group: those of the user who unpacks it.
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(modified, 136, 12);
  block.write(path.endsWith("/") ? "5" : "0", 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  // The checksum counts its own field as spaces.
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
