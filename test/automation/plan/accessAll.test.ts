/**
 * Shows that `access --all` lists, after the customers, the principals of every statement that the settings
 * declare, and that nothing else lists them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectFolder, SETTINGS } from "../support/project";
import { script } from "../support/script";

const CUSTOMERS = { acme: "name: Acme\nrepositories: [edge-agent]\n" };
const DECLARING = SETTINGS.replace(
  "orchestrator: {}",
  "orchestrator: { statements: statements/orchestrator.json }",
);
const STATEMENTS = [
  {
    Sid: "Partners",
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::999988887777:root", "arn:aws:iam::123456789012:role/ci"] },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  },
  {
    Effect: "Deny",
    Principal: "*",
    Action: "ecr:PutImage",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
];

describe("access --all", () => {
  const directory = projectFolder(CUSTOMERS, { dev: DECLARING });
  const none = projectFolder(CUSTOMERS);
  const access = (...argv: string[]) => script(["access", ...argv], { directory });

  before(() => {
    mkdirSync(join(directory, "statements"));
    writeFileSync(join(directory, "statements", "orchestrator.json"), JSON.stringify(STATEMENTS));
  });

  it("shows each principal of the declared statements, with the file that declares it", async () => {
    const { code, stdout } = await access("--all");
    expect(code).to.equal(0);
    const [customers, others = ""] = stdout.split("\n\n");
    expect(customers).to.match(/^customer .*\nacme /);
    expect(others.split("\n").map((line) => line.replaceAll(/ {2,}/g, "  "))).to.deep.equal([
      "Declared statements of others:",
      "  orchestrator  allows AWS account 999988887777: pull  statements/orchestrator.json",
      "  orchestrator  allows role ci: pull  statements/orchestrator.json",
      "  orchestrator  denies everyone: ecr:PutImage, under conditions  statements/orchestrator.json",
      "",
    ]);
  });

  it("shows the customers alone without the option", async () => {
    for (const argv of [[], ["--json"]]) {
      const { stdout } = await access(...argv);
      expect(stdout).not.to.match(/others|999988887777/);
    }
  });

  it("says so when the settings declare no statement", async () => {
    const { stdout } = await script(["access", "--all"], { directory: none });
    expect(stdout).to.match(/\nThe settings declare no statements of others\.\n$/);
  });

  it("is limited to one repository by `--repository`", async () => {
    const others = async (repository: string) => {
      const { stdout } = await access("--all", "--json", "--repository", repository);
      return (JSON.parse(stdout) as { others: unknown[] }).others;
    };
    expect(await others("edge-agent")).to.deep.equal([]);
    expect(await others("orchestrator")).to.have.length(3);
  });

  it("is JSON with an entry for each principal", async () => {
    const { stdout } = await access("--all", "--json");
    const { customers, others } = JSON.parse(stdout) as { customers: unknown[]; others: unknown[] };
    expect(customers).to.have.length(1);
    expect(others[0]).to.deep.equal({
      repository: "orchestrator",
      effect: "allows",
      who: "AWS account 999988887777",
      what: "pull",
      conditional: false,
      file: "statements/orchestrator.json",
    });
  });

  for (const [argv, said] of [
    [["--all", "--csv"], "--csv and --all cannot be combined"],
    [["acme", "--all"], "omit the customer"],
    [["--all", "--expiring", "60d"], "omit the customer and --expiring"],
    [["--all", "--prove"], "--prove already lists"],
  ] as const) {
    it(`is refused as \`access ${argv.join(" ")}\``, async () => {
      const { code, stdout, stderr } = await access(...argv);
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.contain(said);
    });
  }
});
