/**
 * Proves that 60 mixed users are adopted while all of them pull in a loop with their old keys, although the update is killed
 * three times: no pull fails, and the statements of others stay as they are. Judged by signed pulls.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pMap from "p-map";
import type { PolicyStatement, RepositoryPolicyDocument } from "../../src/access/model";
import { PullLoop, signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { adoptedFile, plantGroup, plantUser, PULL, type PlantedUser } from "./support/plantedUsers";
import { descendantsOf, killIfAlive, type Process } from "./support/processes";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const COUNT = 60;
const LOOPS = 4;
const PARTNER = {
  Sid: "Partner",
  Effect: "Allow",
  Principal: { AWS: ["arn:aws:iam::999988887777:root"] },
  Action: [...PULL, "ecr:DescribeImages"],
} satisfies PolicyStatement;

describe("an adoption of 60 users", function () {
  const running = withSandbox(this, SETTINGS);

  it("is finished after three kills, and no pull fails", async function () {
    this.timeout(10 * 60_000);
    const { project, sandbox } = running;
    mkdirSync(join(project.directory, "statements"));
    writeFileSync(join(project.directory, "statements/edge-agent.json"), JSON.stringify([PARTNER]));
    project.settings(SETTINGS.replace("{}", "{ statements: statements/edge-agent.json }"));
    await plantGroup(running, "partners");
    const numbers = [...Array(COUNT).keys()];
    const users = await pMap(
      numbers,
      (at): Promise<PlantedUser> =>
        plantUser(running, {
          name: at % 3 === 0 ? `Partner_${at}` : `partner.${at}@acme`,
          path: ["/", "/partners/", "/a/b/c/"][at % 3]!,
          keys: at % 5 === 0 ? 2 : 1,
          inlinePull: at % 2 === 0,
          ...(at % 4 === 0 ? { group: "partners" } : {}),
        }),
      { concurrency: 4 },
    );
    const byPolicy = users.filter((_, at) => at % 2 === 1).map(({ arn }) => arn);
    const byHand = { Effect: "Allow", Principal: { AWS: byPolicy }, Action: PULL } as const;
    await sandbox.view.setRepositoryPolicy("edge-agent", {
      Version: "2012-10-17",
      Statement: [byHand, PARTNER],
    });
    users.forEach((user, at) => {
      project.write(`partner-${at}`, adoptedFile(user, ["edge-agent"]));
    });
    const loops = [...Array(LOOPS).keys()].map((start) => {
      let next = start;
      const key = () => users[(next = (next + LOOPS) % COUNT)]!.keys[0]!;
      return new PullLoop(signedPull(running), key, "edge-agent");
    });
    for (const write of [1, 40, 50]) {
      const { child, end } = startScript(["up", "--yes"], {
        cwd: project.directory,
        environment: project.environment,
      });
      let orphans: Process[] = [];
      sandbox.front.faults.atCall(write, () => {
        orphans = descendantsOf(child.pid ?? 0);
        for (const { pid } of orphans) killIfAlive(pid);
        child.kill("SIGKILL");
      });
      const { signal, written } = await end;
      expect(signal, written).to.equal("SIGKILL");
      await project.unlock();
    }
    const { code, stdout, stderr } = await customersScript(running, ["up", "--yes"]);
    for (const loop of loops) await loop.stop();
    expect(loops.flatMap(({ failures }) => failures)).to.deep.equal([]);
    expect(code, stdout + stderr).to.equal(0);
    const held = await sandbox.view.users(users.map(({ name }) => name));
    expect(new Set(held.map(({ path }) => path))).to.deep.equal(new Set(["/customers/"]));
    const policy = (await sandbox.view.repositoryPolicy("edge-agent")) as RepositoryPolicyDocument;
    // Element by element: the AWS provider sorts the keys of a document.
    expect(policy.Statement.at(-1)).to.deep.equal(PARTNER);
  });
});
