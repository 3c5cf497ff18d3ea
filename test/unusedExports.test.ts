/**
 * Proves that a module exports only what another one imports, be it a test, and that an export that no one imports is
 * found, on a small checkout.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { MODULE_FOLDERS, modulesIn } from "../scripts/moduleGraph";
import { unusedExports } from "../scripts/unusedExports";

const ROOT = join(__dirname, "..");

describe("exports", function () {
  this.timeout(60_000);

  it("are imported by another module", () => {
    const files = [...modulesIn(ROOT, [...MODULE_FOLDERS, "test"]), "index.ts"];
    expect(files.length).to.be.greaterThan(300);
    const unused = unusedExports(ROOT, files);
    expect(unused.filter((one) => !/^test\//.test(one))).to.deep.equal([]);
  });

  it("are found when no module imports them", () => {
    const root = mkdtempSync(join(tmpdir(), "ecr-customers-exports-"));
    try {
      mkdirSync(join(root, "src"));
      const files = {
        "src/a.ts": `export const one = 1;
export const two = 2;
export function three() {}
export class Four {}
export interface Five {}
const six = 6;
export { six };
const seven = one;
`,
        "src/b.ts": 'import { one } from "./a";\nexport const three = one;\n',
        "src/c.ts": 'const { six } = await import("./a.js");\n',
        "src/d.ts": "// Imports nothing: two, Four.\n",
      };
      for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
      // `three` of b.ts has the same name as the one of a.ts, and no one imports it.
      expect(unusedExports(root, Object.keys(files))).to.deep.equal([
        "src/a.ts: two",
        "src/a.ts: Four",
        "src/b.ts: three",
      ]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
