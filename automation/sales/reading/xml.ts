// XML of a workbook → events, while it is unpacked. A sheet takes no more memory than a piece of it.
import { isUtf8 } from "node:buffer";
import { XmlError } from "./xmlError";
import { XmlScanner, type XmlHandlers } from "./xmlScanner";

/** Larger than the longest text, so that hardly a byte is read twice. */
const PIECE = 512 * 1024;

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * Parses a whole document.
 *
 * @param chunks - its bytes, in UTF-8 or, with a byte order mark, in UTF-16.
 * @param stopped - asked before each tag and text; true ends the parsing there.
 * @param piece - bytes that are parsed together at least.
 * @throws XmlError, and what `chunks` throws.
 */
export async function parseXml(
  chunks: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  stopped: () => boolean = () => false,
  piece = PIECE,
): Promise<void> {
  const scanner = new XmlScanner(handlers, stopped);
  let bytes = Buffer.allocUnsafe(2 * piece);
  /** How many bytes are filled, and how many of these are known to be UTF-8. */
  let [length, checked] = [0, 0];
  let isBegun = false;
  const scan = (isEnd: boolean) => {
    if (!isBegun && bytes.subarray(0, length).indexOf(BYTE_ORDER_MARK) === 0) {
      bytes.copyWithin(0, BYTE_ORDER_MARK.length, length);
      length -= BYTE_ORDER_MARK.length;
    }
    isBegun = true;
    checked = checkedTo(bytes, checked, length, isEnd);
    const read = scanner.scan(bytes.subarray(0, length), isEnd);
    bytes.copyWithin(0, read, length);
    [length, checked] = [length - read, checked - read];
  };
  for await (const chunk of inUtf8(chunks)) {
    if (length + chunk.length > bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (length + chunk.length));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    bytes.set(chunk, length);
    length += chunk.length;
    if (length < piece) continue;
    scan(false);
    if (stopped()) return;
  }
  scan(true);
}

/** @returns the place up to which all is UTF-8. @throws XmlError */
function checkedTo(bytes: Buffer, from: number, length: number, isEnd: boolean): number {
  let to = length;
  // A piece may end inside of a character; none ends behind a byte of ASCII.
  while (!isEnd && to > from && (bytes[to - 1] ?? 0) > 0x7f) to--;
  if (!isUtf8(bytes.subarray(from, to))) throw damaged();
  return to;
}

/** The document in UTF-8. @throws XmlError */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let encoding: string | undefined;
  let decoder: TextDecoder | undefined;
  for await (const bytes of chunks) {
    encoding ??= encodingOf(bytes);
    if (encoding !== "utf-8") decoder ??= new TextDecoder(encoding, { fatal: true });
    yield decoder === undefined ? bytes : Buffer.from(decoded(decoder, bytes));
  }
  if (decoder !== undefined) yield Buffer.from(decoded(decoder));
}

function decoded(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw damaged();
  }
}

function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}
