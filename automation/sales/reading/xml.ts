// XML of a workbook → events, while it is unpacked. A sheet takes no more memory than a piece of it.
import { PieceParser, type XmlHandlers } from "./xmlPieces";
import { XmlError, XmlSize } from "./xmlSize";

/** Enough that dividing the text takes no time, and few beside 100,000 rows. */
const PIECE = 512 * 1024;

/**
 * Parses a whole document.
 *
 * @param unpack - gives its bytes; called twice, because what would take too long is refused before it is parsed.
 * @param stopped - asked after each element; true ends the parsing there.
 * @param piece - characters that are parsed together at least.
 * @throws XmlError, and what `unpack` throws.
 */
export async function parseXml(
  unpack: () => AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  stopped: () => boolean = () => false,
  piece = PIECE,
): Promise<void> {
  const size = new XmlSize();
  for await (const bytes of unpack()) size.add(bytes);
  const parser = new PieceParser(handlers, stopped, piece);
  for await (const text of decoded(unpack())) {
    parser.add(text);
    if (stopped()) return;
  }
  parser.end();
}

/** @throws XmlError */
async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const bytes of chunks) {
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
      yield decoder.decode(bytes, { stream: true });
    }
    yield decoder?.decode() ?? "";
  } catch (error) {
    // What a decoder throws; an error of the archive passes.
    if (error instanceof TypeError) throw damaged();
    throw error;
  }
}

function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}
