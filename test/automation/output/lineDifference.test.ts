/** Proves that a difference of lines shows each change and nothing else: what it shows turns the one text into the other. */
import { expect } from "chai";
import fc from "fast-check";
import { lineDifference } from "../../../automation/output/lineDifference";

describe("a difference of lines", () => {
  it("shows changed lines with two unchanged ones around them", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\n";
    expect(lineDifference(before, before.replace("e", "E"))).to.deep.equal([
      "…",
      "  c",
      "  d",
      "- e",
      "+ E",
      "  f",
      "  g",
      "…",
    ]);
    expect(lineDifference(before, before)).to.deep.equal([]);
    expect(lineDifference("", "a\nb\n")).to.deep.equal(["+ a", "+ b"]);
    expect(lineDifference("a\n", "")).to.deep.equal(["- a"]);
  });

  it("contains every line that is added or removed, and no other as such", () => {
    const lines = fc.array(fc.constantFrom<string>("a", "b", "c", "d"), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const shown = lineDifference(before.join("\n"), after.join("\n"));
        const marked = (mark: string) =>
          shown.filter((line) => line.startsWith(`${mark} `)).map((line) => line.slice(2));
        const left = [...before];
        for (const line of marked("-")) left.splice(left.indexOf(line), 1);
        expect([...left, ...marked("+")].sort()).to.deep.equal([...after].sort());
      }),
    );
  });
});
