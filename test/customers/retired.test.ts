/**
 * Proves that the list of off-boarded customers is read strictly, that an id on it is a problem when
 * a file has it again, and that adding an id keeps every other line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { loadRetired, parseRetired, RETIRED_FILE, withRetired } from "../../src/customers/retired";
import { formatProblem } from "../../src/problem";
import { loadProject } from "../../src/project";
import { TODAY } from "./support";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("the list of off-boarded customers", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "retired-"));
    mkdirSync(join(directory, "customers"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\n");
    writeFileSync(join(directory, "Pulumi.dev.yaml"), SETTINGS);
    writeFileSync(join(directory, "customers/acme.yaml"), "name: A\nrepositories: [edge-agent]\n");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function problems(): string[] {
    return loadProject(directory, "dev", TODAY).problems.map(formatProblem);
  }

  it("may be missing, or name others", () => {
    expect(problems()).to.deep.equal([]);
    writeFileSync(join(directory, RETIRED_FILE), "# none\n\nglobex 2026-11-01\n");
    expect(problems()).to.deep.equal([]);
  });

  it("makes a file with an old id a problem: id-retired", () => {
    writeFileSync(join(directory, RETIRED_FILE), "acme 2026-11-01\n");
    const [said = "", ...others] = problems();
    expect(others).to.deep.equal([]);
    expect(said.slice(said.indexOf("acme.yaml"))).to.equal(
      'acme.yaml:1:1  expected an id that was never used, got "acme", off-boarded on 2026-11-01. Give a new customer another id; to finish an off-boarding that was interrupted, run `ecr-customers offboard acme`. [id-retired]',
    );
  });

  it("with a wrong line is a problem: retired-list", () => {
    const lines = ["globex", "globex 2026-02-30", "Globex 2026-01-01", "globex 2026-01-01 x"];
    for (const line of lines) {
      const { ids, problems: found } = parseRetired(`hooli 2026-01-01\n${line}\n`, RETIRED_FILE);
      expect([...ids.keys()], line).to.deep.equal(["hooli"]);
      expect(found.map(formatProblem), line).to.deep.equal([
        `retired-customers.txt:2:1  expected an id and a day as YYYY-MM-DD, got "${line}". Restore the file from its history; \`ecr-customers offboard <customer>\` writes it. [retired-list]`,
      ]);
    }
    writeFileSync(join(directory, RETIRED_FILE), "globex\n");
    expect(problems()).to.have.length(1);
  });

  it("that cannot be read is a problem, not an empty list", () => {
    mkdirSync(join(directory, RETIRED_FILE));
    expect(loadRetired(directory).problems.map(({ message }) => message)).to.deep.equal([
      "expected a readable list, got EISDIR",
    ]);
  });

  it("gets an id in its place and keeps its comments", () => {
    const text = "# ours\nacme 2026-01-01\n# the big one\nhooli 2026-02-01\n";
    expect(withRetired(text, "globex", "2026-03-01")).to.equal(
      "# ours\nacme 2026-01-01\n# the big one\nglobex 2026-03-01\nhooli 2026-02-01\n",
    );
  });

  it("holds all ids that were ever added, in order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(CUSTOMER_ID), { minLength: 1 }), (ids) => {
        const text = ids.reduce((list, id) => withRetired(list, id, "2026-11-23"), "");
        const read = parseRetired(text, "");
        expect(read.problems).to.deep.equal([]);
        expect([...read.ids.keys()].sort()).to.deep.equal([...ids].sort());
      }),
    );
  });
});
