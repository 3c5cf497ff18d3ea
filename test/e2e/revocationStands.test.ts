/**
 * Proves that an emergency revocation stands until a file says otherwise: an update that does not know of it
 * takes nothing back, does everything else, and exits with 1 naming the file; and that within 12 hours, in
 * which a login made with a leaked key is valid, no file gives access back to the same user. Judged by AWS.
 */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const ACME = "name: Acme\nrepositories: [edge-agent, sdk]\n";
const REVOKED = "2026-11-23T12:00:00Z";
const DENIED = {
  [DENY_POLICY_NAME]: denyPolicy({ status: "suspended", revoked: REVOKED }),
};
const hoursLater = (hours: number) => new Date(Date.parse(REVOKED) + hours * 3_600_000);

describe("an emergency revocation", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (argv: string, now = hoursLater(0)) =>
    customersScript(running, argv.split(" "), { now });
  const text = (id: string) =>
    readFileSync(join(running.project.directory, "customers", `${id}.yaml`), "utf8");

  async function expectRevoked(): Promise<void> {
    const user = await running.sandbox.view.user("acme");
    expect(user.inlinePolicies).to.deep.equal(DENIED);
    expect(Object.values(user.keys)).to.deep.equal(["Inactive"]);
  }

  let filed = "";

  before(async () => {
    running.project.write("acme", ACME);
    const { code, stderr } = await run("up --yes");
    expect(code, stderr).to.equal(0);
    const revoked = await run("revoke acme --now");
    expect(revoked.code, revoked.stderr).to.equal(0);
    filed = text("acme");
    expect(filed).to.include(`revoked: ${REVOKED}`);
    // The pull request with this file is not merged yet.
    running.project.write("acme", ACME);
  });

  it("is not undone by the nightly update, which does everything else and names the missing file", async () => {
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    const preview = await run("preview --refresh");
    expect(preview.stdout).to.include(
      `acme was revoked at ${REVOKED}, and its file does not say so`,
    );
    const { code, stderr } = await run("up --yes --refresh");
    expect(code, stderr).to.equal(1);
    expect(stderr).to.include(`acme was revoked at ${REVOKED}, and its file does not say so`);
    expect(stderr).to.include("revoke acme --now`, which writes its file");
    await expectRevoked();
    expect(await running.sandbox.view.users(["globex"])).to.have.length(1);
    const policy = JSON.stringify(await running.sandbox.view.repositoryPolicy("edge-agent"));
    expect(policy).to.include("customers/globex").and.not.include("customers/acme");
  });

  it("is not undone by the next updates either, with or without a change of that customer", async () => {
    const same = await run("up --yes --refresh");
    expect(same.code, same.stdout + same.stderr).to.equal(1);
    expect(same.stdout).to.include("Nothing to do.");
    const { code, stdout } = await run("up --yes --refresh --json");
    expect([code, JSON.parse(stdout)]).to.deep.equal([
      1,
      {
        ...{ stack: "dev", changed: [], failed: [], deviations: [], removed: [] },
        revokedInAws: [{ customer: "acme", revoked: REVOKED }],
      },
    ]);
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    const edited = await run("up --yes");
    expect(edited.code, edited.stderr).to.equal(1);
    await expectRevoked();
  });

  it("is known once the file is merged", async () => {
    running.project.write("acme", filed);
    const { code, stderr } = await run("up --yes --refresh");
    expect(code, stderr).to.equal(0);
    await expectRevoked();
    expect((await run("preview --refresh --expect-no-changes")).code).to.equal(0);
  });

  it("is not undone within 12 hours by a file that was edited by hand", async () => {
    running.project.write("acme", ACME);
    const { code, stderr } = await run("up --yes", hoursLater(11));
    expect(code, stderr).to.equal(1);
    expect(stderr).to.include(
      "a registry login made with the old key lasts until 2026-11-24T00:00:00Z",
    );
    await expectRevoked();
  });

  it("is undone by that file afterwards", async () => {
    const { code, stderr } = await run("up --yes", hoursLater(13));
    expect(code, stderr).to.equal(0);
    const user = await running.sandbox.view.user("acme");
    expect(user.inlinePolicies).to.deep.equal({});
    expect(Object.values(user.keys)).to.deep.equal(["Active"]);
  });

  it("leaves no way back to the same user within 12 hours, not even with a new key", async () => {
    const revoked = await run("revoke acme --now", hoursLater(20));
    expect(revoked.code, revoked.stderr).to.equal(0);
    const { code, stderr } = await run("up --yes", hoursLater(20));
    expect(code, stderr).to.equal(0);
    const refused = await run("resume acme --new-key", hoursLater(21));
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include("made with an old key lasts until 2026-11-24T20:00:00Z");
    expect(refused.stderr).to.include("resume acme --new-user");
    expect(text("acme")).to.include("status: suspended");
  });

  it("is undone at once by a new user, which no old key and no old login belongs to", async () => {
    const { view } = running.sandbox;
    const before = await view.user("acme");
    const resumed = await run("resume acme --new-user", hoursLater(21));
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(text("acme"))
      .to.match(/user: 2\n/)
      .and.match(/keys: \{ 2: active \}/);
    const { code, stdout, stderr } = await run("up --yes", hoursLater(21));
    expect(code, stdout + stderr).to.equal(0);
    const after = await view.user("acme");
    expect(after.uniqueId).not.to.equal(before.uniqueId);
    expect(after.inlinePolicies).to.deep.equal({});
    expect(after.groups).to.deep.equal(before.groups);
    expect(Object.values(after.keys)).to.deep.equal(["Active"]);
    expect(Object.keys(before.keys)).not.to.include(Object.keys(after.keys)[0]);
    const policy = JSON.stringify(await view.repositoryPolicy("edge-agent"));
    expect(policy).to.include("customers/acme");
    const again = await run("preview --refresh --expect-no-changes", hoursLater(21));
    expect(again.code, again.stdout).to.equal(0);
  });

  it("while an operator is asked for a confirmation wins: nothing is written, and it is named", async () => {
    const NARROWER = "name: Globex\nrepositories: [edge-agent]\nexpires: 2027-03-31\n";
    const revoke = async () => {
      const revoked = await run("revoke globex --now", hoursLater(30));
      expect(revoked.code, revoked.stderr).to.equal(0);
      // The pull request with this file is not merged yet.
      running.project.write("globex", NARROWER);
    };
    running.project.write("globex", NARROWER);
    const { journal } = running.sandbox.front;
    let before = 0;
    const { code, stderr } = await customersScript(running, ["up"], {
      answers: ["yes"],
      now: hoursLater(30),
      beforeAnswer: async () => {
        await revoke();
        before = journal.writes();
      },
    });
    expect(code, stderr).to.equal(1);
    expect(stderr).to.match(/globex was revoked at \S+, and its file does not say so/);
    expect(stderr).to.include("Nothing was written; ");
    expect(journal.writes() - before).to.equal(0);
    expect(Object.values((await running.sandbox.view.user("globex")).keys)).to.deep.equal([
      "Inactive",
    ]);
  });
});
