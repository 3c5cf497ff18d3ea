/**
 * Proves that each check of a customer file has a mistake that it alone finds, with the whole text
 * of the problem, and that correct files give the value they mean. Hostile input: hostile.test.ts.
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
    it(`with a mistake is reported by ${check}`, () => {
      const found = problemsOf(source, settings);
      expect(found.map(formatProblem)).to.deep.equal([said]);
      expect(found[0]?.check).to.equal(check);
    });
  }

  it("with an end date that stands for none is refused, whatever day programs write for it", () => {
    const placeholder = fc.oneof(
      fc.constantFrom("0001-01-01", "1753-01-01", "1899-12-30", "1970-01-01", "2014-12-31"),
      fc
        .date({ min: new Date("0001-01-01"), max: new Date("2014-12-31"), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
    );
    fc.assert(
      fc.property(placeholder, (day) => {
        expect(checksOf(`${REST}expires: ${day}\n`)).to.deep.equal(["expires-too-early"]);
      }),
    );
    expect(checksOf(`${REST}expires: 2015-01-01\n`)).not.to.include("expires-too-early");
    for (const day of ["0000-00-00", '"0"', "0"]) {
      expect(checksOf(`${REST}expires: ${day}\n`), day).to.deep.equal(["expires"]);
    }
  });

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
      "revoked: 2026-11-28T07:24:00Z",
      "user: 3",
      "expires: 2028-02-29",
      "keys: { 2: active, 1: inactive }",
      `pgpKey: ${pgpKey}`,
      "contact: ops@example.com",
      'source: { system: hubspot, id: "0012" }',
      "protected: true",
      "handedOver:",
      "  2: { key: AKIAIOSFODNN7EXAMPLE, on: 2026-11-24, to: passphrase }",
    ].join("\r\n");
    expect(parse(text).customer).to.deep.equal({
      id: "acme",
      name: "Müller & Söhne",
      repositories: ["edge-agent", "orchestrator"],
      status: "suspended",
      revoked: "2026-11-28T07:24:00Z",
      user: 3,
      expires: "2028-02-29",
      keys: [
        { generation: 1, status: "inactive" },
        { generation: 2, status: "active" },
      ],
      pgpKey,
      contact: "ops@example.com",
      source: { system: "hubspot", id: "0012" },
      protected: true,
      handedOver: [
        { generation: 2, key: "AKIAIOSFODNN7EXAMPLE", on: "2026-11-24", to: "passphrase" },
      ],
    });
  });

  it("with an AWS account has no key, and keeps the account's leading zero", () => {
    const { customer } = parse(`${REST}awsAccount: "012345678901"\n`);
    expect(customer).to.deep.include({ awsAccount: "012345678901", keys: [] });
    expect(parse(`${REST}identity: { account: "012345678901" }\n`).customer).to.deep.equal(
      customer,
    );
    expect(parse(`${REST}identity: { key: true }\n`).customer).to.deep.equal(parse(REST).customer);
  });

  it("has roles of its account, and a user beside them while it moves", () => {
    const account = 'account: "012345678901"';
    const roles = "roles: [deploy, ci/puller]";
    const { customer } = parse(`${REST}identity: { ${account}, ${roles} }\n`);
    const own = { awsAccount: "012345678901", awsRoles: ["ci/puller", "deploy"] };
    expect(customer).to.deep.include({ ...own, keys: [] });
    const both = parse(
      `${REST}keys: { 2: active }\nidentity: { key: true, ${account}, ${roles} }\n`,
    );
    const keys = [{ generation: 2, status: "active" }];
    expect(both.customer).to.deep.include({ ...own, withKey: true, keys });
    for (const wrong of ["key: false", "key: yes", roles]) {
      const { problems } = parse(`${REST}identity: { ${wrong} }\n`);
      expect(problems.map(({ check }) => check)).to.deep.equal(["identity"]);
    }
  });

  it("has all its mistakes reported at once, in order", () => {
    expect(
      checksOf("nmae: Acme\nadress: x\nrepositories: []\nstatus: paused\nexpires: soon\n"),
    ).to.deep.equal(["unknown-key", "unknown-key", "status", "expires"]);
  });

  it("has one problem for a key that was misspelled, not another one for the key that is missing", () => {
    const misspelled: [text: string, said: string[]][] = [
      ["nmae: Acme\nrepositories: [edge-agent]\n", ['"nmae". Write "name".']],
      ["name: A\nrepos: [edge-agent]\n", ['"repos". Write "repositories".']],
      [
        "Name: A\nrepositoris: [edge-agent]\n",
        ['"Name". Write "name".', '"repositoris". Write "repositories".'],
      ],
      [`${REST}source: { sytem: crm, id: "1" }\n`, ['"sytem". Write "system".']],
    ];
    for (const [text, said] of misspelled) {
      expect(problemsOf(text).map(({ message, fix }) => `${message}. ${fix}`)).to.deep.equal(
        said.map((one) => `expected a known key, got ${one}`),
      );
    }
    // One that means nothing leaves the other one missing.
    expect(checksOf("firm: Acme\nrepositories: [edge-agent]\n")).to.deep.equal([
      "unknown-key",
      "name",
    ]);
    expect(checksOf("nme: A\nnam: A\nrepositories: [edge-agent]\n")).to.deep.equal([
      "unknown-key",
      "unknown-key",
    ]);
  });

  it("with an invisible character in it has its kind and its name reported", () => {
    const found: [text: string, said: string][] = [
      ["name: A\u0007b\n", "the control character U+0007 (bell)"],
      ["name: A\u0001b\n", "the control character U+0001"],
      ["name: A\u200bb\n", "the invisible character U+200B (zero width space)"],
      [
        "name: A\rrepositories: [edge-agent]\n",
        "the control character U+000D (carriage return) without a line feed",
      ],
      [
        'name: "A\\bb"\nrepositories: [edge-agent]\n',
        '"A\\u{8}b" with the control character U+0008 (backspace)',
      ],
    ];
    for (const [text, said] of found) {
      const [problem, ...others] = problemsOf(text);
      expect([problem?.message.split(", got ")[1], others.length], text).to.deep.equal([said, 0]);
    }
  });

  it("with one unreadable field is checked for all that the others say", () => {
    const text = "name: Acme\nrepositories: [sdk, edge-agnt]\nexpires: soon\n";
    expect(checksOf(text)).to.deep.equal([
      "repository-known",
      "repositories-order",
      "repository-known",
      "expires",
    ]);
    const found = problemsOf("name: A\nrepositories: [edge-agent]\nexpires: soon\n", {
      requireExpiry: {},
    });
    expect(found.map(({ check }) => check)).to.deep.equal(["expires"]);
  });

  it("is told to write digits in quotes only where they are an account", () => {
    const [problem] = problemsOf(`${REST}awsAccount: ${"1".repeat(60_000)}\n`);
    expect(problem?.fix).to.equal('Write the AWS account\'s number, e.g. "012345678901".');
    expect(problem?.message).to.have.length.below(120);
  });

  it("that repeats a repository has that one reported", () => {
    const [problem] = problemsOf("name: A\nrepositories: [edge-agent, edge-agent]\n");
    expect(problem && formatProblem(problem)).to.equal(
      'acme.yaml:2:28  repositories[1]: expected each repository once, got "edge-agent" again. Delete it here. [repositories-order]',
    );
  });

  it("with a name that only looks the same gets the name to copy", () => {
    const [problem] = problemsOf('name: "Mu\\u0308ller"\nrepositories: [edge-agent]\n');
    expect(problem?.fix).to.equal('Write "Müller", copied from here.');
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
