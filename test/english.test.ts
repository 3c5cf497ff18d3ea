/**
 * Proves that no text of this repository uses an expression of scripts/bannedWords.ts, and that each of
 * them is found where it is used. Does not judge customer files, which are the user's own.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BANNED_WORDS, bannedWords, isJudged } from "../scripts/bannedWords";

const ROOT = join(__dirname, "..");

describe("banned words", () => {
  it("are in no file of the repository", () => {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT }).toString().split("\0");
    // A file that was deleted and not committed yet is still listed.
    const files = tracked.filter((file) => isJudged(file) && existsSync(join(ROOT, file)));
    expect(files).to.include.members(["README.md", "index.ts", "schemas/customer.schema.json"]);
    const found = files.flatMap((file) =>
      bannedWords(readFileSync(join(ROOT, file), "utf8")).map(
        ({ line, words, instead }) => `${file}:${line}: "${words}": write ${instead}`,
      ),
    );
    expect(found).to.deep.equal([]);
  });

  it("are not looked for in customer files, a stack's settings and the lock file", () => {
    const files = ["customers/acme.yaml", "Pulumi.prod.yaml", "package-lock.json", "LICENSE"];
    expect(files.filter(isJudged)).to.deep.equal([]);
  });

  for (const { pattern, instead, example } of BANNED_WORDS) {
    it(`are found in: ${example}`, () => {
      expect(example).to.match(pattern);
      expect(bannedWords(`A line before.\n${example}\n`)).to.deep.include({
        line: 2,
        words: pattern.exec(example)?.[0],
        instead,
      });
    });
  }

  it("are not found in sentences that only look alike", () => {
    const fine = [
      "There is none, or there are none.",
      "Each field tells one record apart from another.",
      "The engine was told to stop.",
      "There are so many that they no longer fit.",
      "For good reason, `0` stands for no limit.",
      "The principal stands in for all identities.",
    ];
    expect(fine.flatMap(bannedWords)).to.deep.equal([]);
  });
});
