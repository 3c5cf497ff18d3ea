/** Proves how messages and reports write a number with its noun. */
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
});
