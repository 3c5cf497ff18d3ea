// Bytes of a text file → the texts that they may be, the likeliest first. Which of them it is, the mapped headers
// decide: nothing is guessed from how often a byte occurs.

/** One way to read the bytes. */
export interface Decoding {
  /** As a person knows it, e.g. `UTF-8`. */
  encoding: string;
  text: string;
  /** Nobody said that it is this encoding. */
  assumed?: boolean;
}

const UTF_16 = ["utf-16le", "utf-16be"] as const;

/**
 * All decodings that fit, made one after the other as they are asked for. A byte order mark decides; else UTF-8 where
 * every byte fits, UTF-16, the mapping's encoding, windows-1252.
 *
 * @param mapped - the mapping's `encoding`.
 */
export function* decodings(bytes: Uint8Array, mapped: string | undefined): Generator<Decoding> {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    yield* strictly(bytes, "utf-8");
    return;
  }
  // Data Loader writes the mark of the other byte order before text that is little-endian.
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    const order = a === 0xff ? UTF_16 : [...UTF_16].reverse();
    for (const encoding of order) yield* strictly(bytes.subarray(2), encoding);
    return;
  }
  yield* strictly(bytes, "utf-8");
  for (const encoding of UTF_16) if (bytes.includes(0)) yield* strictly(bytes, encoding);
  if (mapped !== undefined) yield* strictly(bytes, mapped);
  else if (!isDamagedUtf8(bytes)) {
    const text = new TextDecoder("windows-1252").decode(bytes);
    yield { encoding: "windows-1252", text, assumed: true };
  }
}

function* strictly(bytes: Uint8Array, encoding: string): Generator<Decoding> {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    yield { encoding: encoding === "utf-8" ? "UTF-8" : encoding.replace("utf-", "UTF-"), text };
  } catch {
    // The bytes are not in this encoding.
  }
}

/**
 * UTF-8 but for some bytes, such as a file that was cut off inside of a character. Text in another encoding practically
 * never holds a sequence that is right in UTF-8.
 */
export function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.includes("\ufffd") && /(?!\ufffd)[^\0-\x7f]/.test(text);
}

/** The line of the first byte that is not UTF-8. */
export function damagedLine(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8").decode(bytes);
  return text.slice(0, text.indexOf("\ufffd")).split("\n").length;
}
