/**
 * Proves that docs/customer-guide.md and the bundle show the same commands, that its links resolve and that it
 * shows no secret. The prose between the commands is not checked.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { bundleFiles } from "../../../automation/handover/bundle";
import { guideTable, PULL_ERROR_ROWS } from "../../../automation/doctor/pullErrorRows";
import { openCommand } from "../../../automation/handover/commands";
import { encryptedKey, keyFacts, plainKey, SECRET } from "./support/samples";
import { shellBlocks } from "./support/shell";

const ROOT = join(__dirname, "../../..");
const FILE = join(ROOT, "docs/customer-guide.md");
const GUIDE = readFileSync(FILE, "utf8");

function readmeFor(material: typeof plainKey): string {
  const files = bundleFiles(keyFacts({}, material, ["eu-central-1"]));
  return String(files.find(({ path }) => path === "README.md")?.content);
}

describe("docs/customer-guide.md", () => {
  it("shows exactly the commands of a bundle, in order, after those that open it", () => {
    const open = [
      openCommand("acme-1.tar.age", "age"),
      openCommand("acme-1.tar.gpg", "pgp"),
      openCommand("acme-1.tar.age", "passphrase"),
    ];
    const readme = shellBlocks(readmeFor(encryptedKey));
    expect(readme).to.have.length(12);
    expect(shellBlocks(GUIDE)).to.deep.equal([...open, ...readme]);
    // The commands for a key without PGP are a subset.
    expect(readme).to.include.members(shellBlocks(readmeFor(plainKey)));
  });

  for (const language of ["yaml", "powershell"]) {
    it(`shows the same ${language} as the bundle`, () => {
      const block = new RegExp(`\`\`\`${language}\\n[\\s\\S]*?\`\`\``);
      expect(GUIDE).to.match(block);
      expect(block.exec(GUIDE)?.[0]).to.equal(block.exec(readmeFor(plainKey))?.[0]);
    });
  }

  it("explains the error messages that `doctor --error` knows, with the same words", () => {
    const table = GUIDE.split("## What an error message means")[1]?.split("\n\n")[1] ?? "";
    // Prettier pads the columns.
    const plain = (text: string) =>
      text.split("\n").map((line) => line.replace(/-{3,}/g, "---").replace(/ +\|/g, " |"));
    expect(plain(table)).to.deep.equal(plain(guideTable()));
    expect(plain(table)).to.have.length(PULL_ERROR_ROWS.length + 2);
  });

  it("shows of each message words by which `doctor --error` knows it", () => {
    for (const { kind, shown } of PULL_ERROR_ROWS) {
      expect(shown, kind).not.to.have.length(0);
      for (const text of shown) {
        const first = PULL_ERROR_ROWS.find(({ pattern }) => pattern.test(text));
        expect(first?.kind, text).to.equal(kind);
      }
    }
  });

  it("speaks to the customer's engineer, not to us", () => {
    for (const line of guideTable().split("\n")) {
      expect(line).not.to.match(
        /ecr-customers |<customer>|\bthe customer('s)?\b|above;|those above/,
      );
      // Outside of code, Markdown takes these for markup.
      expect(line.replace(/(`+).*?\1/g, "")).not.to.match(/[<>*]/);
    }
  });

  it("links only to existing files, and shows no secret", () => {
    for (const [, target = ""] of GUIDE.matchAll(/\]\(([^)#]+)\)/g)) {
      if (!/^https:/.test(target))
        expect(existsSync(join(dirname(FILE), target)), target).to.equal(true);
    }
    expect(GUIDE).not.to.contain(SECRET);
  });
});
