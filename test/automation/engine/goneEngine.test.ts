/**
 * Proves that calls to an engine that has ended do not end the script, and that every other error that is handled nowhere
 * still does, in processes of their own. That the SDK leaves such calls behind is shown by test/e2e/signals.test.ts.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const MODULE = join(__dirname, "../../../automation/engine/goneEngine.ts");

/** Runs a script in which a promise is rejected and handled nowhere. */
function run(rejected: string, before = "") {
  const script = `
    const { outliveEngine } = require(${JSON.stringify(MODULE)});
    outliveEngine();
    ${before}
    void Promise.reject(${rejected});
    setTimeout(() => console.log("alive"), 50);
  `;
  const argv = ["--require", "tsx/cjs", "--eval", script];
  return spawnSync(process.execPath, argv, { encoding: "utf8", cwd: join(__dirname, "../../..") });
}

describe("an engine that is gone", function () {
  this.timeout(60_000);

  it("does not end the script with the calls to it that are left", () => {
    const { status, stdout } = run('Object.assign(new Error("read ECONNRESET"), { code: 14 })');
    expect([status, stdout]).to.deep.equal([0, "alive\n"]);
  });

  it("hides no other error", () => {
    for (const other of [
      'new Error("a mistake")',
      'Object.assign(new Error("a mistake"), { code: 2 })',
      'Object.assign(new Error("a mistake"), { code: "14" })',
    ]) {
      const { status, stdout, stderr } = run(other);
      expect([status, stdout], other).to.deep.equal([1, ""]);
      expect(stderr).to.contain("a mistake");
    }
  });

  it("leaves errors of the program to the SDK while it listens", () => {
    const listening = 'process.on("unhandledRejection", ({ message }) => console.log(message));';
    const { status, stdout } = run('new Error("a mistake")', listening);
    expect([status, stdout]).to.deep.equal([0, "a mistake\nalive\n"]);
  });
});
