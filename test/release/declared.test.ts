/**
 * Guards what an upgrade changes in a vendor's account: the program declares for a vendor with every feature
 * what the list in the repository says, and a list that differs from the last release's has a note in the
 * changelog. Uses the SDK's mocks: whether the providers send the same to AWS is the end-to-end tests' matter.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  DECLARED_BEFORE,
  DECLARED_NOW,
  declaredResources,
  type DeclaredResources,
} from "../../scripts/release/declaredResources";
import {
  changedResources,
  missingNote,
  missingReleaseNote,
  SECTION,
} from "../../scripts/release/upgradeNotes";

const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as DeclaredResources;
const CHANGELOG = readFileSync(join(__dirname, "..", "..", "CHANGELOG.md"), "utf8");

describe("what the program declares", function () {
  this.timeout(60_000);

  it("is what the list in the repository says", async () => {
    const changed = changedResources(read(DECLARED_NOW), await declaredResources());
    const message = `the program declares other resources: run \`npx tsx scripts/declared.ts\`, review the difference, and add a line under "### ${SECTION}" in CHANGELOG.md`;
    expect(changed, message).to.deep.equal([]);
  });

  it("has a note in the changelog wherever it differs from the last release", () => {
    const changed = changedResources(read(DECLARED_BEFORE), read(DECLARED_NOW));
    expect(missingNote(changed, CHANGELOG)).to.equal(undefined);
  });

  it("covers every type of resource, and customers of every kind", () => {
    const keys = Object.keys(read(DECLARED_NOW));
    const types = new Set(keys.map((key) => key.split(" ")[1]));
    expect([...types].sort()).to.deep.equal([
      "aws:ecr/repositoryPolicy:RepositoryPolicy",
      "aws:iam/accessKey:AccessKey",
      "aws:iam/group:Group",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
      "aws:iam/policy:Policy",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:iam/user:User",
      "aws:iam/userGroupMembership:UserGroupMembership",
      "aws:iam/userPolicy:UserPolicy",
      "awsx:ecr:Repository",
      "pulumi:providers:aws",
    ]);
    const text = JSON.stringify(read(DECLARED_NOW));
    const parts = [
      ...["BuildServerPushes", "999988887777", "aws:CurrentTime", "pgpKey", "team"],
      ...["aws:SourceIp", "vpce-0a1b2c3d4e5f67890", "role/ci/deploy", "999988887774", "Old_Puller"],
    ];
    for (const part of parts) {
      expect(text, part).to.contain(part);
    }
  });
});

describe("a change of what is declared", () => {
  const BEFORE = {
    "prod aws:iam/user:User acme": { name: "acme", path: "/customers/" },
    "prod aws:iam/group:Group customers": { name: "ecr-customers" },
  };
  const changelog = (section: string) =>
    `# Changelog\n\n## Unreleased\n\n### Added\n\n- A command.\n\n${section}## 0.1.0\n\n### ${SECTION}\n\n- Of an earlier release.\n`;

  it("is found in names, types and inputs", () => {
    expect(changedResources(BEFORE, BEFORE)).to.deep.equal([]);
    const { "prod aws:iam/group:Group customers": group } = BEFORE;
    expect(
      changedResources(BEFORE, {
        "prod aws:iam/user:User acme": { name: "acme", path: "/", tags: {} },
        "prod aws:iam/group:Group login": group,
      }),
    ).to.deep.equal([
      "prod aws:iam/group:Group customers: removed",
      "prod aws:iam/group:Group login: added",
      "prod aws:iam/user:User acme: other path, tags",
    ]);
  });

  it("without a note in the unreleased part is refused", () => {
    const changed = ["prod aws:iam/group:Group login: added"];
    const refusal = `the program declares other resources than in the last release: add a line under "### ${SECTION}" in the Unreleased part of CHANGELOG.md\n${changed[0]}`;
    expect(missingNote(changed, changelog(""))).to.equal(refusal);
    expect(
      missingNote(changed, changelog(`### ${SECTION}\n\n### Fixed\n\n- A typo.\n\n`)),
    ).to.equal(refusal);
    expect(
      missingNote(changed, changelog(`### ${SECTION}\n\n- The group is renamed.\n\n`)),
    ).to.equal(undefined);
  });

  it("needs a note in the part of the version that is released, and no older one", () => {
    const changed = ["prod aws:iam/group:Group login: added"];
    const released = changelog("").replace(
      "## Unreleased",
      "## Unreleased\n\n## 0.2.0 - 2026-12-01",
    );
    expect(missingReleaseNote([], released, "0.2.0")).to.equal(undefined);
    expect(missingReleaseNote(changed, released, "0.2.0")).to.match(
      /in the part "## 0\.2\.0 - 2026-12-01" of/,
    );
    const noted = changelog(`### ${SECTION}\n\n- The group is renamed.\n\n`);
    expect(missingReleaseNote(changed, noted.replace("Unreleased", "0.2.0"), "0.2.0")).to.equal(
      undefined,
    );
    expect(missingReleaseNote(changed, changelog(""), "0.2.0")).to.match(
      /in the part "## Unreleased" of/,
    );
    expect(missingReleaseNote(changed, noted, "")).to.equal(undefined);
  });

  it("is not announced when there is none", () => {
    expect(missingNote([], changelog(""))).to.equal(undefined);
    expect(missingNote([], changelog(`### ${SECTION}\n\n- Nothing.\n\n`))).to.match(
      /but the program declares what it declared in the last release$/,
    );
  });
});
