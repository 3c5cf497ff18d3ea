// Bytes → text: the first step of reading a file that people edit. What is refused here
// (size, encoding, invisible characters) never reaches the YAML parser.
import { INVISIBLE_IN_NAME, invisibleName } from "../printable";
import { problemIn, type Problem } from "../problem";

/** Longest file that is read, in bytes. A customer file with a PGP key has about 4 KiB. */
export const MAX_FILE_BYTES = 64 * 1024;

/** A file may also hold tabs, line feeds, and a carriage return that belongs to a line feed. */
const FORBIDDEN_IN_FILE = new RegExp(`(?![\\t\\n]|\\r\\n)${INVISIBLE_IN_NAME.source}`, "u");

export interface Position {
  /** Both 1-based; columns count UTF-16 units, as editors do. */
  line: number;
  column: number;
}

/** Offsets of a text as lines and columns. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      this.starts.push(at + 1);
    }
  }

  /** Line and column of a 0-based offset. */
  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

interface Decoded {
  /** Without a byte order mark. Missing when there is a problem. */
  text?: string;
  problems: Problem[];
}

/** Decodes a file strictly; a byte order mark at its start is accepted and dropped. */
export function decode(source: Uint8Array | string, file: string): Decoded {
  const bytes = typeof source === "string" ? Buffer.byteLength(source) : source.byteLength;
  if (bytes > MAX_FILE_BYTES) return refuse(file, { line: 1, column: 1 }, tooLarge(bytes));
  const text = typeof source === "string" ? source.replace(/^\uFEFF/, "") : decodeUtf8(source);
  if (text === undefined) return refuse(file, firstBadByte(source as Uint8Array), NOT_UTF8);
  const found = FORBIDDEN_IN_FILE.exec(text);
  if (found === null) return { text, problems: [] };
  return refuse(file, new Lines(text).position(found.index), forbidden(found[0]));
}

type Finding = Pick<Problem, "message" | "fix" | "check">;

const NOT_UTF8: Finding = {
  check: "utf-8",
  message: "expected text in UTF-8, got a byte that is not",
  fix: "Save the file with encoding UTF-8.",
};

function tooLarge(bytes: number): Finding {
  const size = bytes > MAX_FILE_BYTES + 1 ? `${bytes}` : "more";
  return {
    check: "file-size",
    message: `expected at most ${MAX_FILE_BYTES} bytes, got ${size}`,
    fix: "Keep only the keys of a customer file in it.",
  };
}

function forbidden(character: string): Finding {
  const message = `expected visible characters, got ${invisibleName(character)}`;
  if (character === "\r") {
    const fix = "Save the file with LF or CRLF as its line ends.";
    return { check: "characters", message: `${message} without a line feed`, fix };
  }
  const fix = /\p{Cc}/u.test(character)
    ? "Delete it; many editors do not show it."
    : "Delete it; text copied from a web page or a document often contains one.";
  return { check: "characters", message, fix };
}

function refuse(file: string, position: Position, finding: Finding): Decoded {
  const { check, message, fix } = finding;
  return { problems: [problemIn(file, check, message, fix, position)] };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where strict decoding stops: the longest prefix that decodes, found by halving. */
function firstBadByte(bytes: Uint8Array): Position {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (decodesAsPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, good), { stream: true });
  return new Lines(text).position(text.length);
}

/** True when no byte so far is wrong; a character may still be incomplete at the end. */
function decodesAsPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
