/**
 * Proves what `access --prove` prints and ends with, for files as they are and for a proof that found
 * something. What the proof itself is worth: test/access/prove.test.ts and mutations.test.ts.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { printProof, proveInput } from "../../../automation/plan/proofReport";
import type { Proof } from "../../../src/access/proof";
import { loadProject } from "../../../src/project";
import { VENDOR } from "../../fixtures/vendor";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const CUSTOMERS = {
  acme: "name: Acme\nrepositories: [edge-agent, orchestrator]\n",
  globex: "name: Globex\nrepositories: [edge-agent]\nexpires: 2027-01-31\n",
  hooli: `name: Hooli\nrepositories: [edge-agent]\nawsAccount: "210987654321"\nexpires: 2027-01-31\n`,
  umbrella: "name: Umbrella\nrepositories: [edge-agent]\nstatus: suspended\n",
};

describe("access --prove", () => {
  const directory = projectFolder(CUSTOMERS);

  it("says what was proved, with counts, and what is assumed", async () => {
    const { code, stdout } = await script(["access", "--prove"], { directory });
    expect(code).to.equal(0);
    expect(stdout).to.match(
      new RegExp(
        [
          "^dev: proved for 2026-11-23 and for every future end date",
          "  4 customers and 5 unauthorized principals, 2 repositories, \\d+ actions, 5 policy documents",
          "  [\\d,]+ decisions: 14 allowed, \\d+ denied explicitly, [\\d,]+ not allowed",
          "  1 customer with its own AWS account: assumed to allow the pull there",
          "  hooli ends with the first update after its end date: no policy ends it\n$",
        ].join("\n"),
      ),
    );
  });

  it("proves another day, as JSON", async () => {
    const argv = ["access", "--prove", "--json", "--as-of", "2027-02-01"];
    const { code, stdout } = await script(argv, { directory });
    const proof = JSON.parse(stdout) as Proof;
    expect(code).to.equal(0);
    expect(proof).to.include({ stack: "dev", asOf: "2027-02-01", proved: true, customers: 4 });
    // Acme pulls two repositories and logs in; the unauthorized user that is left in the group logs in.
    expect(proof.decisions.Allowed).to.equal(4 + 1 + 1);
    expect(proof.differences).to.deep.equal([]);
  });

  for (const [argv, said] of [
    [["access", "--prove", "--csv"], "--csv and --prove cannot be combined"],
    [["access", "acme", "--prove"], "omit the customer"],
  ] as const) {
    it(`refuses \`${argv.join(" ")}\``, async () => {
      const { code, stdout, stderr } = await script(argv, { directory });
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.contain(said);
    });
  }

  it("lists differences, not all of a thousand, and fails", () => {
    const { input } = loadProject(directory, "dev", "2026-11-23");
    expect(input).not.to.equal(undefined);
    if (input === undefined) return;
    const proof = proveInput(input, "2026-11-23");
    expect(proof.differences).to.deep.equal([]);
    const difference = {
      subject: "acme",
      at: "ecr:PutImage on edge-agent in eu-central-1 at 2026-11-23T00:00:00Z",
      expected: "ExplicitlyDenied or ImplicitlyDenied",
      found: "Allowed",
    };
    const failed = { ...proof, differences: Array<typeof difference>(1_000).fill(difference) };
    const text = printed(failed, false);
    expect(text.code).to.equal(1);
    expect(text.shown.split("\n").slice(0, 4)).to.deep.equal([
      "dev: 1,000 differences between customer files and policies on 2026-11-23",
      "  acme: ecr:PutImage on edge-agent in eu-central-1 at 2026-11-23T00:00:00Z",
      "    expected ExplicitlyDenied or ImplicitlyDenied",
      "    got Allowed",
    ]);
    expect(text.shown.match(/ecr:PutImage/g)).to.have.length(20);
    expect(text.shown).to.contain("\n  and 980 more; --json lists them all\n");
    const json = printed(failed, true);
    expect(json.code).to.equal(1);
    expect(JSON.parse(json.shown)).to.include({ proved: false });
    expect((JSON.parse(json.shown) as Proof).differences).to.have.length(1_000);
  });

  it("does not call proved what was never decided", () => {
    const decisions = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
    const nothing = {
      customers: 0,
      unauthorizedPrincipals: 0,
      repositories: 0,
      documents: 0,
      actions: 0,
    };
    const proof = {
      ...nothing,
      ownAccounts: 0,
      endByUpdateOnly: [],
      others: [],
      differences: [],
      decisions,
    };
    expect(printed(proof, false).code).to.equal(1);
  });

  it("loads the proof only when it is asked for", () => {
    const program = `
      const { main } = require("./automation/cli");
      const { StreamTerminal } = require("./automation/output/terminal");
      const terminal = new StreamTerminal(process, {});
      const context = { terminal, environment: {}, directory: ${JSON.stringify(VENDOR)}, today: "2026-11-23", now: new Date() };
      const loaded = () => Object.keys(require.cache).filter((file) => /access.(prove|evaluate)[.]ts$/.test(file)).length;
      main(["access"], context).then(() => {
        const before = loaded();
        return main(["access", "--prove"], context).then(() => console.log(before, loaded()));
      });`;
    const stdout = execFileSync(process.execPath, ["--import", "tsx", "-e", program], {
      cwd: join(__dirname, "../../.."),
      encoding: "utf8",
    });
    expect(stdout.trimEnd().split("\n").at(-1)).to.match(/^0 2$/);
  });
});

function printed(proof: Proof, json: boolean): { code: number; shown: string } {
  const parts: string[] = [];
  const terminal = { print: (text: string) => void parts.push(text) } as never;
  const code = printProof({ stack: "dev", asOf: "2026-11-23", proof }, { json, terminal });
  return { code, shown: parts.join("\n") };
}
