/**
 * Proves that nothing which passes through can move a cursor, reorder text, break a line or give a CI
 * runner a command. Proves nothing about Markdown and HTML, which have escapes of their own.
 */
import { expect } from "chai";
import fc from "fast-check";
import { printable, quoted } from "../src/printable";

describe("printable text", () => {
  const cases: [string, string, string][] = [
    ["an escape sequence", "a\u001b[31mb", "a\\u{1b}[31mb"],
    ["NUL, DEL and C1", "\0\u007f\u009b", "\\u{0}\\u{7f}\\u{9b}"],
    ["a direction override", "a\u202eb", "a\\u{202e}b"],
    ["an isolate", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["zero width characters", "a\u200b\ufeffb", "a\\u{200b}\\u{feff}b"],
    ["line ends of any kind", "a\r\nb\u2028c\u0085d", "a\\u{d}\\u{a}b\\u{2028}c\\u{85}d"],
    ["half of a surrogate pair", "a\ud800b", "a\\u{d800}b"],
    ["a command of a CI runner", "::set-output name=a::b", "\\u{3a}:set-output name=a::b"],
    ["one behind blanks", "  ::error::x", "  \\u{3a}:error::x"],
    ["ordinary text", "Müller & Söhne 日本 🚀", "Müller & Söhne 日本 🚀"],
  ];
  for (const [what, text, shown] of cases) {
    it(`shows ${what}`, () => expect(printable(text)).to.equal(shown));
  }

  it("is cut without leaving half a character", () => {
    expect(printable("abcdef", 3)).to.equal("abc…");
    expect(printable("ab🚀", 3)).to.equal("ab…");
    expect(printable("abc", 3)).to.equal("abc");
  });

  it("of any text is one safe line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(50), (text, length) => {
        for (const shown of [printable(text), printable(text, length)]) {
          expect(shown).to.match(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
          expect(shown.trimStart().startsWith("::")).to.equal(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("in quotes never holds a private key", () => {
    expect(quoted("-----BEGIN RSA PRIVATE KEY-----\nabc")).to.equal("a private key (not shown)");
    expect(quoted("abc")).to.equal('"abc"');
    expect(quoted("a".repeat(100))).to.equal(`"${"a".repeat(60)}…"`);
  });
});
