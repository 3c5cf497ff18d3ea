/**
 * Proves that the lint rules for the rooms (DESIGN §3) refuse what each room must not use and let
 * through what it may. Runs eslint itself on small texts, as if they were files of the room.
 */
import { join } from "node:path";
import { expect } from "chai";
import { ESLint } from "eslint";

const ROOT = join(__dirname, "..");

/** File of the room, a module it must not import, one that it may. */
const ROOMS: [file: string, refused: string[], allowed: string][] = [
  ["src/problem.ts", ["@pulumi/pulumi", "yargs", "./stack/outputs"], "node:path"],
  ["src/customers/load.ts", ["@pulumi/pulumi", "yargs", "node:os"], "yaml"],
  ["src/access/arns.ts", ["node:fs", "@pulumi/aws/iam", "yaml", "../config"], "../customers/model"],
  [
    "src/account/observed.ts",
    ["node:fs", "node:crypto", "@pulumi/aws/iam", "yaml", "../config", "../customers/load"],
    "../access/model",
  ],
  [
    "src/stack/settled.ts",
    ["../../automation/engine/stackRunner", "../../sandbox/paths", "@pulumi/aws"],
    "@pulumi/aws/iam",
  ],
  ["index.ts", ["./automation/engine/stackRunner", "./sandbox/paths"], "./src/project"],
  [
    "automation/files/stackFiles.ts",
    [
      "../sandbox/paths",
      "@pulumi/aws/iam",
      "@aws-sdk/client-iam",
      "@pulumi/pulumi/automation",
      "@cloud-copilot/iam-simulate",
    ],
    "../src/project",
  ],
  ["automation/engine/stackRunner.ts", [], "@pulumi/pulumi/automation"],
  ["automation/aws/client.ts", [], "@aws-sdk/client-iam"],
];

describe("the rooms", function () {
  // Rules that know types read the whole program first.
  this.timeout(300_000);
  const eslint = new ESLint({ cwd: ROOT });

  async function refusals(file: string, text: string): Promise<string[]> {
    const [result] = await eslint.lintText(text, { filePath: join(ROOT, file) });
    return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? "parsing");
  }

  for (const [file, refused, allowed] of ROOMS) {
    it(`of ${file} may use ${allowed}, and not ${refused.join(", ") || "less"}`, async () => {
      const using = (module: string) => `export * as it from "${module}";\n`;
      expect(await refusals(file, using(allowed))).to.deep.equal([]);
      for (const module of refused) {
        expect(await refusals(file, using(module)), module).to.include("no-restricted-imports");
      }
    });
  }

  it("of src know no clock and no console", async () => {
    expect(await refusals("src/access/arns.ts", "export const now = new Date();\n")).to.include(
      "no-restricted-syntax",
    );
    expect(await refusals("src/config.ts", "export const now = Date.now();\n")).to.include(
      "no-restricted-syntax",
    );
    expect(await refusals("src/config.ts", 'console.log("x");\n')).to.include("no-console");
  });
});
