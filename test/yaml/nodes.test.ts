/**
 * Proves what YAML becomes: nodes with their text as it was written and where it is; and that what makes YAML
 * ambiguous or costly is a problem of its own. What customer files make of it is for their own tests.
 */
import { expect } from "chai";
import { readYaml, type YamlNode } from "../../src/yaml/nodes";
import { nodeAt, pathText, shown } from "../../src/yaml/place";

function rootOf(text: string): YamlNode {
  const { root, problems } = readYaml(text, "a.yaml");
  expect(problems).to.deep.equal([]);
  if (root === undefined) throw new Error("there is no document");
  return root;
}

function found(text: string, maxParts?: number): string[] {
  return readYaml(text, "a.yaml", maxParts).problems.map(
    ({ check, line, column }) => `${check} ${line}:${column}`,
  );
}

describe("a YAML document", () => {
  it("keeps every value as the text that was written", () => {
    for (const written of ["012", "1e3", "NO", "0x1F", "2026-01-01", "null", "~", ".5"]) {
      const value = nodeAt(rootOf(`a: ${written}\n`), ["a"]);
      expect(value).to.include({ kind: "scalar", text: written, quoted: false });
    }
    expect(nodeAt(rootOf('a: "0\\t1"\n'), ["a"])).to.include({ text: "0\t1", quoted: true });
    expect(nodeAt(rootOf("a: |\n  b\n  c\n"), ["a"])).to.include({ text: "b\nc\n", block: true });
  });

  it("has each node where it is written, without its comment", () => {
    const text = "# first\na: [b, {c: d}] # last\n";
    const place = (path: PropertyKey[]) => {
      const { line, column, start, end } = nodeAt(rootOf(text), path);
      return [line, column, text.slice(start, end)];
    };
    expect(place(["a"])).to.deep.equal([2, 4, "[b, {c: d}]"]);
    expect(place(["a", 0])).to.deep.equal([2, 5, "b"]);
    expect(place(["a", 1, "c"])).to.deep.equal([2, 12, "d"]);
    // What is missing has the place of the nearest part above it.
    expect(place(["a", 7])).to.deep.equal(place(["a"]));
  });

  it("may be empty, which is an empty scalar", () => {
    for (const text of ["", "# nothing yet\n", "---\n"]) {
      expect(rootOf(text), JSON.stringify(text)).to.include({ kind: "scalar", text: "" });
    }
  });

  for (const [text, expected] of [
    ["a: &x b\n", "yaml-anchor 1:4"],
    ["a: *x\n", "yaml-alias 1:4"],
    ["a: !!str b\n", "yaml-tag 1:4"],
    ["%YAML 1.1\n---\na: b\n", "yaml-directive 1:1"],
    ["a: b\n---\nc: d\n", "yaml-document 2:1"],
    ["<<: {a: b}\n", "yaml-merge 1:1"],
    ["a: b\nc: d\na: e\n", "duplicate-key 3:1"],
    ["a: b\n c: d\n", "yaml-syntax 1:4"],
    ["<<<<<<< HEAD\na: b\n", "merge-conflict 1:1"],
  ] as const) {
    it(`is refused for ${expected.split(" ")[0]}`, () => {
      expect(found(text)[0]).to.equal(expected);
    });
  }

  it("is refused when it has too many parts or levels, whatever else is wrong with it", () => {
    expect(found("a: [b, c, d, e]\n", 8)[0]).to.match(/^yaml-size /);
    expect(found("a: [b, c, d, e]\n", 100)).to.deep.equal([]);
    const nested = (levels: number) => `a: ${"[".repeat(levels)}${"]".repeat(levels)}\n`;
    expect(found(nested(29))).to.deep.equal([]);
    for (const levels of [33, 2000]) expect(found(nested(levels))[0]).to.match(/^yaml-size /);
  });

  it("has at most twenty problems", () => {
    expect(found("a: &x b\n".repeat(50))).to.have.length(20);
  });
});

describe("a place in a YAML document", () => {
  it("is named by its path, without anything invisible", () => {
    expect(pathText(["source", "id"])).to.equal("source.id");
    expect(pathText(["repositories", 1])).to.equal("repositories[1]");
    expect(pathText(["a\u001bb"])).not.to.contain("\u001b");
  });

  it("is described by what was found there", () => {
    const root = rootOf('a: []\nb: [c]\nd: {}\ne: {f: g, h: i}\nj:\nk: ""\nl: m\n');
    const words = ["a", "b", "d", "e", "j", "k", "l"].map((key) => shown(nodeAt(root, [key])));
    expect(words).to.deep.equal([
      "an empty list",
      "a list",
      "an empty map",
      "a map with 2 keys",
      "nothing",
      '""',
      '"m"',
    ]);
  });
});
