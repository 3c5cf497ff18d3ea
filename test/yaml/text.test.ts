/**
 * Proves which bytes are text that may be parsed, and where a problem is when they are not: size, encoding,
 * invisible characters, line ends.
 */
import { expect } from "chai";
import fc from "fast-check";
import { decode, Lines, MAX_FILE_BYTES } from "../../src/yaml/text";

function found(source: Uint8Array | string): string[] {
  return decode(source, "a.yaml").problems.map(
    ({ check, line, column }) => `${check} ${line}:${column}`,
  );
}

describe("the text of a file", () => {
  it("is decoded without its byte order mark, with its tabs and line ends", () => {
    const text = "name: Ärzte\r\n\tx: ✓\n";
    for (const source of [text, `\uFEFF${text}`, Buffer.from(text), Buffer.from(`\uFEFF${text}`)]) {
      expect(decode(source, "a.yaml")).to.deep.equal({ text, problems: [] });
    }
  });

  it("has at most 64 KiB, counted in bytes", () => {
    expect(found("a".repeat(MAX_FILE_BYTES))).to.deep.equal([]);
    expect(found("a".repeat(MAX_FILE_BYTES + 1))).to.deep.equal(["file-size 1:1"]);
    expect(found("ä".repeat(MAX_FILE_BYTES / 2 + 1))).to.deep.equal(["file-size 1:1"]);
  });

  it("is refused at the first byte that is not UTF-8", () => {
    const before = Buffer.from("name: é\nä");
    expect(found(Buffer.concat([before, Buffer.from([0xff]), before]))).to.deep.equal([
      "utf-8 2:2",
    ]);
    expect(found(Buffer.from([0xc3]))).to.deep.equal(["utf-8 1:1"]);
  });

  it("is refused at a character that is not visible, and at a carriage return alone", () => {
    expect(found("a: b\nc: \u202ed\n")).to.deep.equal(["characters 2:4"]);
    expect(found("a: b\u0000\n")).to.deep.equal(["characters 1:5"]);
    expect(found("a: b\rc: d\n")).to.deep.equal(["characters 1:5"]);
  });

  it("has each offset in the line and column that counting gives", () => {
    const texts = fc.array(fc.constantFrom("a", "\n", "é"), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (characters) => {
        const text = characters.join("");
        const lines = new Lines(text);
        for (let offset = 0; offset <= text.length; offset += 1) {
          const before = text.slice(0, offset).split("\n");
          const last = before.at(-1) ?? "";
          expect(lines.position(offset)).to.deep.equal({
            line: before.length,
            column: last.length + 1,
          });
        }
      }),
    );
  });
});
