/**
 * Proves that docs/customer-guide.md and the bundle show the same commands, that its links resolve and that it
 * shows no secret. The prose between the commands is not checked.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { bundleFiles } from "../../../automation/handover/bundle";
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

  it("quotes the error messages of AWS, docker and Kubernetes", () => {
    const table = GUIDE.split("## What an error message means")[1]?.split("\n## ")[0] ?? "";
    for (const words of [
      "ecr:GetAuthorizationToken",
      "no identity-based policy allows",
      "explicit deny",
      "Your authorization token has expired. Reauthenticate and try again.",
      "no basic auth credentials",
      "repository does not exist or may require 'docker login'",
      "UnrecognizedClientException",
      "ImagePullBackOff",
    ]) {
      expect(table, words).to.contain(words);
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
