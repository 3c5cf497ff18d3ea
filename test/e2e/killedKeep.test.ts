/**
 * Proves that `keep`, killed with SIGKILL at any of its writes, even twice, loses no statement: what the settings
 * name is there and whole, AWS is unchanged, and running it again gives what an undisturbed run gives.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadStackConfig } from "../../src/config";
import { customersScript } from "./support/customersScript";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {} # the one that everyone has
`;
const CI = {
  Sid: "CiPush",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::555555555555:root" },
  Action: ["ecr:PutImage", "ecr:BatchGetImage"],
};
const KEEP = ["keep", "edge-agent", "--stack", "dev"];

describe("a killed keep", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(390_000);
  const inProject = (name: string) => join(running.project.directory, name);
  const read = (name: string) => readFileSync(inProject(name), "utf8");

  before(async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [CI] });
    const command = new SetRepositoryPolicyCommand({ repositoryName: "edge-agent", policyText });
    await running.sandbox.view.ecr.send(command);
  });

  function asBefore(settings: string): void {
    rmSync(inProject("statements"), { recursive: true, force: true });
    writeFileSync(inProject("Pulumi.dev.yaml"), settings);
  }

  /** What the settings declare: none of the statements, or all of them. */
  function declared(): number {
    const { config, problems } = loadStackConfig(running.project.directory, "dev");
    expect(problems).to.deep.equal([]);
    return config?.repositories.get("edge-agent")?.statements?.length ?? 0;
  }

  it("leaves the settings without the file or with all of it, and is finished by running it again", async () => {
    const { directory: cwd, environment } = running.project;
    // The engine has added its salt.
    const before = read("Pulumi.dev.yaml");
    expect((await customersScript(running, KEEP)).code).to.equal(0);
    const finished = [read("statements/edge-agent.json"), read("Pulumi.dev.yaml")];
    const journal = running.sandbox.front.journal.writes();
    let kills = 0;
    for (let write = 1; ; write++) {
      asBefore(before);
      const run = { cwd, environment, killAtWrite: write };
      const { code, signal, written } = await startScript(KEEP, run).end;
      if (signal === null) {
        expect(code, written).to.equal(0);
        break;
      }
      kills += 1;
      const settings = read("Pulumi.dev.yaml");
      expect(settings, `write ${write}`).to.be.oneOf([before, finished[1]]);
      expect(declared()).to.equal(settings === before ? 0 : 1);
      // The second time it finds what the first one has left.
      await startScript(KEEP, run).end;
      expect(declared()).to.be.oneOf([0, 1]);
      const again = await customersScript(running, KEEP);
      expect(again.code, again.stderr).to.equal(0);
      expect([read("statements/edge-agent.json"), read("Pulumi.dev.yaml")]).to.deep.equal(finished);
      expect(readdirSync(inProject("statements"))).to.deep.equal(["edge-agent.json"]);
    }
    // Two files, each created, written, given its mode, synced and renamed.
    expect(kills).to.be.at.least(8);
    const left = readdirSync(running.project.directory).filter((name) => name.endsWith(".tmp"));
    expect(left).to.deep.equal([]);
    expect(running.sandbox.front.journal.writes()).to.equal(journal);
  });
});
