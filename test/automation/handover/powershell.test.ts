/**
 * Proves that a bundle's PowerShell scripts are valid PowerShell, stop at the first error, check every program
 * that they call and its exit code, and write a file only through a complete new one: docker's configuration with a copy
 * of the old one kept, credentials without one; edits that would destroy a file are found. Where PowerShell is installed
 * they are also run: twice, without each tool that they need, and with an existing configuration. That Windows runs them is not covered.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import type { Node, Parser } from "web-tree-sitter";
import { bundleFiles } from "../../../automation/handover/bundle";
import { bundleFacts } from "../../../automation/handover/facts";
import { COMMON_SCRIPTS, KEY_SCRIPTS } from "../../../automation/handover/scripts";
import { powershellQuoted } from "../../../automation/output/powershellQuoted";
import { ACCOUNT, ACME, config, KEY_ID, keyFacts, plainKey, SECRET } from "./support/samples";
import { unsafeWrites } from "./support/powershellWrites";
import { CustomerMachine } from "./support/shell";

const SCRIPTS = [...COMMON_SCRIPTS, ...KEY_SCRIPTS].map((name) => `${name}.ps1`);
const FILES = bundleFiles(keyFacts());
const GRAMMAR = createRequire(__filename).resolve(
  "tree-sitter-powershell/tree-sitter-powershell.wasm",
);
/** What a script calls that is not a PowerShell command. */
const PROGRAMS = new Set(["aws", "docker", "kubectl", "docker-credential-ecr-login"]);
const hasPowershell = spawnSync("pwsh", ["-Version"]).status === 0;

function textOf(script: string, files = FILES): string {
  return String(files.find(({ path }) => path === script)?.content);
}

describe("the PowerShell scripts of a bundle", () => {
  let parser: Parser;

  before(async () => {
    const { Language, Parser: TreeSitter } = await import("web-tree-sitter");
    await TreeSitter.init();
    parser = new TreeSitter();
    parser.setLanguage(await Language.load(GRAMMAR));
  });

  function parse(text: string): Node {
    const tree = parser.parse(text);
    if (tree === null) throw new Error("the parser was stopped");
    return tree.rootNode;
  }

  /** Names of the commands that a script calls, in order. */
  function callsOf(text: string): string[] {
    return parse(text)
      .descendantsOfType("command_name")
      .map((node) => node?.text ?? "");
  }

  it("are checked by a parser that notices what is no PowerShell", () => {
    for (const text of ["if (1 { 'x' }", "'unfinished", "foreach ($a in ) {", "$a = @hosts@"]) {
      expect(parse(text).hasError, text).to.equal(true);
    }
    expect(callsOf("$a = aws ecr x\n$a | docker login")).to.deep.equal(["aws", "docker"]);
  });

  for (const script of SCRIPTS) {
    describe(script, () => {
      const text = textOf(script);

      it("is valid PowerShell, in ASCII, with no placeholder left", () => {
        expect(parse(text).hasError).to.equal(false);
        expect(text).to.match(/^[\n\x20-\x7e]+$/);
        expect(text).not.to.match(/@[a-zA-Z]+@/);
      });

      it("stops at the first error, also of a program that it calls", () => {
        const [first] = text.split("\n").filter((line) => !line.startsWith("#"));
        expect(first).to.equal("$ErrorActionPreference = 'Stop'");
        const lines = text.split("\n").map((line) => line.trim());
        for (const [at, line] of lines.entries()) {
          const called = callsOf(line).some((name) => PROGRAMS.has(name));
          if (called)
            expect(lines[at + 1], line).to.match(/^if \(\$LASTEXITCODE -ne 0\) \{ throw /);
        }
      });

      it("checks every program that it calls before it changes anything", () => {
        const calls = parse(text).descendantsOfType("command_name");
        for (const call of calls) {
          if (call === null || !PROGRAMS.has(call.text)) continue;
          const check = text.indexOf(`'${call.text}'`);
          expect(check, call.text).to.be.within(1, call.startIndex);
          expect(text).to.contain("which is not installed. Nothing was changed.");
        }
      });

      it("writes a file only by putting a complete new one in its place", () => {
        expect(unsafeWrites(parse(text), copyOf(script))).to.deep.equal([]);
        if (text.includes("WriteAllText"))
          expect(text).to.contain("New-Object Text.UTF8Encoding $false");
      });
    });
  }

  /** A copy of credentials would be one more file with keys, the replaced one included. */
  const copyOf = (script: string) => (script === "configure.ps1" ? "none" : "kept");

  const REPLACE = "[IO.File]::Replace($new, $file, ";
  const DESTRUCTIVE: [script: string, from: string, to: string, found: string][] = [
    [
      "configure.ps1",
      "WriteAllText($new,",
      "WriteAllText($file,",
      "[IO.File]::WriteAllText($file,",
    ],
    ["configure.ps1", "[NullString]::Value", '"$file.old"', `${REPLACE}"$file.old")`],
    ["configure.ps1", "::Move($new, $file)", "::Move($new, $file, $true)", "[IO.File]::Move("],
    ["configure.ps1", "$lines = New", "Remove-Item $file\n$lines = New", "Remove-Item"],
    ["configure.ps1", "$lines = New", "rm $file\n$lines = New", "rm"],
    ["configure.ps1", "$lines = New", "'' > $file\n$lines = New", "> $file"],
    ["configure.ps1", "ReadAllLines($file)", "Create($file)", "[IO.File]::Create($file)"],
    ["docker-login.ps1", "function", "Clear-Content $env:DOCKER_CONFIG\nfunction", "Clear-Content"],
    [
      "use-credential-helper.ps1",
      "if ($isEmpty) {\n  [",
      "if ($true) {\n  [",
      "[IO.File]::Delete(",
    ],
    ["use-credential-helper.ps1", "$text.Trim() -eq ''", "$true", "[IO.File]::Delete("],
    [
      "use-credential-helper.ps1",
      '"$file.backup-$number")\n  "',
      `${"[NullString]::Value"})\n  "`,
      REPLACE,
    ],
    ["use-credential-helper.ps1", "{ $number++ }", "{ break }", REPLACE],
    [
      "use-credential-helper.ps1",
      "} else {\n",
      "} else {\n  [IO.File]::Delete($file)\n",
      "[IO.File]::Delete(",
    ],
  ];
  for (const [script, from, to, found] of DESTRUCTIVE) {
    it(`are refused by this test where ${script} had \`${to.split("\n")[0]}\` for \`${from.split("\n")[0]}\``, () => {
      const edited = textOf(script).replace(from, () => to);
      expect(edited).not.to.equal(textOf(script));
      const unsafe = unsafeWrites(parse(edited), copyOf(script));
      expect(unsafe.join("\n")).to.contain(found);
    });
  }

  it("treat every name as text, whatever it contains", () => {
    const hostile = "'; Remove-Item C:\\ -Recurse; '\u2019\u201a $(calc) `$x \"";
    const facts = {
      ...bundleFacts(ACME, config(), {
        generation: 1,
        material: { ...plainKey, keyId: hostile },
      }),
      registries: [{ region: hostile, host: hostile }],
    };
    const files = bundleFiles(facts);
    for (const script of SCRIPTS) {
      const tree = parse(textOf(script, files));
      expect(tree.hasError, script).to.equal(false);
      expect(callsOf(textOf(script, files))).not.to.include.members(["Remove-Item"]);
      expect(callsOf(textOf(script, files))).not.to.include.members(["calc"]);
    }
    expect(powershellQuoted("it's ‘so’")).to.equal("'it''s ‘‘so’’'");
  });

  describe("where PowerShell is installed", function () {
    if (!hasPowershell) return void it("(is not run: pwsh was not found)");
    this.timeout(120_000);
    let machine: CustomerMachine;

    beforeEach(() => {
      machine = new CustomerMachine();
      machine.unpack(FILES);
      for (const name of ["docker-credential-ecr-login", "kubectl"]) machine.program(name, "");
      machine.program("aws", 'echo "a password"');
      machine.program("docker", '[ "$(cat)" = "a password" ]');
      machine.environment = { PATH: [machine.programs, process.env["PATH"]].join(delimiter) };
    });
    afterEach(() => machine.remove());

    const run = (script: string) => machine.run(`pwsh -NoProfile -File ${script}`);
    const inHome = (file: string) => readFileSync(join(machine.home, file), "utf8");

    for (const script of SCRIPTS) {
      it(`runs ${script} twice`, async () => {
        for (const _ of [1, 2]) {
          const { code, stderr } = await run(script);
          expect([code, stderr]).to.deep.equal([0, ""]);
        }
      });
    }

    for (const script of SCRIPTS) {
      const tools = [...PROGRAMS].filter((name) => textOf(script).includes(`'${name}'`));
      for (const tool of tools) {
        it(`runs ${script} without ${tool}, and changes nothing`, async () => {
          const files = [".aws/credentials", ".docker/config.json"];
          for (const file of files) {
            mkdirSync(dirname(join(machine.home, file)));
            writeFileSync(join(machine.home, file), `before: ${file}`);
          }
          const pwsh = execFileSync("which", ["pwsh"], { encoding: "utf8" }).trim();
          rmSync(join(machine.programs, tool));
          machine.environment = { PATH: machine.programs };
          const { code, stderr } = await machine.run(`${pwsh} -NoProfile -File ${script}`);
          expect(code).not.to.equal(0);
          expect(stderr).to.contain(tool);
          for (const file of files) expect(inHome(file)).to.equal(`before: ${file}`);
        });
      }
    }

    it("keeps other profiles and logins", async () => {
      const before = {
        auths: { "ghcr.io": { auth: "eA==" } },
        credHelpers: { "gcr.io": "gcloud" },
      };
      for (const [file, text] of [
        [".aws/credentials", "[default]\naws_access_key_id = A\n"],
        [".docker/config.json", JSON.stringify(before)],
      ] as const) {
        mkdirSync(dirname(join(machine.home, file)));
        writeFileSync(join(machine.home, file), text);
      }
      await run("configure.ps1");
      await run("use-credential-helper.ps1");
      expect(inHome(".aws/credentials")).to.equal(
        `[default]\naws_access_key_id = A\n[ecr-${ACCOUNT}]\naws_access_key_id = ${KEY_ID}\naws_secret_access_key = ${SECRET}\n`,
      );
      expect(JSON.parse(inHome(".docker/config.json"))).to.deep.equal({
        ...before,
        credHelpers: {
          ...before.credHelpers,
          [`${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`]: "ecr-login",
          [`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`]: "ecr-login",
        },
      });
      expect(readdirSync(join(machine.home, ".docker")).sort()).to.deep.equal([
        "config.json",
        "config.json.backup-1",
      ]);
    });
  });
});
