/**
 * Proves that an upgrade changes nothing in AWS: an older package deploys one of each kind that is declared, this one is
 * installed in its place, and neither its own preview nor plain pulumi's shows a change. Both have this checkout's
 * dependencies: what another version of the AWS provider would change is not shown. A clone without history has no older sources: there it
 * says so, and shows only that replacing a package by itself changes nothing.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT } from "../../sandbox/paths";
import { packageOf, type Tarball } from "./support/packageOf";
import { prepareInstalled, VendorRepository } from "./support/vendorRepository";

const MINUTE = 60_000;

/** One of each kind that is declared. */
const RICH_SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "111122223333"
  ecr-customers:repositories:
    dashboard: { create: true }
    edge-agent: {}
    orchestrator: { grants: tagged }
`;
const RICH_CUSTOMERS = {
  acme: "name: A\nrepositories: [edge-agent, orchestrator]\n",
  globex:
    "name: G\nrepositories: [dashboard]\nexpires: 2099-01-31\nkeys: { 1: inactive, 2: active }\n",
  hooli: 'name: H\nrepositories: [edge-agent]\nawsAccount: "210987654321"\n',
  initech: "name: I\nrepositories: [edge-agent]\nstatus: suspended\n",
};

describe("an upgrade from the first package that there was", function () {
  this.timeout(4 * MINUTE);
  let tarball: Tarball;
  let vendor: VendorRepository;

  before(async function () {
    this.timeout(12 * MINUTE);
    await prepareInstalled();
    tarball = await packageOf(PROJECT);
    vendor = new VendorRepository();
    vendor.linkPackages();
    vendor.replacePackage(tarball.path);
  });
  after(async () => {
    await vendor?.discard();
    tarball?.discard();
  });

  it("changes nothing in AWS", async () => {
    const older = await firstPackage();
    if (older === undefined) {
      console.log(
        "    no history here: the older package is this version's own, so no change of versions is shown",
      );
    }
    const first = older ?? tarball;
    try {
      vendor.succeeds(
        "npx ecr-customers init --yes --account 111122223333 --region eu-central-1" +
          " --repositories edge-agent --github acme/registry",
      );
      writeFileSync(join(vendor.directory, "Pulumi.prod.yaml"), RICH_SETTINGS);
      for (const [id, text] of Object.entries(RICH_CUSTOMERS)) {
        writeFileSync(join(vendor.directory, "customers", `${id}.yaml`), text);
      }
      await vendor.startSandbox();
      vendor.replacePackage(first.path);
      expect(vendor.succeeds("npx ecr-customers up --yes")).to.contain("globex  new, gains");
    } finally {
      older?.discard();
    }
    vendor.replacePackage(tarball.path);
    vendor.succeeds("npx ecr-customers preview --expect-no-changes");
    vendor.succeeds("pulumi preview --stack prod --non-interactive --expect-no-changes");
    // The comparison can fail: a change of the files shows.
    writeFileSync(join(vendor.directory, "customers/acme.yaml"), RICH_CUSTOMERS.initech);
    expect(vendor.succeeds("npx ecr-customers preview --expect-no-changes", 3)).to.contain("LOSES");
  });
});

/**
 * The package of the commit that introduced it, with this checkout's dependencies. When a release changes what is declared, on
 * purpose and with a word in CHANGELOG.md, take that release's commit instead.
 *
 * @returns undefined where there is no history before this version.
 */
async function firstPackage(): Promise<Tarball | undefined> {
  const git = (...argv: string[]) => execFileSync("git", argv, { cwd: PROJECT, maxBuffer: 1e8 });
  if (!existsSync(join(PROJECT, ".git"))) return undefined;
  // All refs: unlike HEAD, they are no error in a repository without any commit.
  const log = ["log", "--all", "--diff-filter=A", "--format=%H", "--", "scripts/buildPackage.ts"];
  const commit = git(...log)
    .toString()
    .trim()
    .split("\n")
    .at(-1);
  if (commit === undefined || commit === "") return undefined;
  // A shallow clone has its newest commit only, which seems to have added every file.
  if (git("rev-list", "--max-count=2", "--all", "--", ".").toString().trim() === commit)
    return undefined;
  const checkout = mkdtempSync(join(tmpdir(), "ecr-customers-first-"));
  try {
    execFileSync("tar", ["-x", "-C", checkout], { input: git("archive", commit) });
    symlinkSync(join(PROJECT, "node_modules"), join(checkout, "node_modules"));
    return await packageOf(checkout);
  } finally {
    rmSync(checkout, { recursive: true });
  }
}
