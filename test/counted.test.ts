/** Proves how messages and reports write a number with its noun. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { counted } from "../src/counted";

describe("a number with its noun", () => {
  it("has the plural of the noun, and groups of digits", () => {
    const written: [number, string, string][] = [
      [0, "customer", "0 customers"],
      [1, "repository", "1 repository"],
      [2, "repository", "2 repositories"],
      [10, "repository", "10 repositories"],
      [2, "key", "2 keys"],
      [2, "day", "2 days"],
      [1200, "policy", "1,200 policies"],
      [1234567, "row", "1,234,567 rows"],
    ];
    for (const [count, noun, text] of written) expect(counted(count, noun)).to.equal(text);
    expect([counted(1, "address", "addresses"), counted(2, "address", "addresses")]).to.deep.equal([
      "1 address",
      "2 addresses",
    ]);
  });

  it("is written nowhere with a plural that is wrong for one, or with a plural in brackets", () => {
    const wrong =
      /\$\{(?:digits\()?(?:\w+\.)*(?:length|size|count|total)\)?\} (?:more |new )?[a-z]{3,}s\b|[a-z]\((?:s|es|ies)\)/;
    expect("`${all.length} customers` and 1 lock(s)").to.match(wrong);
    const root = join(__dirname, "..");
    const found = ["src", "automation", "sandbox", "scripts"].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .flatMap((name) => {
          const lines = readFileSync(join(root, room, name), "utf8").split("\n");
          return lines.filter((line) => wrong.test(line)).map((line) => `${name}: ${line.trim()}`);
        }),
    );
    // What Pulumi writes, which is recognised by it.
    expect(found).to.deep.equal([
      'engine/errors.ts: export const LOCKED = "the stack is currently locked by 1 lock(s)";',
    ]);
  });
});
