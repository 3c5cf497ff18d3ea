/**
 * Proves that an edit changes the lines of one value and nothing else, to the byte, whatever the layout. What is
 * written into customer files is for the test of their edits.
 */
import { expect } from "chai";
import {
  collectionAt,
  setKey,
  UneditableFileError,
  withItem,
  withoutItem,
} from "../../src/yaml/edits";

const TEXT = `# The first customer.
name: Acme # since 2019

list: [a, b]
rows:
  - x # one
  - y

# At the end.
`;

describe("an edit of a YAML text", () => {
  it("sets a value in its place, with its comment", () => {
    expect(setKey(TEXT, "name", "Globex")).to.equal(TEXT.replace("Acme", "Globex"));
    expect(setKey("a:\n", "a", "b")).to.equal("a: b\n");
  });

  it("adds a key after the last one, before comments that follow", () => {
    expect(setKey(TEXT, "status", "suspended")).to.equal(
      TEXT.replace("  - y\n", "  - y\nstatus: suspended\n"),
    );
    expect(setKey("a: b", "c", "d")).to.equal("a: b\nc: d\n");
  });

  it("deletes a key with its lines, and nothing when there is none", () => {
    expect(setKey(TEXT, "rows", undefined)).to.equal(
      TEXT.replace("rows:\n  - x # one\n  - y\n", ""),
    );
    expect(setKey(TEXT, "status", undefined)).to.equal(TEXT);
  });

  it("keeps the line ends of the file", () => {
    expect(setKey("a: b\r\n", "c", "d")).to.equal("a: b\r\nc: d\r\n");
    expect(setKey("a: b\r\n", "c", "\n  - d\n  - e")).to.equal("a: b\r\nc:\r\n  - d\r\n  - e\r\n");
  });

  it("inserts and deletes items in brackets and in lines", () => {
    const items = (key: string) => {
      const found = collectionAt(TEXT, key);
      if (found === undefined) throw new Error(`there is nothing at ${key}`);
      return found;
    };
    const list = items("list");
    expect(withItem(TEXT, list, 1, "c")).to.equal(TEXT.replace("[a, b]", "[a, c, b]"));
    expect(withItem(TEXT, list, 2, "c")).to.equal(TEXT.replace("[a, b]", "[a, b, c]"));
    expect(withoutItem(TEXT, list, 0)).to.equal(TEXT.replace("[a, b]", "[b]"));
    expect(withoutItem(TEXT, list, 1)).to.equal(TEXT.replace("[a, b]", "[a]"));
    const rows = items("rows");
    expect(withItem(TEXT, rows, 0, "w")).to.equal(TEXT.replace("  - x", "  - w\n  - x"));
    expect(withItem(TEXT, rows, 2, "z")).to.equal(TEXT.replace("  - y\n", "  - y\n  - z\n"));
    expect(withoutItem(TEXT, rows, 0)).to.equal(TEXT.replace("  - x # one\n", ""));
  });

  it("finds no items where there are none", () => {
    for (const key of ["name", "missing"]) expect(collectionAt(TEXT, key), key).to.equal(undefined);
    expect(collectionAt("a: []\n", "a")).to.equal(undefined);
  });

  for (const [what, text] of [
    ["has mistakes", "a: b\na: c\n"],
    ["is one map in braces", "{a: b}\n"],
    ["is a list", "- a\n"],
    ["begins with a byte order mark", "\uFEFFa: b\n"],
  ] as const) {
    it(`is refused when the text ${what}`, () => {
      expect(() => setKey(text, "a", "d")).to.throw(UneditableFileError, "cannot be edited");
    });
  }
});
