/**
 * Proves that what pages and comments refer to is in the repository: pages, headings and files. A
 * control shows that each kind of dangling reference is found. Does not look at addresses of other
 * sites, nor at names of functions.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { danglingReferences, textFiles } from "../scripts/references";

const ROOT = join(__dirname, "..");

/** File of the control, its text, what is found in it. */
const CONTROLS: [file: string, text: string, found: string[]][] = [
  ["docs/page.md", "# What's in it\n\n## A `heading`, more\n\n[own](#whats-in-it)\n", []],
  ["docs/links.md", "[a](page.md#a-heading-more) [b](../src/a.ts) [c](https://x.org/y.md)\n", []],
  ["docs/broken.md", "[a](page.md#another)\n[b](gone.md)\n", ["page.md#another", "gone.md"]],
  ["docs/folders.md", "`src/a.ts`, `src/a`, `src` and `src/gone.ts`.\n", ["src/gone.ts"]],
  ["src/a.ts", '// docs/page.md, "What\'s in it" and docs/page.md#a-heading-more\n', []],
  ["src/b.ts", "// docs/gone.md\n", ["docs/gone.md"]],
  ["src/c.ts", '/** See docs/page.md, "Rooms". */\n', ['docs/page.md, "Rooms"']],
  ["src/d.ts", " * (docs/page.md, Rooms)\n", ["docs/page.md, Rooms"]],
  ["src/e.ts", '// docs/page.md ("Rooms")\n', ['docs/page.md ("Rooms")']],
  ["src/f.ts", "// by src/gone.ts; https://x.org/src/gone.ts\n", ["src/gone.ts"]],
  ["src/g.ts", "// DESIGN §3, issue 7, pulumi/pulumi#1\n", ["DESIGN §3", "issue 7"]],
  ["src/h.ts", 'export const text = "src/gone.ts";\n', []],
  [".github/i.yml", "# test/gone.test.ts\nrun: test/gone.sh\n", ["test/gone.test.ts"]],
];

describe("references in pages and comments", () => {
  it("lead to pages, headings and files of this repository", () => {
    expect(textFiles(ROOT)).to.include.members(["README.md", "docs/architecture.md", "index.ts"]);
    // This file's controls lead nowhere on purpose.
    const files = textFiles(ROOT).filter((file) => file !== "test/documents.test.ts");
    const lines = danglingReferences(ROOT, files).map(
      ({ file, line, reference, why }) => `${file}:${line}: ${reference} (${why})`,
    );
    expect(lines).to.deep.equal([]);
  });

  it("are found when they lead nowhere", () => {
    const root = mkdtempSync(join(tmpdir(), "references-"));
    try {
      for (const [file, text] of CONTROLS) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
      const found = danglingReferences(root);
      for (const [file, , expected] of CONTROLS) {
        const here = found.filter((reference) => reference.file === file);
        expect(
          here.map(({ reference }) => reference),
          file,
        ).to.deep.equal(expected);
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
