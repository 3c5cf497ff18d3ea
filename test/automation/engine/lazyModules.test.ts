/**
 * Proves that the script loads Pulumi's SDK without the modules that it rarely needs, that these are still
 * loaded when they are needed, and that other code gets the modules themselves. Each test runs a new process,
 * because everything is already loaded in this one. bench/ measures how much time it saves.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { version as TYPESCRIPT } from "typescript";

const ROOT = join(__dirname, "../../..");
const LOADED = `Object.keys(require.cache).filter((file) => /typescript\\.js$|arborist.index\\.js$/.test(file)).length`;

/** What a program writes as JSON. */
function run(program: string, environment: Readonly<Record<string, string>> = {}): unknown {
  const argv = ["--import", "tsx", "-e", program];
  const env = { ...process.env, ...environment };
  return JSON.parse(execFileSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8", env }));
}

describe("Pulumi's SDK, loaded by the script", function () {
  this.timeout(60_000);

  it("does not load rarely needed modules, which a plain `require` does", () => {
    expect(
      run(`require("./automation/engine/pulumiSdk"); console.log(JSON.stringify(${LOADED}))`),
    ).to.equal(0);
    expect(
      run(`require("@pulumi/pulumi/automation"); console.log(JSON.stringify(${LOADED}))`),
    ).to.equal(2);
  });

  it("is loaded by no command's own modules, which would load all of it", () => {
    const program = `
      const { COMMANDS } = require("./automation/commandTable");
      const isOfSdk = (file) => /node_modules.@pulumi./.test(file);
      const loaded = () => Object.keys(require.cache).filter(isOfSdk).length;
      (async () => {
        const loading = [];
        for (const { usage, load } of COMMANDS) {
          const before = loaded();
          await load();
          if (loaded() > before) loading.push(usage);
        }
        console.log(JSON.stringify(loading));
      })();`;
    expect(run(program)).to.deep.equal([]);
  });

  it("loads everything at once with ECR_CUSTOMERS_UNCHANGED_SDK=1", () => {
    const program = `require("./automation/engine/pulumiSdk"); console.log(JSON.stringify(${LOADED}))`;
    expect(run(program, { ECR_CUSTOMERS_UNCHANGED_SDK: "1" })).to.equal(2);
    expect(run(program, { ECR_CUSTOMERS_UNCHANGED_SDK: "0" })).to.equal(0);
  });

  it("loads them when a function is serialised", () => {
    const text = run(`
      require("./automation/engine/pulumiSdk");
      const { runtime } = require("@pulumi/pulumi");
      runtime.serializeFunction(() => 42).then(({ text }) => console.log(JSON.stringify(text)));`);
    expect(text).to.contain("42");
  });

  it("gives other code the modules themselves", () => {
    const version = run(`
      require("./automation/engine/pulumiSdk");
      const ts = require("typescript");
      console.log(JSON.stringify([ts.version, "createSourceFile" in ts]));`);
    expect(version).to.deep.equal([TYPESCRIPT, true]);
  });
});
