/**
 * Proves that the threat model's table of requirements names a test for each of R1 to R35, and only tests that
 * exist, those that it quotes by their titles included. That a test fails when its requirement is broken is for
 * the test itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..");
const COUNT = 35;

/** Requirement → the tests that its row names. */
function testsOf(text: string): Map<string, string[]> {
  const rows = [...text.matchAll(/^\| (R\d+) +\|(.*)\|(.*)\|$/gm)];
  return new Map(
    rows.map(([, name = "", , tests = ""]) => [
      name,
      [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
    ]),
  );
}

/** Tests that a text quotes: file and title. */
function quotedTests(text: string): { file: string; title: string }[] {
  const quotes = text.matchAll(/`(test\/[^`]+\.test\.ts)`: "([^"\n]+)"/g);
  return [...quotes].map(([, file = "", title = ""]) => ({
    file,
    title: title.replaceAll("\\|", "|"),
  }));
}

/** Those of them that no test of the file is called. @param read - the text of a file. */
function missingTitles(text: string, read: (file: string) => string): string[] {
  return quotedTests(text)
    .filter(({ file, title }) => {
      const source = read(file).replaceAll("\\`", "`");
      return !['"', "`"].some((quote) => source.includes(`it(${quote}${title}${quote},`));
    })
    .map(({ file, title }) => `${file}: ${title}`);
}

describe("the requirements of the threat model", () => {
  const text = readFileSync(join(ROOT, "docs/threat-model.md"), "utf8");
  const requirements = text.slice(text.indexOf("## Requirements"), text.indexOf("### Broken"));
  const tests = testsOf(requirements);
  const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

  it("are all there, each with a test", () => {
    const names = Array.from({ length: COUNT }, (_, at) => `R${at + 1}`);
    expect([...tests.keys()]).to.deep.equal(names);
    for (const [name, files] of tests) expect(files, name).not.to.deep.equal([]);
  });

  it("name only tests that exist", () => {
    const missing = [...tests.values()].flat().filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).to.deep.equal([]);
  });

  it("quote tests by titles that they have", () => {
    expect(quotedTests(text).length).to.be.greaterThan(40);
    expect(missingTitles(text, read)).to.deep.equal([]);
  });
});

describe("a test that is quoted by its title", () => {
  const quote = (title: string) => `| R1 | broken | \`test/a.test.ts\`: "${title}" |`;
  const read = () => 'it("holds", () => {}); it(`reads \\`up\\` | ${one}`, () => {});';

  it("is found in its file, whole", () => {
    for (const title of ["holds", "reads `up` \\| ${one}"]) {
      expect(quotedTests(quote(title))).to.have.length(1);
      expect(missingTitles(quote(title), read), title).to.deep.equal([]);
    }
    for (const title of ["hold", "olds", "holds not"]) {
      expect(missingTitles(quote(title), read), title).to.deep.equal([`test/a.test.ts: ${title}`]);
    }
  });
});
