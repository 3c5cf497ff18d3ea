/**
 * Proves that a hand-over killed by SIGKILL before any of its changes on disk leaves no plain secret, and a
 * customer's file that is the old or the new one, never half of it; that every record has its bundle; and that
 * the next run either finishes the job or says what to do. Each kill is a process of its own.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Age from "age-encryption";
import { expect } from "chai";
import { deliver } from "../../../automation/handover/deliver";
import { UsageError } from "../../../automation/output/usageError";
import { Written } from "../../e2e/support/canary";
import { acmeIn, acmeText, writeAcme } from "./support/onDisk";
import { SECRET } from "./support/samples";

const PROGRAM = join(__dirname, "support/killedDelivery.ts");
/** More changes than a hand-over makes: the last kill must come too late. */
const MOST = 16;

describe("a killed hand-over", function () {
  this.timeout(120_000);

  it("is finished by the next run, wherever it was killed", async () => {
    const age: typeof Age = await import("age-encryption");
    const identity = await age.generateX25519Identity();
    const recipient = await age.identityToRecipient(identity);
    const ends = new Set<string>();
    for (let k = 1; k <= MOST; k++) {
      const root = mkdtempSync(join(tmpdir(), "handover-crash-"));
      try {
        writeAcme(root, `ageRecipient: ${recipient}\n`);
        const before = acmeText(root);
        const { signal, status, stderr } = spawnSync(
          process.execPath,
          ["--import", "tsx", PROGRAM, root, String(k)],
          { encoding: "utf8" },
        );
        const written = new Written([root]);
        expect(written.find([SECRET]), `kill ${k}`).to.deep.equal([]);
        written.stop();
        expect(written.size).to.be.above(0);
        const bundle = join(root, "handover/acme-1.tar.age");
        const isRecorded = acmeText(root) !== before;
        if (signal === null) {
          expect([status, isRecorded], stderr).to.deep.equal([0, true]);
          ends.add("done");
          break;
        }
        expect(signal).to.equal("SIGKILL");
        expect(isRecorded, `kill ${k}`).to.equal(false);
        if (existsSync(bundle)) {
          const error: unknown = await deliver(acmeIn(root)).catch((thrown: unknown) => thrown);
          expect(error).to.be.instanceOf(UsageError);
          expect((error as UsageError).advice).to.contain("move it away, and run this again");
          rmSync(bundle);
          ends.add("bundle without a record");
        } else {
          ends.add("nothing");
        }
        await deliver(acmeIn(root));
        const decrypter = new age.Decrypter();
        decrypter.addIdentity(identity);
        const archive = Buffer.from(await decrypter.decrypt(readFileSync(bundle)));
        expect(archive.includes(SECRET)).to.equal(true);
        expect(acmeIn(root).customer.handedOver).to.have.length(1);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }
    expect([...ends]).to.deep.equal(["nothing", "bundle without a record", "done"]);
  });
});
