/**
 * Proves that `adopt` writes the same files when it is run again from nothing, and that after the update `drift` reports
 * nothing but what the plan named: rights that customers had before, principals that stay, policies that no update
 * writes. Judged by the two commands' output for one account with hand-made rights of each kind.
 */
import { DeleteRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { plantGroup, plantUser, PULL } from "./support/plantedUsers";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const SELECTION = ["--path", "/vendors/", "--accounts", "all"];

interface Plan {
  customers: { id: string; broader: string[]; policies: string[] }[];
  staying: string[];
  leftPolicies: { repository: string; region: string }[];
  changes: unknown[];
}

interface Reported {
  check: string;
  subject: { kind: string; name: string };
  customers: string[];
  what: string;
  beforeAdoption?: true;
}

describe("an adoption", function () {
  const running = withSandbox(this, SETTINGS);
  let plan: Plan;

  async function script(...argv: string[]) {
    const { code, stdout, stderr } = await customersScript(running, argv);
    return { code, written: stdout + stderr, stdout };
  }

  /** Path → text of everything that `adopt --write` may write. */
  function files(): Map<string, string> {
    const { directory } = running.project;
    const names = ["customers", "statements"].flatMap((folder) =>
      readdirSync(join(directory, folder)).map((name) => join(folder, name)),
    );
    return new Map(
      [...names, "Pulumi.dev.yaml"].map((name) => [
        name,
        readFileSync(join(directory, name), "utf8"),
      ]),
    );
  }

  before(async () => {
    const { sandbox } = running;
    await plantGroup(running, "partners");
    const acme = await plantUser(running, { name: "Acme_Puller", path: "/vendors/" });
    const globex = await plantUser(running, {
      ...{ name: "globex", path: "/vendors/", keys: 2, secondInactive: true },
      ...{ inlinePull: true, readOnly: true, group: "partners" },
    });
    const build = await plantUser(running, { name: "build", path: "/ci/", inlinePull: true });
    const account = "arn:aws:iam::999988887777:root";
    const allow = (Sid: string, AWS: string[], Action: string[]) =>
      ({ Sid, Effect: "Allow", Principal: { AWS }, Action }) as const;
    await sandbox.view.setRepositoryPolicy("edge-agent", {
      Version: "2012-10-17",
      Statement: [
        allow("Customers", [acme.arn, globex.arn, account], PULL),
        allow("Build", [build.arn], [...PULL, "ecr:PutImage"]),
      ],
    });
    await sandbox.view.setRepositoryPolicy("sdk", {
      Version: "2012-10-17",
      Statement: [allow("Customers", [acme.arn], PULL)],
    });
  });

  it("writes the same files when it is run again from nothing", async () => {
    const { directory } = running.project;
    const settings = readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8");
    const first = await script("adopt", ...SELECTION, "--write", "--json");
    expect(first.code, first.written).to.equal(0);
    const written = files();
    expect([...written.keys()].sort()).to.deep.equal([
      "Pulumi.dev.yaml",
      "customers/acme-puller.yaml",
      "customers/aws-999988887777.yaml",
      "customers/globex.yaml",
      "statements/edge-agent.json",
    ]);
    for (const name of written.keys()) rmSync(join(directory, name));
    writeFileSync(join(directory, "Pulumi.dev.yaml"), settings);
    const second = await script("adopt", ...SELECTION, "--write", "--json");
    expect(second.code, second.written).to.equal(0);
    expect(second.stdout).to.equal(first.stdout);
    expect(files()).to.deep.equal(written);
    plan = JSON.parse(second.stdout) as Plan;
    expect(plan.leftPolicies).to.deep.equal([{ repository: "sdk", region: "eu-central-1" }]);
  });

  it("leaves nothing that drift reports but what the plan named", async () => {
    expect(plan.changes).to.deep.equal([]);
    const up = await script("up", "--yes");
    expect(up.code, up.written).to.equal(1);
    const named = up.written.split("\n").filter((line) => line.includes(" has the statement "));
    expect(named).to.have.length(1);
    expect(named[0]).to.contain("the policy of sdk in eu-central-1 has the statement Customers");
    const drift = await script("drift", "--json");
    expect(drift.code, drift.written).to.equal(3);
    const { deviations } = JSON.parse(drift.stdout) as { deviations: Reported[] };
    const adopted = new Set(plan.customers.map(({ id }) => id));
    const isNamed = ({ beforeAdoption, customers, subject, check }: Reported) =>
      (beforeAdoption === true && customers.every((id) => adopted.has(id))) ||
      plan.staying.some((principal) => principal.endsWith(`/${subject.name}`)) ||
      (check.startsWith("repository-") &&
        plan.leftPolicies.some((one) => subject.name.startsWith(one.repository)));
    expect(deviations.filter((one) => !isNamed(one))).to.deep.equal([]);
    const before = deviations.filter(({ beforeAdoption }) => beforeAdoption === true);
    expect(before).to.have.length(4);
  });

  it("leaves only what the plan named after its own advice on a policy was followed", async () => {
    const { ecr } = running.sandbox.view;
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: "sdk" }));
    const { stdout } = await script("drift", "--json");
    const { deviations } = JSON.parse(stdout) as { deviations: Reported[] };
    expect(deviations.filter(({ subject }) => subject.kind === "repository")).to.deep.equal([]);
  });
});
