/**
 * Proves that each check of a customer file has a mistake that it alone finds, with the whole text
 * of the problem; that correct files give the value they mean; and what becomes of hostile input.
 * Time is not asserted here: `bench/validate.ts` measures it.
 */
import { expect } from "chai";
import fc from "fast-check";
import { FILE_CHECKS } from "../../src/customers/checkNames";
import { CHECKS } from "../../src/customers/checks";
import { parseCustomer } from "../../src/customers/parse";
import { formatProblem } from "../../src/problem";
import { MISTAKES } from "./mistakes";
import { problemsOf } from "./support";

function parse(source: string | Uint8Array) {
  return parseCustomer(source, "acme", "acme.yaml");
}

function checksOf(source: string | Uint8Array): string[] {
  return problemsOf(source).map(({ check }) => check);
}

const REST = "name: Acme\nrepositories: [edge-agent]\n";

describe("a customer file", () => {
  it("has a mistake in this table for each check", () => {
    expect(Object.keys(MISTAKES).sort()).to.deep.equal(
      [...FILE_CHECKS, ...Object.keys(CHECKS)].sort(),
    );
  });

  for (const [check, { source, settings, said }] of Object.entries(MISTAKES)) {
    it(`with a mistake is told so by ${check}`, () => {
      const found = problemsOf(source, settings);
      expect(found.map(formatProblem)).to.deep.equal([said]);
      expect(found[0]?.check).to.equal(check);
    });
  }

  it("of two lines is an active customer with one key", () => {
    expect(parse(REST).customer).to.deep.equal({
      id: "acme",
      name: "Acme",
      repositories: ["edge-agent"],
      status: "active",
      keys: [{ generation: 1, status: "active" }],
      protected: false,
    });
  });

  it("may hold every key", () => {
    const pgpKey = Buffer.from([0x98, 1, 4]).toString("base64");
    const text = [
      "name: Müller & Söhne",
      "repositories:",
      "  - edge-agent",
      "  - orchestrator",
      "status: suspended",
      "expires: 2028-02-29",
      "keys: { 2: active, 1: inactive }",
      `pgpKey: ${pgpKey}`,
      "contact: ops@example.com",
      'source: { system: hubspot, id: "0012" }',
      "protected: true",
    ].join("\r\n");
    expect(parse(text).customer).to.deep.equal({
      id: "acme",
      name: "Müller & Söhne",
      repositories: ["edge-agent", "orchestrator"],
      status: "suspended",
      expires: "2028-02-29",
      keys: [
        { generation: 1, status: "inactive" },
        { generation: 2, status: "active" },
      ],
      pgpKey,
      contact: "ops@example.com",
      source: { system: "hubspot", id: "0012" },
      protected: true,
    });
  });

  it("with an AWS account has no key, and keeps the account's leading zero", () => {
    const { customer } = parse(`${REST}awsAccount: "012345678901"\n`);
    expect(customer).to.deep.include({ awsAccount: "012345678901", keys: [] });
  });

  it("tells all its mistakes at once, in order", () => {
    const checks = checksOf("nmae: Acme\nrepositories: []\nstatus: paused\nexpires: soon\n");
    expect(checks.sort()).to.deep.equal(["expires", "name", "status", "unknown-key"]);
  });

  it("never repeats a private key in a problem", () => {
    const secret = "c2VjcmV0LW1hdGVyaWFs";
    for (const key of ["pgpKey", "contact", "status"]) {
      const block = `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n  ${secret}\n  -----END PGP PRIVATE KEY BLOCK-----`;
      const problems = problemsOf(`${REST}${key}: |\n  ${block}\n`);
      expect(problems, key).not.to.have.length(0);
      expect(problems.map(formatProblem).join(), key).not.to.contain(secret);
    }
  });
});

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
    ["a name that is not NFC", 'name2: "e\u0301"', ["unknown-key"]],
    ["full-width letters in a repository", "x: ｅdge", ["unknown-key"]],
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
