/**
 * Proves in a stack with cells that a customer pulls as the roles of its own account that its file names and as no other identity
 * of that account, that `doctor` explains the refusal, and that a customer is bound to its regions and networks as without
 * cells. The sandbox has one account, so what AWS holds of the first is put to a policy simulator together with what the
 * customer's account allows; the emulator judges the others by calls signed with their keys.
 */
import { GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { OTHER_ADDRESSES } from "../../sandbox/aws/callerSource";
import { cellOf } from "../../src/access/cells";
import { PULL_ACTIONS } from "../../src/access/repositoryPolicy";
import { decision } from "../awsSetup/support/simulation";
import { ACCOUNT as SIMULATED, type Document } from "../awsSetup/support/documents";
import { customersScript } from "./support/customersScript";
import { expectAsFilesSay } from "./support/expectations";
import {
  expectLogin,
  expectNoPull,
  expectPull,
  expectPush,
  withMachines,
} from "./support/machines";
import { regionsOfPulls } from "./support/regionalPulls";
import { withSandbox } from "./support/withSandbox";

const [FRANKFURT, VIRGINIA] = ["eu-central-1", "us-east-1"];
const CELLS = 3;
const SETTINGS = `config:
  aws:region: ${FRANKFURT}
  ecr-customers:account: "123456789012"
  ecr-customers:cells: ${CELLS}
  ecr-customers:repositories:
    edge-agent: { regions: [${FRANKFURT}, ${VIRGINIA}] }
`;
const FILE = "name: Customer\nrepositories: [edge-agent]\n";
const THEIRS = "777777777777";
const [INSIDE = "", OUTSIDE = ""] = OTHER_ADDRESSES;
const role = (name: string) => `arn:aws:iam::${THEIRS}:role/${name}`;
/** What the customer's own account allows all of its roles. */
const ALLOWED: Document = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

describe("identities and limits in cells", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  this.timeout(240_000);
  const run = (argv: string, ...more: string[]) =>
    customersScript(running, [...argv.split(" "), ...more]);
  const succeed = async (argv: string) => {
    const { code, stdout, stderr } = await run(argv);
    expect(code, argv + stdout + stderr).to.equal(0);
    return stdout;
  };
  /** What a role of the customer's account may, by the policy that AWS holds and its own account's. */
  const pullAs = async (principal: string) => {
    const { policyText = "" } = await running.sandbox.view.ecr.send(
      new GetRepositoryPolicyCommand({ repositoryName: "edge-agent" }),
    );
    const answers = PULL_ACTIONS.map((action) =>
      decision(
        {
          action,
          principal,
          resource: `arn:aws:ecr:${FRANKFURT}:${SIMULATED}:repository/edge-agent`,
        },
        { identity: [ALLOWED], resource: JSON.parse(policyText) },
      ),
    );
    return [...new Set(await Promise.all(answers))].join(" and ");
  };

  before(async () => {
    const { project } = running;
    project.write("acme", `${FILE}identity: { account: "${THEIRS}", roles: [ci/puller] }\n`);
    project.write("globex", `${FILE}regions: [${VIRGINIA}]\n`);
    project.write("hooli", `${FILE}networks: [203.0.113.0/25]\n`);
    project.write("initech", FILE);
    await succeed("up --yes");
  });

  it("are spread over several cells, and AWS holds what the files say", async () => {
    const cells = ["globex", "hooli", "initech"].map((id) => cellOf(id, CELLS));
    expect(new Set(cells).size).to.be.greaterThan(1);
    await expectAsFilesSay(running);
    await succeed("access --prove");
    await succeed("preview --expect-no-changes --all");
  });

  it("let the named role of the customer's account pull, and no other identity of it", async () => {
    expect(await pullAs(role("ci/puller"))).to.equal("Allowed");
    for (const other of ["ci/other", "puller", "Administrator"]) {
      expect(await pullAs(role(other)), other).to.equal("ImplicitlyDenied");
    }
    expect(await pullAs(`arn:aws:iam::${THEIRS}:user/admin`)).to.equal("ImplicitlyDenied");
    expect(await pullAs("arn:aws:iam::888888888888:role/ci/puller")).to.equal("ImplicitlyDenied");
  });

  it("explain to the support which role the customer used", async () => {
    const denied = (name: string) =>
      `User: arn:aws:sts::${THEIRS}:assumed-role/${name}/build-1 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:${FRANKFURT}:123456789012:repository/edge-agent because no resource-based policy allows the ecr:BatchGetImage action`;
    const other = await run("doctor acme --error", denied("deployer"));
    expect(other.stdout).to.contain(
      `but acme pulls with the 1 role ci/puller of AWS account ${THEIRS}.`,
    );
    expect(other.stdout).to.contain("add it to `identity` in its file");
    const own = await run("doctor acme --error", denied("puller"));
    expect(own.stdout).not.to.contain("but acme pulls with");
  });

  it("end the pulls of a role that its file no longer names", async () => {
    running.project.write(
      "acme",
      `${FILE}identity: { account: "${THEIRS}", roles: [ci/deployer] }\n`,
    );
    expect((await run("preview")).stdout).to.contain("LOSES its access as role ci/puller of");
    await succeed("up --yes");
    expect(await pullAs(role("ci/puller"))).to.equal("ImplicitlyDenied");
    expect(await pullAs(role("ci/deployer"))).to.equal("Allowed");
  });

  it("bind a customer to its regions", async () => {
    const pulls = (customer: string) =>
      regionsOfPulls(running, customer, {
        regions: [FRANKFURT, VIRGINIA],
        repositoryName: "edge-agent",
      });
    expect(await pulls("globex")).to.deep.equal([VIRGINIA]);
    expect(await pulls("initech")).to.deep.equal([FRANKFURT, VIRGINIA]);
  });

  it("bind a customer to its networks", async () => {
    const digest = await expectPush(await machines.vendor(), "edge-agent:1.0");
    const inside = await machines.loggedIn("hooli", INSIDE);
    await expectPull(inside, "edge-agent:1.0", digest);
    const [outside] = await machines.of("hooli", OUTSIDE);
    expect((await outside?.login())?.stderr).to.contain("explicit deny");
    const free = await machines.loggedIn("initech", OUTSIDE);
    await expectPull(free, "edge-agent:1.0", digest);
    running.project.write("hooli", FILE);
    await succeed("up --yes");
    if (outside !== undefined) await expectLogin(outside);
    running.project.write("hooli", `${FILE}networks: [203.0.113.0/25]\n`);
    await succeed("up --yes");
    if (outside !== undefined) await expectNoPull(outside, "edge-agent:1.0", "explicit deny");
  });
});
