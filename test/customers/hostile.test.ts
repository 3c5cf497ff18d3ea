/**
 * Proves what happens to hostile input, and to input that other YAML readers take for something else: text
 * stays text or is a problem, and nothing throws. Time is not asserted: `bench/hostile.ts` measures it.
 */
import { expect } from "chai";
import fc from "fast-check";
import { parseCustomer } from "../../src/customers/parse";
import { formatProblem } from "../../src/problem";
import { problemsOf } from "./support";

function parse(source: string | Uint8Array) {
  return parseCustomer(source, "acme", "acme.yaml");
}

function checksOf(source: string | Uint8Array): string[] {
  return problemsOf(source).map(({ check }) => check);
}

const REST = "name: Acme\nrepositories: [edge-agent]\n";

describe("hostile input", () => {
  const values: [string, string, string[]][] = [
    ["a leading zero", "contact: 012", []],
    ["an exponent", "contact: 1e3", []],
    ["a hexadecimal number", "contact: 0x1F", []],
    ["a number of twenty digits", 'source: { system: crm, id: "12345678901234567890" }', []],
    ["NO, YAML's Norway", "contact: NO", []],
    ["yes for true", "protected: yes", ["protected"]],
    ["a __proto__ key", "__proto__: { polluted: true }", ["unknown-key"]],
    ["a constructor key", "constructor: x", ["unknown-key"]],
    ["a __proto__ generation", "keys: { __proto__: active }", ["keys"]],
    ["a NUL", "contact: a\u0000b", ["characters"]],
    ["an escaped NUL", 'contact: "a\\0b"', ["contact"]],
    ["an escape character", "contact: a\u001b[31mb", ["characters"]],
    ["a direction override", "contact: a\u202eb", ["characters"]],
    ["a binary tag", "contact: !!binary aGk=", ["yaml-tag"]],
    ["text that is not NFC", 'contact: "e\u0301"', ["contact"]],
    ["an owner with a line end", 'owner: "a\\nb"', ["owner"]],
    ["an escaped direction override", 'contact: "a\\u202eb"', ["contact"]],
    ["a joiner, which Persian names need", "contact: \u0646\u200c\u0645", []],
    ["a YAML set", "keys: !!set { 1 }", ["yaml-tag"]],
    ["a full-width key", "ｎame: x", ["unknown-key"]],
    ["a control character in a key", 'keys: { "\\e[31m": active }', ["keys"]],
  ];
  for (const [what, line, checks] of values) {
    it(`${what}: ${checks.join(", ") || "stays text"}`, () => {
      expect(checksOf(`${REST}${line}\n`)).to.deep.equal(checks);
    });
  }

  it("pollutes nothing", () => {
    parse(`${REST}__proto__: { polluted: true }\n`);
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("keeps numbers as they were written", () => {
    const { customer } = parse(`${REST}contact: 12345678901234567890\n`);
    expect(customer?.contact).to.equal("12345678901234567890");
  });

  it("of a billion laughs, deep nesting and much of anything ends in a problem", () => {
    const bombs = [
      `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`,
      "[".repeat(60_000),
      "{a: ".repeat(10_000),
      "- ".repeat(30_000),
      "a: 1\n".repeat(12_000),
      Array.from({ length: 8_000 }, (_, index) => `k${index}: 1`).join("\n"),
      `x: "${"\\q".repeat(30_000)}"`,
      `${REST}contact: ${"a-".repeat(30_000)}\n`,
    ];
    for (const bomb of bombs) expect(parse(bomb).problems, bomb.slice(0, 20)).not.to.have.length(0);
  });

  it("of more than 32 levels is refused for its depth, before anything composes it", () => {
    const nested = (levels: number) =>
      `${REST}contact: ${"[".repeat(levels)}${"]".repeat(levels)}\n`;
    const messages = (levels: number) =>
      parse(nested(levels)).problems.map(({ message }) => message);
    // Two levels are the document's own: the mapping and its value.
    expect(messages(29)).not.to.include("expected at most 32 levels, got more");
    expect(messages(33)).to.include("expected at most 32 levels, got more");
    expect(messages(2_000)).to.include("expected at most 32 levels, got more");
  });

  it("is an empty file or a comment only: a problem, not an empty customer", () => {
    for (const text of ["", "# nothing yet\n", "---\n", "null\n"]) {
      expect(checksOf(text), JSON.stringify(text)).to.deep.equal(["customer"]);
    }
  });

  it("of any bytes gives a value or problems, and never throws", () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    const yamlish = fc
      .array(
        fc.constantFrom(
          ..."name repositories keys: - [ ] { } , : \" ' & * ! | > # % \n \t 1 é".split(" "),
          " ",
          "\n",
        ),
        { maxLength: 120 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        fc.oneof<fc.Arbitrary<string | Uint8Array>[]>(bytes, yamlish, fc.string()),
        (source) => {
          const { customer, problems } = parse(source);
          expect(customer === undefined).to.equal(problems.length > 0);
          for (const problem of problems) {
            expect(problem.line, JSON.stringify(problem)).to.be.greaterThan(0);
            expect(formatProblem(problem)).to.match(/^[^\p{Cc}\p{Cf}]*$/u);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
