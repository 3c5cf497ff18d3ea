/** Proves which of the allowed words is taken for a misspelled one, and when none is. */
import { expect } from "chai";
import fc from "fast-check";
import { mayMean, nearest, suggest } from "../../src/yaml/nearest";

const WORDS = ["name", "repositories", "status", "expires"];

describe("the nearest word", () => {
  for (const [word, meant] of [
    ["nmae", "name"],
    ["NAME", "name"],
    ["repositorys", "repositories"],
    ["statuss", "status"],
    ["expire", "expires"],
    ["colour", undefined],
    ["x".repeat(65), undefined],
    ["", undefined],
  ] as const) {
    it(`of ${JSON.stringify(word.slice(0, 20))} is ${meant ?? "none"}`, () => {
      expect(nearest(word, WORDS)).to.equal(meant);
    });
  }

  it("of a word is the word itself, and is one of the candidates", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 12 }),
        fc.array(fc.string()),
        (word, all) => {
          expect(nearest(word, [...all, word])?.toLowerCase()).to.equal(word.toLowerCase());
          expect([...all, undefined]).to.include(nearest(word, all));
        },
      ),
    );
  });

  it("may be meant by the beginning of it", () => {
    expect([mayMean("repos", "repositories"), mayMean("re", "repositories")]).to.deep.equal([
      true,
      false,
    ]);
  });

  it("is suggested first, and long lists are cut", () => {
    expect(suggest("nmae", WORDS)).to.equal(`Write "name", or one of: ${WORDS.join(", ")}.`);
    const many = Array.from({ length: 35 }, (_, at) => `word-${at}`);
    expect(suggest("?", many)).to.match(/^Write one of: word-0, .*, word-29, … \(5 more\)\.$/);
  });
});
