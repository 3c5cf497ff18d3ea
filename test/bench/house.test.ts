/**
 * Proves how the layout is counted, on a small checkout, and that each of the ten questions about this one is answered
 * by the second file that a stranger opens.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { houseFigures } from "../../bench/house/figures";
import { filesOpened, QUESTIONS } from "../../bench/house/questions";

const ROOT = join(__dirname, "../..");

describe("a checkout", () => {
  const root = mkdtempSync(join(tmpdir(), "ecr-customers-house-"));
  after(() => rmSync(root, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  }

  it("is counted: loose files, rooms, arrows, cycles, lengths, words, references", () => {
    write({
      "automation/cli.ts": `import "./aws/client";\nimport "./plan/plan";\n// docs/${"gone"}.md\n`,
      "automation/aws/client.ts": 'import "../plan/plan";\n',
      "automation/aws/errors.ts": 'import "./client";\n',
      "automation/plan/plan.ts": 'import "../aws/client";\n',
      "src/long.ts": `${"// One line.\n".repeat(201)}`,
    });
    expect([...houseFigures(root)]).to.deep.equal([
      ["loose files in automation/", "1"],
      ["rooms of automation/, a loose file being one", "3"],
      ["arrows between them", "4"],
      ["import cycles in the repository", "1"],
      ["longest module", "201 lines (src/long.ts)"],
      ["modules over 200 lines", "1 of 5"],
      ["lines with banned words", "0"],
      ["references that lead nowhere", "1"],
    ]);
  });

  const question = { question: "Where is the limit?", term: /limit/, answer: /LIMIT = 3/ };

  it("is searched by the paths of its modules, then by their texts", () => {
    write({
      "src/a.ts": "// the limit\n",
      "src/limits.ts": "",
      "src/z.ts": "// limit\nLIMIT = 3\n",
    });
    expect(filesOpened(root, question)).to.deep.equal(["src/limits.ts", "src/a.ts", "src/z.ts"]);
  });

  it("leaves a question without an answer", () => {
    expect(filesOpened(root, { ...question, answer: /LIMIT = 4/ })).to.equal(undefined);
  });

  it("is searched where the page about its architecture points", () => {
    write({ "docs/architecture.md": "| the limit | `src/z.ts` |\n" });
    expect(filesOpened(root, question)).to.deep.equal(["docs/architecture.md", "src/z.ts"]);
  });
});

describe("this checkout", () => {
  it("answers ten questions with two files each", () => {
    expect(QUESTIONS).to.have.length(10);
    for (const one of QUESTIONS) expect(filesOpened(ROOT, one), one.question).to.have.length(2);
  });
});
