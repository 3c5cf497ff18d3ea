/**
 * Proves that the script's Pulumi SDK does not load what it seldom needs, that it still loads it when it
 * is needed, and that others who ask for such a module get the module itself. In processes of their own:
 * here everything is loaded long since. How much time it saves is for bench/.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { version as TYPESCRIPT } from "typescript";

const ROOT = join(__dirname, "../../..");
const LOADED = `Object.keys(require.cache).filter((file) => /typescript\\.js$|arborist.index\\.js$/.test(file)).length`;

/** What a program writes as JSON. */
function run(program: string): unknown {
  const argv = ["--import", "tsx", "-e", program];
  return JSON.parse(execFileSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" }));
}

describe("the SDK as the script loads it", function () {
  this.timeout(20_000);

  it("leaves out what is seldom needed, which a plain load does not", () => {
    expect(
      run(`require("./automation/engine/pulumiSdk"); console.log(JSON.stringify(${LOADED}))`),
    ).to.equal(0);
    expect(
      run(`require("@pulumi/pulumi/automation"); console.log(JSON.stringify(${LOADED}))`),
    ).to.equal(2);
  });

  it("loads it when a function is turned into text", () => {
    const text = run(`
      require("./automation/engine/pulumiSdk");
      const { runtime } = require("@pulumi/pulumi");
      runtime.serializeFunction(() => 42).then(({ text }) => console.log(JSON.stringify(text)));`);
    expect(text).to.contain("42");
  });

  it("gives others the modules themselves", () => {
    const version = run(`
      require("./automation/engine/pulumiSdk");
      const ts = require("typescript");
      console.log(JSON.stringify([ts.version, "createSourceFile" in ts]));`);
    expect(version).to.deep.equal([TYPESCRIPT, true]);
  });
});
