/**
 * Proves with the clients that customers use that a key bound to networks and VPC endpoints works from there and nowhere
 * else, a docker login from inside included; that a preview, the doctor, `access` and `drift` say so; and that
 * suspending, an end date and an emergency still end its access. The emulator judges by the address at which a client
 * reaches the sandbox (sandbox/aws/callerSource.ts). Not covered: which address AWS sees behind a customer's proxy.
 */
import { DeleteUserPolicyCommand } from "@aws-sdk/client-iam";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { OTHER_ADDRESSES } from "../../sandbox/aws/callerSource";
import type { OciClient } from "../../sandbox/ociClient";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { customersScript } from "./support/customersScript";
import {
  expectLogin,
  expectNoPull,
  expectPull,
  expectPush,
  withMachines,
} from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    telemetry-sdk: { grants: tagged }
`;
const REPOSITORIES = ["edge-agent", "telemetry-sdk"] as const;
/** 203.0.113.2, 203.0.113.200 and vpce-00000001, as AWS sees them. */
const [INSIDE = "", OUTSIDE = "", ENDPOINT = ""] = OTHER_ADDRESSES;
const FILE = "name: Acme\nrepositories: [edge-agent, telemetry-sdk]\n";
const LIMITED = `${FILE}networks: [203.0.113.0/25]\nvpcEndpoints: [vpce-00000001]\n`;
const DENIED = "with an explicit deny in an identity-based policy";
const WHERE = "203.0.113.0/25 and VPC endpoint vpce-00000001";

describe("a key that is bound to networks", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  const digests: Record<string, string> = {};
  /** Logged in from inside; each at another place. */
  let inside: OciClient;
  let outside: OciClient;
  let throughEndpoint: OciClient;

  const run = (argv: string, ...more: string[]) =>
    customersScript(running, [...argv.split(" "), ...more]);
  const succeed = async (argv: string) => {
    const { code, stdout, stderr } = await run(argv);
    expect(code, argv + stdout + stderr).to.equal(0);
    return stdout;
  };
  const pullsAll = async (machine: OciClient) => {
    for (const name of REPOSITORIES) await expectPull(machine, `${name}:1.0`, digests[name] ?? "");
  };
  const pullsNothing = async (machine: OciClient) => {
    for (const name of REPOSITORIES) await expectNoPull(machine, `${name}:1.0`, DENIED);
  };

  before(async () => {
    running.project.write("acme", FILE);
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    await succeed("up --yes");
    const vendor = await machines.vendor();
    for (const name of REPOSITORIES) digests[name] = await expectPush(vendor, `${name}:1.0`);
    [inside, outside, throughEndpoint] = (await Promise.all(
      [INSIDE, OUTSIDE, ENDPOINT].map((at) => machines.loggedIn("acme", at)),
    )) as [OciClient, OciClient, OciClient];
  });

  it("works from everywhere before", async () => {
    for (const machine of [inside, outside, throughEndpoint]) await pullsAll(machine);
  });

  it("is shown in the preview as a loss, and counts in the limits", async () => {
    running.project.write("acme", LIMITED);
    running.project.write(
      "globex",
      "name: Globex\nrepositories: [edge-agent]\nnetworks: [198.51.100.0/24]\n",
    );
    const { stdout } = await run("preview");
    expect(stdout).to.contain(
      `LOSES access from elsewhere, may pull only from ${WHERE} instead of from anywhere`,
    );
    const { code, stderr } = await run("up --yes");
    expect([code, stderr].join(" ")).to.match(/2 of 2 customers would lose access; the limit is 1/);
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
  });

  it("works from inside and through the endpoint after the update, and from elsewhere it is denied", async () => {
    await succeed("up --yes");
    await pullsAll(inside);
    await pullsAll(throughEndpoint);
    await pullsNothing(outside);
    const login = await outside.login();
    expect(login.code).not.to.equal(0);
    expect(login.stderr).to.contain("GetAuthorizationToken").and.to.contain(DENIED);
    await expectLogin(inside);
    expect(await succeed("preview --expect-no-changes")).not.to.contain("LOSES");
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  });

  it("is of no use to a thief of a docker login from inside", async () => {
    const name = join("docker", "config.json");
    const text = (machine: OciClient) => join(machine.directory, name);
    const thief = await machines.with(undefined, false, OUTSIDE);
    cpSync(text(inside), text(thief), { recursive: true });
    // The login is for the registry by the name under which each reaches it.
    await thief.run("sed", "-i", `s/${inside.registry}/${thief.registry}/`, text(thief));
    await pullsNothing(thief);
  });

  it("is explained to the support from the customer's message", async () => {
    const { answer } = await outside.pull("edge-agent:1.0");
    const { stdout } = await run("doctor acme --error", answer.stderr);
    expect(stdout).to.contain(`acme may pull only from ${WHERE}`);
    expect(await succeed("doctor acme")).to.contain(`only from ${WHERE}`);
    expect(await succeed("access acme")).to.contain(`only from ${WHERE}`);
    await succeed("access --prove");
  });

  it("is named by `drift` when someone removes the limit, and `up --refresh` brings it back", async () => {
    const { iam } = running.sandbox.view;
    const policy = { UserName: "acme", PolicyName: DENY_POLICY_NAME };
    await iam.send(new DeleteUserPolicyCommand(policy));
    await pullsAll(outside);
    const { code, stdout } = await run("drift");
    expect(code).to.equal(3);
    expect(stdout).to.contain(`is not denied everything in ECR from elsewhere than ${WHERE}`);
    expect(stdout).to.contain("customer acme can pull from anywhere");
    const repaired = await run("up --refresh --yes");
    expect(repaired.code, repaired.stderr).to.equal(1);
    expect(repaired.stderr).to.match(
      /^Repaired; it was changed by hand in AWS:\n.*customer acme can pull from anywhere$/m,
    );
    expect(await succeed("up --refresh --yes")).to.contain("Nothing to do.");
    await pullsNothing(outside);
    await pullsAll(inside);
  });

  it("ends at once in an emergency, stays ended in an update, and is bound again when it is resumed", async () => {
    await succeed("revoke acme --now");
    await pullsNothing(inside);
    await succeed("up --yes");
    await pullsNothing(throughEndpoint);
    await succeed("resume acme --new-user");
    await succeed("up --yes");
    await pullsAll(await machines.loggedIn("acme", INSIDE));
    const [key] = await machines.of("acme");
    const elsewhere = await machines.with(key?.key, false, OUTSIDE).login();
    expect(elsewhere.stderr).to.contain(DENIED);
  });

  it("ends when it is suspended and past its last day, from inside too", async () => {
    const machine = await machines.loggedIn("acme", INSIDE);
    await succeed("suspend acme");
    await succeed("up --yes");
    await pullsNothing(machine);
    await succeed("resume acme");
    await succeed("up --yes");
    await pullsAll(machine);
    running.project.write("acme", `${LIMITED}user: 2\nexpires: 2026-11-22\n`);
    await succeed("up --yes");
    await pullsNothing(machine);
  });
});
