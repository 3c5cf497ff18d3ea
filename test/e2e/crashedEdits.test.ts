/**
 * Proves that an edit of a customer's file that is killed with SIGKILL at any of its writes leaves the
 * old file or the new one, never a part of it, and nothing else in the customers folder; and that running
 * it again finishes. AWS is not involved: these commands only write files.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SETTINGS } from "../automation/support/project";
import { script } from "../automation/support/script";
import { startScript } from "./support/scriptProcess";

const TEXT = "# our first\nname: Acme\nrepositories: [edge-agent] # pilot\n";
const SUSPENDED = `${TEXT}status: suspended\n`;

/** Command, the file before it, the file after it. */
const EDITS: [argv: string[], before: string, after: RegExp][] = [
  [["keys", "rotate", "acme"], TEXT, /\nkeys: \{ 1: active, 2: active \}\n$/],
  [
    ["suspend", "acme", "--reason", "unpaid"],
    TEXT,
    /\nstatus: suspended # \d{4}-\d\d-\d\d unpaid\n$/,
  ],
  [["resume", "acme"], SUSPENDED, /pilot\n$/],
  [["offboard", "acme"], TEXT, /\nstatus: suspended # \d{4}-\d\d-\d\d off-boarding\n$/],
];

describe("a killed edit", function () {
  this.timeout(120_000);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ecr-customers-killed-"));
    mkdirSync(join(directory, "customers"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\nruntime: nodejs\n");
    writeFileSync(join(directory, "Pulumi.dev.yaml"), SETTINGS);
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const file = () => join(directory, "customers/acme.yaml");

  for (const [argv, before, after] of EDITS) {
    it(`by \`${argv.join(" ")}\` leaves the old file or the new one`, async () => {
      let kills = 0;
      for (let write = 1; ; write++) {
        writeFileSync(file(), before, { mode: 0o640 });
        const run = { cwd: directory, killAtWrite: write };
        const { code, signal, written } = await startScript(argv, run).end;
        expect(readdirSync(join(directory, "customers"))).to.deep.equal(["acme.yaml"]);
        if (signal === null) {
          expect(code, written).to.equal(0);
          break;
        }
        kills += 1;
        expect(readFileSync(file(), "utf8"), `write ${write}`).to.equal(before);
        const again = await script(argv, { directory });
        expect(again.code, again.stderr).to.equal(0);
        expect(readFileSync(file(), "utf8")).to.match(after);
        expect(statSync(file()).mode & 0o777).to.equal(0o640);
        expect(readdirSync(directory).sort()).to.deep.equal([
          "Pulumi.dev.yaml",
          "Pulumi.yaml",
          "customers",
        ]);
      }
      expect(readFileSync(file(), "utf8")).to.match(after);
      // Creating the file, its bytes, its mode, its sync to disk, its rename: each must have been killed.
      expect(kills).to.be.at.least(5);
    });
  }
});
