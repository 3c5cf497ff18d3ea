/**
 * Proves that a file in plain form gives the same nodes as by the parser of all of YAML, that a file in another form is
 * left to that parser, and that files are really read the short way: those of this project and those that it writes.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { parseCustomer } from "../../src/customers/parse";
import { readYaml } from "../../src/yaml/nodes";
import { readPlainForm } from "../../src/yaml/plainForm";

const CUSTOMERS = join(__dirname, "../../customers");

/** Pieces of which lines are made: those of the plain form, and what makes a line something else. */
const PIECES = [
  ..."name|a|1|07|é|漢|😀|x-y|it's|a.b|No. 5|true|null|~|<<".split("|"),
  ...': |:| :|, |,|[|]|{|}|{ | }|"|"b c"|\'|#| # |  |- |-|---|...|&a |*a|!t |%|@|`||\\|\t|? |=|()|/'.split(
    "|",
  ),
  "| ",
  "> ",
];

const line = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join("")),
  fc
    .tuple(fc.constantFrom("a", "b", "name", "repositories"), fc.array(fc.constantFrom(...PIECES)))
    .map(([key, pieces]) => `${key}: ${pieces.join("")}`),
  fc.constantFrom(
    "",
    "# comment: x",
    "a: [b, c]",
    'b: { 1: active, x: "7 8" }',
    'c: ["a: b", "#"]',
    "  more",
    "d: word, and more (x)",
    "e: {a: b, a: c}",
  ),
);
const plainLine = fc
  .tuple(
    fc.constantFrom("a", "bc", "keys", "name"),
    fc.array(fc.constantFrom(...PIECES, "x"), { maxLength: 3 }),
  )
  .map(([key, pieces]) => `${key}: w${pieces.join("")}`);
const text = fc
  .tuple(
    fc.array(fc.oneof(line, plainLine), { maxLength: 4 }),
    fc.constantFrom("", "\n", "\n\n", "\r\n"),
  )
  .map(([lines, end]) => lines.join("\n") + end);

describe("a file in plain form", function () {
  this.timeout(60_000);

  it("gives the same nodes as by the parser of all of YAML", () => {
    let plain = 0;
    fc.assert(
      fc.property(text, (written) => {
        const root = readPlainForm(written);
        if (root === undefined) return;
        plain += 1;
        expect({ root, problems: [] }).to.deep.equal(readYaml(written, "a.yaml"));
      }),
      { numRuns: 2_000 },
    );
    expect(plain).to.be.greaterThan(50);
  });

  it("is what this project's example customers are, and gives the same nodes for each", () => {
    const files = readdirSync(CUSTOMERS).filter((name) => name.endsWith(".yaml"));
    expect(files).to.not.be.empty;
    for (const name of files) {
      const written = readFileSync(join(CUSTOMERS, name), "utf8");
      const root = readPlainForm(written);
      expect(root, name).to.not.equal(undefined);
      expect({ root, problems: [] }).to.deep.equal(readYaml(written, name));
    }
  });

  it("may have comments, empty lines, lists, maps and quotes, each on one line", () => {
    const written =
      '# first\n\nname: Müller & Söhne (Bonn)\nrepositories: ["a", b-c]\nkeys: { 1: active }\n# last\n';
    expect(readPlainForm(written)).to.deep.equal(readYaml(written, "a.yaml").root);
    expect(readPlainForm(written)).to.not.equal(undefined);
  });

  it("is not assumed of anything else, which the parser of all of YAML reads", () => {
    const others = [
      "",
      "# only a comment\n",
      "a: b\na: c\n",
      "a: { b: c, b: d }\n",
      "a: b # comment\n",
      "a: b: c\n",
      "a: &b c\n",
      "a: 'b'\n",
      'a: "b\\n"\n',
      "a: [b, [c]]\n",
      "a: []\n",
      "a:\n  - b\n",
      "a: b\n  c\n",
      "a: b\r\n",
      "a:  b\n",
      "a: b \n",
      "--- \na: b\n",
      "<<: a\n",
      `a: ${"b".repeat(2_000)}\n`,
    ];
    for (const written of others) {
      expect(readPlainForm(written), JSON.stringify(written)).to.equal(undefined);
    }
    const { problems } = parseCustomer("name: b\nname: c\n", "a", "a.yaml");
    expect(problems.map(({ check }) => check)).to.deep.equal(["duplicate-key"]);
  });
});
