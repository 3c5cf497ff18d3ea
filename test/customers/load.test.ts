/**
 * Proves that every entry of the folder counts, that nothing unreadable means "no customers", and
 * that neither the order of entries nor the file system decides what comes out.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FOLDER_CHECKS } from "../../src/customers/checkNames";
import { RESERVED_ID } from "../../src/customers/entries";
import { loadCustomers } from "../../src/customers/load";
import { otherKeys } from "../../src/customers/otherKeys";
import { formatProblem } from "../../src/problem";
import { stackConfig, TODAY } from "./support";

const GOOD = "name: Acme\nrepositories: [edge-agent]\n";

describe("the hand-overs that a stack sees", () => {
  const record = (key: string) => `{ key: ${key}, on: 2026-11-01, to: passphrase }`;
  const [OLD, DEV, PROD] = ["AKIAOLD000000000", "AKIADEV000000000", "AKIAPROD00000000"];
  const seenBy = (stack: string, keys: string, ...records: string[]) => {
    const directory = mkdtempSync(join(tmpdir(), "hand-overs-"));
    try {
      const text = `name: A\nrepositories: [edge-agent]\nkeys: ${keys}\nhandedOver: { ${records.join(", ")} }\n`;
      writeFileSync(join(directory, "acme.yaml"), text);
      const { customers, problems } = loadCustomers(directory, { ...stackConfig(), stack }, TODAY);
      expect(problems).to.deep.equal([]);
      const [customer] = customers;
      return {
        records: customer?.handedOver?.map(({ generation, key }) => [generation, key]),
        // The stacks' current keys are the ones that were handed over.
        others: otherKeys(customer ?? { keys: [] }, () => (stack === "dev" ? DEV : PROD)),
      };
    } finally {
      rmSync(directory, { recursive: true });
    }
  };

  it("are its own, so that another stack's key under the same generation is not taken for another key", () => {
    const both = [`dev/1: ${record(DEV)}`, `prod/1: ${record(PROD)}`];
    for (const [stack, key] of [
      ["dev", DEV],
      ["prod", PROD],
    ] as const) {
      expect(seenBy(stack, "{ 1: active }", ...both)).to.deep.equal({
        records: [[1, key]],
        others: [],
      });
    }
    expect(seenBy("prod", "{ 1: active }", both[0] ?? "").records).to.deep.equal([]);
    // A key of this stack that was re-created is still reported.
    const { others } = seenBy("prod", "{ 1: active }", `prod/1: ${record(OLD)}`);
    expect(others.map(({ generation, key }) => [generation, key])).to.deep.equal([[1, PROD]]);
  });

  it("are those without a stack, of earlier versions, where it has none of its own", () => {
    const old = `1: ${record(OLD)}`;
    expect(seenBy("dev", "{ 1: active }", old).records).to.deep.equal([[1, OLD]]);
    const all = [old, `dev/1: ${record(DEV)}`];
    expect(seenBy("dev", "{ 1: active }", ...all).records).to.deep.equal([[1, DEV]]);
    expect(seenBy("prod", "{ 1: active }", ...all).records).to.deep.equal([[1, OLD]]);
  });

  it("name every generation that is no longer declared, so that no stack uses its number again", () => {
    const { records } = seenBy("prod", "{ 1: active }", `dev/7: ${record(DEV)}`);
    expect(records).to.deep.equal([[7, DEV]]);
  });
});

describe("the folder of customer files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "customers-"));
    writeFileSync(join(directory, "acme.yaml"), GOOD);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function load(folder = directory) {
    return loadCustomers(folder, stackConfig(), TODAY);
  }
  function messages(folder = directory): string[] {
    return load(folder).problems.map((problem) => `${problem.message} [${problem.check}]`);
  }
  const put = (name: string, text = GOOD) => writeFileSync(join(directory, name), text);

  it("refuses every name that Windows keeps for a device, whoever reads the folder", () => {
    const numbers = Array.from({ length: 10 }, (_, number) => number);
    const names = ["com", "lpt"].flatMap((port) => numbers.map((number) => `${port}${number}`));
    for (const id of ["con", "prn", "aux", "nul", ...names]) {
      expect(RESERVED_ID.test(id), id).to.equal(true);
    }
    for (const id of ["console", "com", "com10", "lpt-1", "nulls"]) {
      expect(RESERVED_ID.test(id), id).to.equal(false);
    }
  });

  const entries: [string, () => void, string[]][] = [
    [
      "a wrong extension",
      () => put("globex.yml"),
      ['expected a name that ends in .yaml, got "globex.yml" [file-name]'],
    ],
    [
      "an extension in capitals",
      () => put("globex.YAML"),
      ['expected a name that ends in .yaml, got "globex.YAML" [file-name]'],
    ],
    [
      "a hidden file",
      () => put(".gitkeep", ""),
      ['expected a name that ends in .yaml, got ".gitkeep" [file-name]'],
    ],
    [
      "a hidden customer",
      () => put(".globex.yaml"),
      [
        'expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got ".globex.yaml" [id]',
      ],
    ],
    [
      "an id in capitals",
      () => put("Globex.yaml"),
      [
        'expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got "Globex.yaml" [id]',
      ],
    ],
    [
      "an id of 49 characters",
      () => put(`${"a".repeat(49)}.yaml`),
      [
        `expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got "${"a".repeat(49)}.yaml" [id]`,
      ],
    ],
    [
      "an id that Windows keeps for a device",
      () => put("con.yaml"),
      [
        'expected an id that is a valid file name on every system, got "con", a device name on Windows [id-reserved]',
      ],
    ],
    [
      "the journal of an import",
      () => put(".import-journal"),
      [
        "expected customer files only, got the journal of an import that was killed or is running [import-journal]",
      ],
    ],
    [
      "a folder",
      () => mkdirSync(join(directory, "old.yaml")),
      ["expected a customer file, got a folder [file-kind]"],
    ],
    [
      "a symbolic link",
      () => symlinkSync("/etc/passwd", join(directory, "globex.yaml")),
      ["expected a customer file, got a symbolic link [file-kind]"],
    ],
    [
      "a named pipe",
      () => execFileSync("mkfifo", [join(directory, "globex.yaml")]),
      ["expected a customer file, got something that is not a regular file [file-kind]"],
    ],
    [
      "two ids equal but for case",
      () => put("ACME.yaml"),
      [
        'expected ids that differ in more than case, got "ACME.yaml" beside "acme.yaml" [id-unique]',
        'expected ids that differ in more than case, got "acme.yaml" beside "ACME.yaml" [id-unique]',
      ],
    ],
  ];
  for (const [what, prepare, expected] of entries) {
    it(`with ${what} has a problem`, () => {
      prepare();
      expect(messages()).to.deep.equal(expected);
    });
  }

  it("with a name that is not an id shows the nearest free id", () => {
    const likely: [name: string, fix: string][] = [
      ["Globex Corp.yaml", "globex-corp.yaml"],
      ["Müller & Söhne.yaml", "muller-sohne.yaml"],
      ["_acme.yaml", "acme-2.yaml"],
      ["GLOBEX.yaml", "globex.yaml"],
      ["con.yaml", "con-2.yaml"],
      ["株式会社.yaml", "acme-robotics.yaml"],
      [`${"a".repeat(60)}.yaml`, `${"a".repeat(45)}.yaml`],
    ];
    for (const [name, id] of likely) {
      put(name);
      expect(load().problems.map(({ fix }) => fix)).to.deep.equal([
        `Rename the file, e.g. to ${id}.`,
      ]);
      rmSync(join(directory, name));
    }
    put("globex.yml");
    expect(load().problems.map(({ fix }) => fix)).to.deep.equal([
      "Rename it to globex.yaml, or move it elsewhere.",
    ]);
  });

  it("that is missing or empty is a problem, never a vendor without customers", () => {
    rmSync(join(directory, "acme.yaml"));
    expect(messages()).to.deep.equal([
      "expected at least one customer file, got an empty folder [folder]",
    ]);
    expect(messages(join(directory, "nowhere"))).to.deep.equal([
      "expected a folder of customer files, got no such file or folder [folder]",
    ]);
  });

  it("may hold a README.md, which is not a customer", () => {
    put("README.md", "# Customers\n");
    expect(load().problems).to.deep.equal([]);
    expect(load().customers.map(({ id }) => id)).to.deep.equal(["acme"]);
    rmSync(join(directory, "acme.yaml"));
    const [problem] = load().problems;
    expect(problem?.message).to.equal("expected at least one customer file, got an empty folder");
    expect(problem?.fix).to.contain(`Add the first customer as ${join(directory, "<id>.yaml")}`);
    put("readme.md", "");
    expect(messages()).to.deep.equal([
      'expected a name that ends in .yaml, got "readme.md" [file-name]',
    ]);
  });

  it("may not hold a README.md that is a link or a folder", () => {
    symlinkSync("/etc/passwd", join(directory, "README.md"));
    expect(messages()).to.deep.equal(["expected a customer file, got a symbolic link [file-kind]"]);
  });

  it("with an unreadable file has a problem", function () {
    // Root may read every file, so there is nothing to show.
    if (process.getuid?.() === 0) this.skip();
    chmodSync(join(directory, "acme.yaml"), 0);
    expect(load().problems.map(({ check }) => check)).to.deep.equal(["file-readable"]);
  });

  it("reports the problems of all files at once, in file order", () => {
    put("b.yaml", "name: B\n");
    put("a.yaml", "name: A\nrepositories: [edge-agent]\nstatus: paused\n");
    const { problems } = load();
    expect(
      problems.map(({ file, check }) => `${file.slice(directory.length + 1)} ${check}`),
    ).to.deep.equal(["a.yaml status", "b.yaml repositories"]);
  });

  it("has a case here for each of its checks", () => {
    const shown = entries.flatMap(([, , expected]) => expected.map(checkOf));
    const shownBelow = ["folder", "file-readable"];
    shownBelow.push("source-unique", "user-name-unique", "adopted-unique", "oidc-unique");
    // retired.test.ts
    shownBelow.push("id-retired", "retired-list");
    expect([...new Set([...shown, ...shownBelow])].sort()).to.deep.equal([...FOLDER_CHECKS].sort());
  });

  it("with two files for the same tokens has a problem", () => {
    const trusting = (issuer: string, audience: string, ...subjects: string[]) =>
      `${GOOD}identity: { oidc: { issuer: "https://${issuer}", audience: ${audience}, subjects: [${subjects.join(", ")}] } }\n`;
    put("a.yaml", trusting("oidc.acme.example", "sts", "one", "two"));
    put("b.yaml", trusting("oidc.acme.example", "sts", "two"));
    put("c.yaml", trusting("oidc.acme.example", "other", "two"));
    put("d.yaml", trusting("oidc.globex.example", "sts", "two"));
    expect(load().problems.map(formatProblem)).to.deep.equal([
      `${directory}/b.yaml:3:83  identity.oidc.subjects: expected tokens that stand for one customer, got two of https://oidc.acme.example for sts, which ${directory}/a.yaml has too. Delete the subject in one of the two, or write another \`audience\` in one of them. [oidc-unique]`,
    ]);
  });

  it("with two files for one record of a sales system has a problem", () => {
    put("a.yaml", `${GOOD}source: { system: crm, id: "7" }\n`);
    put("b.yaml", `${GOOD}source: { system: crm, id: "7" }\n`);
    put("c.yaml", `${GOOD}source: { system: erp, id: "7" }\n`);
    expect(load().problems.map(formatProblem)).to.deep.equal([
      `${directory}/b.yaml:3:9  source: expected a record that owns one file, got crm/7, which ${directory}/a.yaml has too. Correct the id, or delete \`source\` in one of the two. [source-unique]`,
    ]);
  });

  it("with two files for one IAM user has a problem, whatever the case of its name", () => {
    put("acme.yaml", `${GOOD}userName: Beta\n`);
    put("beta.yaml", GOOD);
    put("gamma.yaml", `${GOOD}userName: gamma\n`);
    put("own.yaml", `${GOOD}awsAccount: "210987654321"\n`);
    put("zeta.yaml", `${GOOD}userName: own\n`);
    // It has a user until it has moved to its account.
    put("moving.yaml", `${GOOD}identity: { key: true, account: "210987654321" }\n`);
    put("other.yaml", `${GOOD}userName: moving\n`);
    expect(load().problems.map(formatProblem)).to.deep.equal([
      `${directory}/beta.yaml:1:1  expected an IAM user of its own, got beta, which ${directory}/acme.yaml has too. A file without \`userName\` has the user of its own name: correct or delete \`userName\` in one of the two. [user-name-unique]`,
      `${directory}/other.yaml:3:11  userName: expected an IAM user of its own, got moving, which ${directory}/moving.yaml has too. A file without \`userName\` has the user of its own name: correct or delete \`userName\` in one of the two. [user-name-unique]`,
    ]);
  });

  it("with two files that adopt one user or one key has a problem", () => {
    const adopted = (user: string, key: string) =>
      `${GOOD}adopted: { user: ${user}, keys: { 1: ${key} } }\n`;
    put("a.yaml", adopted("AIDAAAAAAAAAAAAAAAAA", "AKIAAAAAAAAAAAAAAAAA"));
    put("b.yaml", adopted("AIDAAAAAAAAAAAAAAAAA", "AKIABBBBBBBBBBBBBBBB"));
    put("c.yaml", adopted("AIDACCCCCCCCCCCCCCCC", "AKIABBBBBBBBBBBBBBBB"));
    expect(load().problems.map(formatProblem)).to.deep.equal([
      `${directory}/b.yaml:3:10  adopted: expected a user and keys that one file adopts, got AIDAAAAAAAAAAAAAAAAA, which ${directory}/a.yaml has too. Delete \`adopted\` in one of the two; \`ecr-customers adopt\` shows whose it is. [adopted-unique]`,
      `${directory}/c.yaml:3:10  adopted: expected a user and keys that one file adopts, got AKIABBBBBBBBBBBBBBBB, which ${directory}/b.yaml has too. Delete \`adopted\` in one of the two; \`ecr-customers adopt\` shows whose it is. [adopted-unique]`,
    ]);
  });

  it("cannot write to a terminal or a CI log through a file's name", () => {
    put("a\n::error::b\u001b[31m.yaml");
    const { problems } = load();
    expect(problems).to.have.length(1);
    expect(problems.map(formatProblem).join()).to.match(/^[^\p{Cc}\p{Cf}]*$/u);
  });

  it("gives the same customers, whatever order the files were made in", () => {
    const ids = ["b2", "a", "c-1", "aa"];
    const results = [ids, [...ids].reverse()].map((order) => {
      const folder = mkdtempSync(join(tmpdir(), "customers-"));
      for (const id of order) writeFileSync(join(folder, `${id}.yaml`), GOOD);
      const { customers } = load(folder);
      rmSync(folder, { recursive: true });
      return customers;
    });
    expect(results[0]?.map(({ id }) => id)).to.deep.equal(["a", "aa", "b2", "c-1"]);
    expect(results[1]).to.deep.equal(results[0]);
  });
});

function checkOf(message: string): string {
  return /\[([a-z-]+)\]$/.exec(message)?.[1] ?? "";
}
