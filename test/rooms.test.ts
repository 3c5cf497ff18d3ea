/**
 * Proves that the lint rules for the rooms (docs/architecture.md, Rooms) refuse what each room must
 * not use and accept what it may: eslint itself is run on small texts, as if they were files of the
 * room. Proves as well that no modules import each other in a circle.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { importCycles, MODULE_FOLDERS, moduleGraph, modulesIn } from "../scripts/moduleGraph";

const ROOT = join(__dirname, "..");

/** What no room of automation/ but the named one may use. */
const AWS_SDK = "@aws-sdk/client-iam";
const AUTOMATION_API = "@pulumi/pulumi/automation";
const NOT_IN_AUTOMATION = [
  "../../sandbox/paths",
  "../../scripts/schema",
  "../../bench/table",
  "../../test/automation/support/project",
  "../../index",
  "@pulumi/aws/iam",
  "@pulumi/awsx",
  "@cloud-copilot/iam-simulate",
];

/** A file of the room, what it must not import, what it may. */
const ROOMS: [file: string, refused: string[], allowed: string[]][] = [
  ["src/problem.ts", ["@pulumi/pulumi", "yargs", "./stack/outputs"], ["node:path"]],
  [
    "src/customers/load.ts",
    ["@pulumi/pulumi", "yargs", "node:os", "../../scripts/schema", "../../automation/output/csv"],
    ["yaml", "../yaml/text"],
  ],
  ["src/yaml/text.ts", ["@pulumi/pulumi", "node:os"], ["yaml"]],
  [
    "src/access/arns.ts",
    ["node:fs", "@pulumi/aws/iam", "yaml", "../config"],
    ["../customers/model", "../customers/identity"],
  ],
  [
    "src/account/observed.ts",
    ["node:fs", "node:crypto", "@pulumi/aws/iam", "yaml", "../config", "../customers/load"],
    ["../access/model"],
  ],
  [
    "src/adopt/plan.ts",
    ["node:fs", "node:crypto", "@pulumi/aws/iam", "yaml", "../config", "../customers/load"],
    ["../access/model", "../account/observed", "../customers/newText"],
  ],
  [
    "src/history/why.ts",
    ["node:fs", "yaml", "../config", "../customers/load"],
    ["../access/entitlements", "../customers/model"],
  ],
  [
    "src/pulls/event.ts",
    ["node:fs", "node:crypto", "yaml", "../config", "../project", "../customers/load"],
    ["../access/arns", "../customers/model", "../customers/identity"],
  ],
  [
    "src/report/report.ts",
    ["node:fs", "yaml", "../config", "../project", "../customers/load", "../notices/due"],
    ["node:crypto", "../access/budget", "../history/since", "../printable", "../notices/days"],
  ],
  [
    "src/notices/due.ts",
    ["node:fs", "node:crypto", "yaml", "../config", "../project", "../customers/load"],
    ["../access/budget", "../customers/model", "../counted"],
  ],
  [
    "src/renewals/rule.ts",
    ["node:fs", "node:crypto", "yaml", "../config", "../project", "../customers/load"],
    ["../access/entitlements", "../history/model", "../customers/isoDate"],
  ],
  [
    "src/stack/settled.ts",
    ["../../automation/engine/stackRunner", "../../sandbox/paths", "@pulumi/aws"],
    ["@pulumi/aws/iam"],
  ],
  [
    "src/program.ts",
    ["../automation/engine/stackRunner", "../sandbox/paths", "../bench/table", "yargs"],
    ["@pulumi/pulumi", "./project", "./stack/declareStack"],
  ],
  [
    "src/recordedRepositories.ts",
    ["../automation/engine/stackRunner", "../sandbox/paths", "@pulumi/pulumi", "yargs"],
    ["node:child_process", "node:util", "./stack/undeclaredStatements"],
  ],
  [
    "index.ts",
    ["./automation/engine/stackRunner", "./sandbox/paths", "./src/project", "yargs"],
    ["./src/program"],
  ],
  [
    "automation/files/stackFiles.ts",
    [...NOT_IN_AUTOMATION, AWS_SDK, AUTOMATION_API],
    ["../../src/project", "@pulumi/pulumi"],
  ],
  ["automation/engine/stackRunner.ts", [...NOT_IN_AUTOMATION, AWS_SDK], [AUTOMATION_API]],
  ["automation/aws/client.ts", [...NOT_IN_AUTOMATION, AUTOMATION_API], [AWS_SDK]],
  ["automation/sales/reading/table.ts", ["../ledger", "../mapping/mapping"], ["./archive"]],
  [
    "automation/sales/mapping/mapping.ts",
    ["../ledger", "../records/records"],
    ["../reading/table"],
  ],
  [
    "automation/sales/records/records.ts",
    ["../ledger"],
    ["../reading/table", "../mapping/mapping"],
  ],
  ["automation/sales/ledger.ts", [], ["./reading/table", "./mapping/mapping"]],
  ["automation/cli.ts", ["../sandbox/paths", AWS_SDK], ["./commands/up", "./cli/command"]],
  ["sandbox/aws/front.ts", ["../registry/registry", "../tool", "../../bench/table"], ["./faults"]],
  ["sandbox/provider/main.ts", ["../aws/front", "../tool"], ["./tags"]],
  ["sandbox/registry/registry.ts", ["../provider/tags", "../tool"], ["../aws/front"]],
  [
    "sandbox/tool.ts",
    ["../scripts/moduleGraph", "../test/automation/support/project"],
    ["../automation/aws/client"],
  ],
  ["scripts/schema.ts", ["../sandbox/paths", "../bench/table"], ["../automation/output/markdown"]],
  [
    "bench/table.ts",
    ["../test/automation/support/project"],
    ["../sandbox/paths", "../automation/cli"],
  ],
];

/** Lowest first, as in the page; neighbours of one line do not use each other either. */
const AUTOMATION = [
  ["output"],
  ["files", "aws"],
  ["engine"],
  ["cli"],
  ["compare"],
  ["plan", "pulls"],
  ["update"],
  ["cells"],
  ["keys"],
  ["adopt", "doctor", "github", "handover", "init", "sales"],
  ["history", "notices"],
  ["renewals"],
  ["report"],
  ["commands"],
];

describe("rooms", function () {
  this.timeout(120_000);
  // Without the rules that need types, which these leave out: a hundred times faster.
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfig: [{ files: ["**/*.ts"], ...tseslint.configs.disableTypeChecked }],
  });

  /** The modules among those that the lint rules refuse the file, and all other complaints. */
  async function refused(
    file: string,
    modules: readonly string[],
    using: (module: string) => string,
  ) {
    const text = modules.map(using).join("\n");
    const [result] = await eslint.lintText(`${text}\n`, { filePath: join(ROOT, file) });
    const lines = new Set<number>();
    for (const { line, ruleId, message } of result?.messages ?? []) {
      expect(ruleId, message).to.match(/no-restricted-(?:imports|paths|syntax)$/);
      lines.add(line);
    }
    return modules.filter((_, at) => lines.has(at + 1));
  }

  const statically = (module: string) => `import "${module}";`;
  const dynamically = (module: string) => `void import("${module}");`;
  const asTypes = (module: string) => `export type * from "${module}";`;

  for (const [file, forbidden, allowed] of ROOMS) {
    const not = forbidden.length === 0 ? "" : `, and not ${forbidden.join(", ")}`;
    it(`${file} may use ${allowed.join(", ")}${not}`, async () => {
      for (const using of [statically, dynamically, asTypes]) {
        expect(await refused(file, [...forbidden, ...allowed], using)).to.deep.equal(forbidden);
      }
    });
  }

  it("a room of automation/ uses only the rooms below it", async () => {
    const rooms = readdirSync(join(ROOT, "automation"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(AUTOMATION.flat()).to.have.members(rooms);
    const moduleOf = (room: string) =>
      `../${room}/${readdirSync(join(ROOT, "automation", room))
        .find((name) => name.endsWith(".ts"))
        ?.replace(/\.ts$/, "")}`;
    for (const [rank, neighbours] of AUTOMATION.entries()) {
      const below = AUTOMATION.slice(0, rank).flat();
      for (const room of neighbours) {
        const others = rooms.filter((name) => name !== room);
        const file = `automation/${room}/anything.ts`;
        const forbidden = others.filter((name) => !below.includes(name)).map(moduleOf);
        expect(
          await refused(file, [...others.map(moduleOf), "../cli"], statically),
          file,
        ).to.have.members([...forbidden, "../cli"]);
      }
    }
  });

  it("a command uses no other command", async () => {
    const commands = ["./up", "./preview"];
    expect(await refused("automation/commands/sync.ts", commands, statically)).to.deep.equal(
      commands,
    );
  });

  it("src/ uses neither the clock nor the console", async () => {
    const rules = async (file: string, text: string) => {
      const [result] = await eslint.lintText(text, { filePath: join(ROOT, file) });
      return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? "parsing");
    };
    for (const file of ["src/access/arns.ts", "src/config.ts", "src/stack/outputs.ts"]) {
      expect(await rules(file, "export const now = new Date();\n")).to.include(
        "no-restricted-syntax",
      );
      expect(await rules(file, "export const now = Date.now();\n")).to.include(
        "no-restricted-syntax",
      );
      expect(await rules(file, 'console.log("x");\n')).to.include("no-console");
    }
  });

  it("no modules import each other in a circle", () => {
    const files = [...modulesIn(ROOT, [...MODULE_FOLDERS, "test"]), "index.ts"];
    expect(files).to.include.members(["src/problem.ts", "automation/cli.ts"]);
    expect(importCycles(moduleGraph(ROOT, files))).to.deep.equal([]);
  });
});

describe("importCycles", () => {
  it("names the files of each cycle, whichever way a module is imported", () => {
    const root = mkdtempSync(join(tmpdir(), "graph-"));
    try {
      const texts: Record<string, string> = {
        "src/a.ts": 'import { b } from "./room/b";\nimport type { E } from "./e";',
        "src/room/b.ts": 'export type { C } from "../c";',
        "src/c.ts": 'export const a = () => import("./a.js");',
        "src/d.ts": 'import "./a";\nimport "./c";',
        "src/e.ts": 'import { f } from "./f.js";\nimport "yaml";',
        "src/f.ts": 'import type { E } from "./e";',
      };
      for (const [file, text] of Object.entries(texts)) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
      const files = modulesIn(root, ["src", "missing"]);
      expect(files).to.have.members(Object.keys(texts));
      expect(importCycles(moduleGraph(root, files))).to.deep.equal([
        ["src/e.ts", "src/f.ts"],
        ["src/a.ts", "src/room/b.ts", "src/c.ts"],
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
