/**
 * Proves with the emulator as the judge that an adoption changes no one's rights but for the lines that it lists before its
 * first write: everyone with credentials signs calls for each action on each repository, before and after. For one
 * account the script and the engine adopt; for the others the policies that the update declares are written by direct
 * calls, which proves the policies and the order, not the engine. `npm run bench:adopt-rights` does the latter for 200
 * accounts. Other AWS accounts and services have no credentials here: for them, src/adopt/proof.ts is judged in test/adopt.
 */
import { expect } from "chai";
import { brownField } from "../../bench/brownfield/generate";
import { judgedAdoption, judgeSeed, type Announced } from "../../bench/brownfield/judgeSeed";
import { plantField } from "../../bench/brownfield/plant";
import { settingsText } from "../../bench/brownfield/settingsText";
import { TODAY } from "../access/support";
import { customersScript } from "./support/customersScript";
import { withSandbox, type Running } from "./support/withSandbox";

/** What the first update lists of an adoption: it says so in the refusal that asks for each number. */
interface Refused {
  refusals?: { limit: string; flag: string }[];
}

async function adoptByScript(running: Running): Promise<Announced> {
  const script = async (...argv: string[]) => customersScript(running, argv);
  const selection = ["--tag", "role=customer", "--accounts", "all"];
  const written = await script("adopt", ...selection, "--write", "--json");
  expect(written.code, written.stderr + written.stdout).to.equal(0);
  const { changes, customers } = JSON.parse(written.stdout) as {
    changes: Announced["changes"];
    customers: unknown[];
  };
  const preview = await script("preview", "--json");
  const { refusals = [] } = JSON.parse(preview.stdout) as Refused;
  const flags = refusals.flatMap(({ flag }) => flag.split(" "));
  const up = await script("up", "--yes", ...flags);
  expect(up.code, up.stderr + up.stdout).to.equal(0);
  return { customers: customers.length, changes };
}

describe("everyone's rights before and after an adoption, by the emulator", () => {
  for (const seed of [2, 14, 56]) {
    it(`are the same but for what was listed, in account ${seed}`, async function () {
      this.timeout(180_000);
      const { askers, customers, rights, hidden } = await judgeSeed(seed, 6, TODAY);
      expect(Math.min(askers, customers, rights)).to.be.greaterThan(0);
      expect(hidden).to.deep.equal([]);
    });
  }

  for (const seed of [8]) {
    describe(`adopted by the script and the engine, in account ${seed}`, function () {
      const field = brownField(seed, 10);
      const running = withSandbox(this, settingsText(field));

      it("are the same but for what was listed", async function () {
        this.timeout(240_000);
        const { sandbox } = running;
        const keys = await plantField(field, sandbox.aws);
        const { customers, rights, hidden } = await judgedAdoption(field, sandbox, keys, () =>
          adoptByScript(running),
        );
        expect(Math.min(customers, rights)).to.be.greaterThan(0);
        expect(hidden).to.deep.equal([]);
      });
    });
  }
});
