/**
 * Proves that `--json` prints exactly one JSON document whatever happens: each command is run with several
 * outcomes, and a command without cases fails. Engine and AWS are stubs; what the results say is for the
 * commands' own tests.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { nameOf } from "../../../automation/cli/command";
import { COMMANDS } from "../../../automation/commandTable";
import { oneDocument } from "../../../automation/output/json";
import { projectFolder, SETTINGS } from "../support/project";
import { script } from "../support/script";
import { restoreStubs } from "../support/stubs";
import { CASES, CELLS, CUSTOMERS, MAPPING } from "./support/jsonCases";

describe("`--json`", function () {
  this.timeout(60_000);

  /** A project of its own for each run, because some runs write. */
  function project(stacks?: Record<string, string>, customers = CUSTOMERS): string {
    const directory = projectFolder(customers, stacks);
    writeFileSync(join(directory, "deals.csv"), "id,name\n1,Acme\n");
    writeFileSync(join(directory, "crm.yaml"), MAPPING);
    return directory;
  }

  async function run(directory: string, name: string, args = "") {
    const argv = [...name.split(" "), ...args.split(" ").filter(Boolean), "--json"];
    // No engine is found: what is not stubbed fails.
    const environment = { PATH: directory, CI: "true" };
    return script(argv, { directory, environment });
  }

  /** The one document. Prose among the results would appear as `output`. */
  function documentOf({ stdout }: { stdout: string }): Record<string, unknown> {
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).to.be.an("object").and.not.have.property("output");
    return document;
  }

  afterEach(restoreStubs);

  it("has cases for every command", () => {
    expect(Object.keys(CASES).sort()).to.deep.equal(COMMANDS.map(nameOf).sort());
    for (const [name, cases] of Object.entries(CASES)) expect(cases, name).not.to.have.length(0);
  });

  for (const [name, cases] of Object.entries(CASES)) {
    for (const { args, when, given, code, has } of cases) {
      const command = [name, args].filter(Boolean).join(" ");
      const whenever = when === undefined ? "" : ` when ${when}`;

      it(`is one document with \`${has}\` and exit code ${code} for \`${command}\`${whenever}`, async () => {
        const directory = project();
        given?.();
        const ended = await run(directory, name, args);
        expect(documentOf(ended), ended.stderr).to.have.property(has);
        expect(ended.code, ended.stderr).to.equal(code);
      });
    }
  }

  for (const entry of COMMANDS) {
    const name = nameOf(entry);
    const positional = /[<[]/.test(entry.usage) ? "acme" : "";

    it(`is one document when \`${name}\` cannot be understood or its files are wrong`, async () => {
      const attempts = [
        [project(), `${positional} --colour`],
        [project(), "one two three"],
        [project({ dev: SETTINGS, prod: SETTINGS }), positional],
        [project({ dev: "config: []\n" }), positional],
        [project({ dev: SETTINGS }, { ...CUSTOMERS, acme: "nme: A\n" }), positional],
      ] as const;
      for (const [directory, args] of attempts) {
        const ended = await run(directory, name, args);
        const document = documentOf(ended);
        expect(document, args).not.to.deep.equal({});
        if (args.includes(" ")) expect(document).to.have.nested.property("error.message");
      }
    });
  }

  it("is one document when the stack has cells and no engine", async () => {
    for (const name of ["preview", "up", "cells", "outputs", "unlock", "destroy"]) {
      const ended = await run(project({ dev: CELLS }), name);
      expect([ended.code, documentOf(ended)["error"] !== undefined], name).to.deep.equal([1, true]);
    }
  });

  it("makes one document of several results, of text, and of a failure after a result", () => {
    const document = (...parts: Parameters<typeof oneDocument>) =>
      JSON.parse(oneDocument(...parts));
    expect(document([])).to.deep.equal({});
    expect(document(['{"a": 1}', '{"b": 2}'])).to.deep.equal({ a: 1, b: 2 });
    expect(document(["{"])).to.deep.equal({ output: "{" });
    expect(document(['{"a": 1}'], { error: "b" })).to.deep.equal({ a: 1, error: "b" });
  });
});
