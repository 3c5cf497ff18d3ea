/**
 * Proves that what others change in AWS by hand is named, each kind by its check: by `drift`. All are
 * planted at once, each on a customer or repository of its own. What each finding says in full is shown
 * by test/account/deviations.test.ts; that an unchanged account gives none, before anything is planted.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { plantAll, PLANTED_IN_AWS, plantedProject, PLANTED_SETTINGS } from "./support/plantedInAws";
import { withSandbox } from "./support/withSandbox";

interface Found {
  check: string;
  subject: { name: string };
  words: string;
  repair: string;
  fix: string;
}

describe("changes by hand", function () {
  const running = withSandbox(this, PLANTED_SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);
  const found = (stdout: string) => (JSON.parse(stdout) as { deviations: Found[] }).deviations;

  before(async () => {
    plantedProject(running.project);
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  it("are absent after an update", async () => {
    const { code, stdout, stderr } = await run("drift");
    expect([code, stdout], stderr).to.deep.equal([0, "AWS holds what the files say.\n"]);
  });

  it("are all named by `drift`, each by its check", async () => {
    await plantAll(running.sandbox);
    const { code, stdout, stderr } = await run("drift", "--json");
    expect(code, stderr).to.equal(3);
    const named = found(stdout);
    expect(missing(named)).to.deep.equal([]);
    expect(named.filter(({ check }) => check === "access" || check === "not-read")).to.deep.equal(
      [],
    );
    expect(PLANTED_IN_AWS.length).to.be.at.least(25);
  });

  /** Planted changes that nothing names. */
  function missing(named: readonly Found[]): string[] {
    return PLANTED_IN_AWS.filter(
      ({ check, about }) => !named.some((one) => one.check === check && one.subject.name === about),
    ).map(({ check, about }) => `${check} of ${about}`);
  }
});
