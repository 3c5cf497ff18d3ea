/**
 * Proves that nothing in the printed text controls the reader's program: no text from outside moves a cursor, runs
 * as a formula, or becomes a command to a CI runner; colours appear on a terminal only.
 */
import { PassThrough } from "node:stream";
import { expect } from "chai";
import fc from "fast-check";
import { toCsv } from "../../../automation/output/csv";
import { toJson } from "../../../automation/output/json";
import { annotation } from "../../../automation/output/problemReport";
import { StreamTerminal } from "../../../automation/output/terminal";

function terminal(isTTY: boolean, environment: Record<string, string> = {}) {
  const stdout = Object.assign(new PassThrough().setEncoding("utf8"), { isTTY, columns: 80 });
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const made = new StreamTerminal(
    { stdin, stdout, stderr: stdout, onInterrupt: () => () => {} },
    environment,
  );
  return { made, read: () => String(stdout.read() ?? "") };
}

const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe("a terminal", () => {
  it("is shown no control or direction character and no line that is a command to a CI runner", () => {
    const { made, read } = terminal(false);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        made.print(`${text}\n::error::${text}`, "bad");
        const shown = read();
        return !UNSAFE.test(shown) && !/^\s*::/m.test(shown);
      }),
    );
  });

  it("has colours, unless it is not a terminal, or NO_COLOR or TERM=dumb is set", () => {
    const colours = ([isTTY, environment]: [boolean, Record<string, string>]) => {
      const { made, read } = terminal(isTTY, environment);
      made.print("LOSES", "bad");
      return read();
    };
    expect(colours([true, {}])).to.equal("\u001b[31mLOSES\u001b[39m\n");
    expect(colours([true, { NO_COLOR: "" }])).to.contain("\u001b[31m");
    expect(
      [
        [false, {}] as const,
        [true, { NO_COLOR: "1" }] as const,
        [true, { TERM: "dumb" }] as const,
      ].map(([isTTY, environment]) => colours([isTTY, environment])),
    ).to.deep.equal(Array(3).fill("LOSES\n"));
  });
});

describe("JSON", () => {
  it("gives every value back and moves no cursor", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })),
        (value) => {
          const text = toJson(value);
          expect(Object.entries(JSON.parse(text))).to.deep.equal(Object.entries(value));
          return !UNSAFE.test(text);
        },
      ),
    );
  });
});

describe("CSV", () => {
  it("has no cell that a spreadsheet takes for a formula", () => {
    const starts = ["=", "+", "-", "@", "\t=", " =", "\u0000=", "\uff1d"];
    fc.assert(
      fc.property(fc.constantFrom("", ...starts), fc.string({ unit: "binary" }), (start, text) => {
        const cell = toCsv([[start + text]]);
        const unquoted = cell.startsWith('"') ? cell.slice(1, -1) : cell;
        return !/^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(unquoted);
      }),
    );
    expect(toCsv([["=1"]])).to.equal(`"'=1"`);
  });

  it("quotes what would end a cell or a row", () => {
    expect(toCsv([["a,b", 'say "x"'], ["1"]])).to.equal('"a,b","say ""x"""\n1');
  });
});

describe("an annotation", () => {
  it("is one command, whatever the file is called and the message says", () => {
    const text = annotation({
      file: "customers/a,b:c%0A.yaml",
      line: 4,
      column: 13,
      path: "name",
      message: "100 %\n::set-output name=x::y",
      fix: "Write it.",
      check: "name",
    });
    expect(text).to.equal(
      "::error file=customers/a%2Cb%3Ac%250A.yaml,line=4,col=13,title=name::name: 100 %25\\u{a}::set-output name=x::y. Write it.",
    );
  });
});
