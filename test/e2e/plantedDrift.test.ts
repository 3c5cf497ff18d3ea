/**
 * Proves that what others change in AWS by hand is named, each kind by its check: by `drift`, by
 * `preview --refresh` and by the nightly `up --refresh`, which repairs what an update can and exits with 1
 * as long as something is left. All are planted at once, each on a customer or repository of its own. What
 * each finding says in full is shown by test/account/deviations.test.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import {
  plantAll,
  PLANTED_IN_AWS,
  plantedProject,
  PLANTED_SETTINGS,
  recreate,
} from "./support/plantedInAws";
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
  // A nightly update of what was changed asks the engine four times.
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);
  const found = (stdout: string) => (JSON.parse(stdout) as { deviations: Found[] }).deviations;

  let drift: Found[] = [];

  before(async () => {
    plantedProject(running.project);
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  it("are absent after an update", async () => {
    const { code, stdout, stderr } = await run("drift");
    expect([code, stdout], stderr).to.deep.equal([0, "AWS holds what the files say.\n"]);
  });

  it("to one customer's user are not blamed on another one by the doctor", async () => {
    const { sandbox } = running;
    await recreate(sandbox, "recreated");
    const other = await run("doctor", "plain");
    expect(other.code, other.stdout).to.equal(0);
    const own = await run("doctor", "recreated");
    expect(own.code).to.equal(1);
    expect(own.stdout).to.match(/WRONG {2}user recreated was deleted and created again by hand/);
    expect(own.stdout).to.match(/the policy of base in eu-central-1 does not name .*recreated/);
    // Its new key has the status and the number of the old one; only the id differs.
    expect(own.stdout).to.match(/key 1 of recreated is in its file, but not in AWS/);
  });

  it("are all named by `drift`, each by its check", async () => {
    await plantAll(running.sandbox);
    const { code, stdout, stderr } = await run("drift", "--json", "--markdown", "drift.md");
    expect(code, stderr).to.equal(3);
    const named = found(stdout);
    drift = named;
    expect(missing(named)).to.deep.equal([]);
    expect(named.filter(({ check }) => check === "access" || check === "not-read")).to.deep.equal(
      [],
    );
    expect(PLANTED_IN_AWS.length).to.be.at.least(40);
  });

  it("are all in the Markdown of `drift`, as the nightly issue shows it", () => {
    const written = readFileSync(join(running.project.directory, "drift.md"), "utf8");
    const all = drift;
    const left = all.filter(({ repair }) => repair !== "update").length;
    // As it is read: without Markdown's escapes.
    const read = written.replace(/\\/g, "");
    expect(read).to.match(
      new RegExp(
        `^#+ dev: ${all.length} differences between AWS and the files; no update repairs ${left} of them\\.$`,
        "m",
      ),
    );
    for (const title of ["No update repairs", "Revoked, and no update gives it back by itself"]) {
      expect(read).to.contain(title);
    }
    for (const { check } of PLANTED_IN_AWS) expect(read).to.contain(check);
    for (const { subject } of all) expect(read).to.contain(subject.name.split(" ")[0]);
  });

  it("are all named by `doctor` without a customer, which exits with 1", async () => {
    const { code, stdout, stderr } = await run("doctor");
    expect(code, stderr).to.equal(1);
    expect(stdout).to.match(/^\d+ customers examined\.$/m);
    for (const { words } of drift) expect(stdout).to.contain(words);
  });

  it("are all named by `preview --refresh`, which changes nothing", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { stdout, stderr } = await run("preview", "--refresh", "--json");
    expect(missing(found(stdout)), stderr).to.deep.equal([]);
    expect(journal.writes() - before).to.equal(0);
  });

  it("are repaired by `up --refresh` as far as an update can; the rest is named and the run exits with 1", async () => {
    const planted = found((await run("drift", "--json")).stdout);
    const { code, stdout, stderr } = await run("up", "--refresh", "--yes", "--json");
    expect(code, stderr).to.equal(1);
    const about = ({ check, subject }: Found) => `${check} of ${subject.name}`;
    const left = planted.filter(({ repair }) => repair !== "update").map(about);
    expect(left).not.to.have.length(0);
    const named = found(stdout);
    const still = new Set(named.map(about));
    // The run leaves it revoked and names it by itself.
    expect(left.filter((one) => !still.has(one))).to.deep.equal(["revoked-in-aws of marked"]);
    expect(stderr).to.contain("marked was revoked at 2026-11-22T07:24:00Z");
    expect(named.filter(({ repair }) => repair === "update")).to.deep.equal([]);
    const { removed, repaired } = JSON.parse(stdout) as { removed: Found[]; repaired: Found[] };
    // What only takes access away may be an emergency: it stays until an operator says otherwise.
    expect(named.filter(({ repair }) => repair === "restore").map(about)).to.deep.equal([
      "user-not-in-group of leaver",
      "user-boundary of fenced",
      "user-tags of untagged",
      "key-status of inactive",
      "repository-policy-missing of policy-gone in eu-central-1",
      "repository-principal-missing of customer-gone in eu-central-1",
      "repository-principal-missing of statement-gone in eu-central-1",
      "repository-actions of action-gone in eu-central-1",
      "repository-statement-changed of condition-added in eu-central-1",
      "repository-statement-changed of denying in eu-central-1",
    ]);
    // Nothing that this run repairs is repaired in silence.
    expect(missing([...named, ...removed, ...repaired])).to.deep.equal([
      "revoked-in-aws of marked",
    ]);
    expect(removed.map(about).sort()).to.deep.equal([
      "user-attached-policy of attached",
      "user-inline-policy of inline",
      "user-login-profile of password",
      "user-other-group of admin",
    ]);
    // The next night names the same, although it has nothing to update.
    const again = await run("up", "--refresh", "--yes");
    expect(again.code).to.equal(1);
    expect(again.stderr).to.contain("Nothing to update, but AWS differs from the files:");
    for (const { words } of named) expect(again.stderr).to.contain(words);
    expect(again.stderr).not.to.contain("Repaired");
  });

  /** Planted changes that nothing names. */
  function missing(named: readonly Found[]): string[] {
    return PLANTED_IN_AWS.filter(
      ({ check, about }) => !named.some((one) => one.check === check && one.subject.name === about),
    ).map(({ check, about }) => `${check} of ${about}`);
  }
});
