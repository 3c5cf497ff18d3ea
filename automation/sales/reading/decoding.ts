// Bytes of a text file → the encodings that they may be in, the likeliest first. Which of them it
// is, the mapped headers decide: nothing is guessed from how often a byte occurs.
import { isUtf8 } from "node:buffer";

/** One way to read the bytes. */
export interface Decoding {
  /** Its usual name, e.g. `UTF-8`. */
  encoding: string;
  /** How the text begins, with LF as its line ends. */
  sample: string;
  /** Neither the file nor the mapping names it. */
  assumed?: boolean;
  /**
   * The whole text in UTF-8, with LF as its line ends. A large export is not kept as text besides.
   */
  utf8(): Uint8Array;
}

/** How much of a text shows its header, in bytes. */
const SAMPLE_BYTES = 200_000;
const UTF_16 = ["utf-16le", "utf-16be"] as const;

/**
 * All encodings that fit. A byte order mark decides; else UTF-8 where every byte fits, UTF-16, the
 * mapping's encoding, windows-1252.
 *
 * @param mapped - the mapping's `encoding`.
 */
export function* decodings(bytes: Uint8Array, mapped: string | undefined): Generator<Decoding> {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    if (isUtf8(bytes)) yield utf8(bytes.subarray(3));
    return;
  }
  // Data Loader writes the mark of the other byte order before text that is little-endian.
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    const order = a === 0xff ? UTF_16 : [...UTF_16].reverse();
    for (const encoding of order) yield* strictly(bytes.subarray(2), encoding);
    return;
  }
  if (isUtf8(bytes)) yield utf8(bytes);
  for (const encoding of UTF_16) if (bytes.includes(0)) yield* strictly(bytes, encoding);
  if (mapped !== undefined) yield* strictly(bytes, mapped);
  else if (!isDamagedUtf8(bytes)) yield { ...other(bytes, "windows-1252"), assumed: true };
}

function utf8(bytes: Uint8Array): Decoding {
  const sample = new TextDecoder().decode(bytes.subarray(0, SAMPLE_BYTES), { stream: true });
  return {
    encoding: "UTF-8",
    sample: withLineFeeds(sample),
    utf8: () => (bytes.includes(CR) ? bytesWithLineFeeds(bytes) : bytes),
  };
}

function* strictly(bytes: Uint8Array, encoding: string): Generator<Decoding> {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return; // The bytes are not in this encoding.
  }
  yield other(bytes, encoding);
}

function other(bytes: Uint8Array, encoding: string): Decoding {
  const decoder = () => new TextDecoder(encoding);
  const sample = decoder().decode(bytes.subarray(0, SAMPLE_BYTES), { stream: true });
  return {
    encoding: encoding.replace("utf-", "UTF-"),
    sample: withLineFeeds(sample),
    utf8: () => Buffer.from(withLineFeeds(decoder().decode(bytes))),
  };
}

const [LF, CR] = [0x0a, 0x0d];

/** One kind of line end, also inside of quotes, so that lines are counted as editors count them. */
function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The same for bytes in UTF-8, in which no other character holds these. */
function bytesWithLineFeeds(bytes: Uint8Array): Uint8Array {
  const result = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === CR && bytes[at + 1] === LF) continue;
    result[length++] = byte === CR ? LF : byte;
  }
  return result.subarray(0, length);
}

/**
 * UTF-8 but for some bytes, such as a file that was cut off inside of a character. Text in another
 * encoding practically never holds a sequence that is right in UTF-8.
 */
export function isDamagedUtf8(bytes: Uint8Array): boolean {
  if (isUtf8(bytes)) return false;
  const text = new TextDecoder("utf-8").decode(bytes);
  return /(?!\ufffd)[^\0-\x7f]/.test(text);
}

/** The text with a replacement character for each byte that is not UTF-8, to look for headers in. */
export function lenientUtf8(bytes: Uint8Array): Decoding {
  return utf8(bytes);
}

/** The line of the first byte that is not UTF-8. */
export function damagedLine(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.slice(0, text.indexOf("\ufffd")).split("\n").length;
}
