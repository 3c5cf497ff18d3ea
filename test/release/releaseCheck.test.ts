/**
 * Proves that the check of a release finds a change of anyone's access: in documents that were changed by hand, and
 * by running the script against sources with a planted change. Does not prove that AWS decides as the evaluator
 * does: see test/access/evaluateAgreement.test.ts and test/e2e.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { compareAnswers } from "../../scripts/release/answers";
import { declaredBy, type Declared } from "../../scripts/release/declaredBy";
import { knownKeys, writeVendors } from "../../scripts/release/vendors";
import { loadProject } from "../../src/project";
import { declareStack } from "../../src/stack/declareStack";
import { customer, TODAY } from "../access/support";
import { stackConfig } from "../customers/support";

const ROOT = join(__dirname, "..", "..");

const config = stackConfig({
  repositories: new Map([
    ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1"] }],
    ["sdk", { create: false, grants: "tagged", regions: ["eu-central-1"] }],
  ]),
});
const customers = [
  customer("acme", { repositories: ["edge-agent", "sdk"] }),
  customer("globex", { repositories: ["edge-agent"], expires: "2027-01-31" }),
  customer("hooli", { repositories: ["edge-agent"], awsAccount: "210987654321", keys: [] }),
  customer("initech", { repositories: ["edge-agent"], networks: ["203.0.113.0/24"] }),
  customer("umbrella", {
    repositories: ["edge-agent"],
    awsAccount: "210987654323",
    awsRoles: ["puller"],
    keys: [],
  }),
  customer("vandelay", {
    repositories: ["edge-agent"],
    keys: [],
    oidc: { issuer: "https://oidc.vandelay.example", audience: "registry", subjects: ["ci"] },
  }),
];
const input = { config, customers, today: TODAY };

/** A change that someone made by mistake, and what the check says. */
const PLANTED: [what: string, change: (text: string) => string, found: RegExp][] = [
  [
    "an action more",
    (text) => text.replace('\\"ecr:BatchGetImage\\"', '\\"ecr:BatchGetImage\\",\\"ecr:PutImage\\"'),
    /^acme: ecr:PutImage on sdk in eu-central-1 at .*: ImplicitlyDenied before, Allowed now$/m,
  ],
  [
    "a principal less",
    (text) => text.replace('\\"arn:aws:iam::123456789012:user/customers/acme\\",', ""),
    /^acme: ecr:BatchGetImage on edge-agent in eu-central-1 at .*: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "a day more",
    (text) => text.replaceAll("2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z"),
    /^globex: ecr:BatchGetImage on edge-agent in eu-central-1 at 2027-02-01T00:00:00Z: ExplicitlyDenied before, Allowed now$/m,
  ],
  [
    "another account",
    (text) => text.replaceAll("iam::210987654321:root", "iam::210987654322:root"),
    /^arn:aws:iam::210987654321:root: ecr:BatchGetImage on edge-agent .*: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "a wider network",
    (text) => text.replaceAll("203.0.113.0/24", "203.0.112.0/22"),
    /^initech: ecr:BatchGetImage on edge-agent in eu-central-1 from 203\.0\.112\.255 at .*: ExplicitlyDenied before, Allowed now$/m,
  ],
  [
    "another role",
    (text) => text.replaceAll("210987654323:role/puller", "210987654323:role/other"),
    /^arn:aws:iam::210987654323:role\/puller: ecr:BatchGetImage on edge-agent .*: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "another subject of tokens",
    (text) => text.replaceAll('vandelay.example:sub\\":[\\"ci', 'vandelay.example:sub\\":[\\"cd'),
    /^role vandelay: sts:AssumeRoleWithWebIdentity by its token for ci: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "another audience of an issuer",
    (text) => text.replace('"clientIdLists":["registry"]', '"clientIdLists":["other"]'),
    /^issuer https:\/\/oidc\.vandelay\.example: \["registry"\] before, \["other"\] now$/m,
  ],
  [
    "a policy less at a role",
    (text) =>
      text.replace("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/other:Other"),
    /^role vandelay: vandelay with .+ before, vandelay with .* now$/m,
  ],
  [
    "a role that may no longer pull",
    (text) => text.replaceAll("role/customers/vandelay", "role/customers/other"),
    /^role vandelay: ecr:BatchGetImage on edge-agent .*: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "a tag less",
    (text) => text.replace('"pull:sdk":"allow"', '"pull:sdk":"no"'),
    /^acme: ecr:BatchGetImage on sdk in eu-central-1 at .*: Allowed before, ImplicitlyDenied now$/m,
  ],
  [
    "another user name",
    (text) => text.replace('"name":"acme","path"', '"name":"Acme","path"'),
    /^user acme: acme before, Acme now$/m,
  ],
  [
    "an inactive key",
    (text) => text.replace('"status":"Active"', '"status":"Inactive"'),
    /^key \S+: Active of \S+ before, Inactive of \S+ now$/m,
  ],
  [
    "a document of a form that the evaluator does not know",
    (text) => text.replace('\\"Sid\\":\\"Pull\\"', '\\"NotAction\\":\\"ecr:PutImage\\"'),
    /^now: /m,
  ],
];

describe("the answers of two versions", function () {
  this.timeout(60_000);
  let declared: Declared[] = [];
  before(async () => {
    declared = await declaredBy(() => declareStack(input), config.account);
  });

  it("are the same for the same documents", () => {
    const { answers, differences } = compareAnswers(declared, declared, input);
    expect(differences).to.deep.equal([]);
    expect(answers).to.be.above(1_000);
  });

  for (const [what, change, found] of PLANTED) {
    it(`differ by ${what}`, () => {
      const text = JSON.stringify(declared);
      const changed = change(text);
      expect(changed).not.to.equal(text);
      const { differences } = compareAnswers(declared, JSON.parse(changed) as Declared[], input);
      expect(differences.join("\n")).to.match(found);
    });
  }
});

describe("the generated vendors of a release check", function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "ecr-customers-vendors-"))));
  afterEach(() => rmSync(root, { recursive: true }));

  /** All files of 200 vendors. */
  const textOf = (folders: readonly string[]) =>
    folders
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
          join(folder, file),
        ),
      )
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
  const KEYS = [
    ...["oidc:", "key: true", "roles:", "networks:", "vpcEndpoints:", "statements:"],
    ...["ecr-customers:cells: 2", "ecr-customers:otherPrincipals:", "grants: tagged"],
  ];

  it("are accepted by this version, and have every kind of identity, place and stack", () => {
    const folders = writeVendors(root, 200, 1, knownKeys(ROOT));
    for (const folder of folders) {
      expect(loadProject(folder, "prod", TODAY).problems, folder).to.deep.equal([]);
    }
    const text = textOf(folders);
    for (const key of KEYS) expect(text).to.contain(key);
    expect(text).to.match(/^regions:$/m);
  });

  it("have no key that an older version refuses", () => {
    const schemas = join(root, "older", "schemas");
    mkdirSync(schemas, { recursive: true });
    const known = { properties: { name: { type: "string" }, networks: { type: "array" } } };
    writeFileSync(join(schemas, "customer.schema.json"), JSON.stringify(known, undefined, 2));
    writeFileSync(join(schemas, "settings.schema.json"), "{}");
    const text = textOf(
      writeVendors(join(root, "vendors"), 200, 1, knownKeys(join(root, "older"))),
    );
    expect(text).to.contain("networks:");
    for (const key of KEYS.filter((one) => !["networks:", "grants: tagged"].includes(one))) {
      expect(text).not.to.contain(key);
    }
    expect(text).not.to.match(/^regions:$/m);
  });
});

describe("scripts/releaseCheck.ts", function () {
  this.timeout(300_000);
  // Below this folder, so that the copy finds its packages.
  const older = join(ROOT, ".sandbox", `older-${process.pid}`);
  const check = () =>
    spawnSync(
      "node",
      [
        ...["--import", "tsx", "scripts/releaseCheck.ts", older],
        // A seed whose vendor has a customer that pulls and is not in a cell.
        ...["--vendors", "1", "--seed", "4"],
      ],
      { cwd: ROOT, encoding: "utf8" },
    );

  before(() => {
    mkdirSync(older, { recursive: true });
    for (const name of ["src", "schemas", "index.ts", "package.json", "tsconfig.json"])
      cpSync(join(ROOT, name), join(older, name), { recursive: true });
  });
  after(() => rmSync(older, { recursive: true }));

  it("passes when an older version gives the same answers, and fails when it does not", () => {
    const same = check();
    expect(same.stderr).to.equal("");
    expect(same.stdout).to.match(/: \d{4,} answers compared, no difference$/m);
    expect(same.status).to.equal(0);

    const file = join(older, "src", "access", "repositoryPolicy.ts");
    const text = readFileSync(file, "utf8");
    const planted = text.replace('"ecr:GetDownloadUrlForLayer"', '"ecr:PutImage"');
    expect(planted).not.to.equal(text);
    writeFileSync(file, planted);
    const other = check();
    expect(other.stdout).to.match(/: ecr:GetDownloadUrlForLayer on .*: .* before, Allowed now$/m);
    expect(other.stdout).to.match(/: ecr:PutImage on .*: Allowed before, .* now$/m);
    expect(other.stdout).to.match(/^An upgrade changes aws:\S+: other policy$/m);
    expect(other.status).to.equal(1);
    writeFileSync(file, text);
  });

  it("compares what both declare with the older version's list, and demands a line in CHANGELOG.md for a change", () => {
    const fixture = join("test", "fixtures", "release");
    cpSync(join(ROOT, fixture), join(older, fixture), { recursive: true });
    const same = check();
    expect(same.stdout).to.match(/^\d+ resources of the fixture vendor of \S+: no difference$/m);
    expect([same.status, same.stderr]).to.deep.equal([0, ""]);

    // As if that release had called the group by another name, and the list in this clone hid it.
    const list = join(older, fixture, "declared.json");
    const text = readFileSync(list, "utf8");
    const planted = text.replaceAll('"ecr-customers"', '"old-name"');
    expect(planted).not.to.equal(text);
    writeFileSync(list, planted);
    const manifest = join(older, "package.json");
    // Of a version before ours, whose part of the changelog would have to say it.
    writeFileSync(
      manifest,
      readFileSync(manifest, "utf8").replace(/"version": "[^"]+"/, '"version": "0.0.1"'),
    );
    const other = check();
    expect(other.stdout).to.match(
      /^Since \S+: celled aws:iam\/group:Group customers: other name$/m,
    );
    expect(other.stdout).to.contain("an upgrade changes what is declared: add a line under");
    expect(other.status).to.equal(1);
  });

  it("takes an older version from git, whatever the files of this clone say", () => {
    const { stdout, stderr } = spawnSync(
      "node",
      ["--import", "tsx", "scripts/releaseCheck.ts", "HEAD", "--vendors", "1", "--seed", "1"],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(stdout, stderr).to.match(/^1 vendors of seed 1, HEAD and this version: \d+ answers/m);
    expect(stdout).to.match(/^\d+ resources of the fixture vendor of HEAD: /m);
  });
});
