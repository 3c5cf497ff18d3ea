/**
 * Proves with the client that customers use that a docker login from before a revocation pulls nothing once its
 * customer has a new user, although the login itself is valid for 12 hours and the name of the user is the same.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { expectNoPull, expectPull, expectPush, withMachines } from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    telemetry-sdk: { grants: tagged }
`;
const REPOSITORIES = ["edge-agent", "telemetry-sdk"] as const;

describe("a docker login from before a revocation", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  const run = async (argv: string) => {
    const { code, stdout, stderr } = await customersScript(running, argv.split(" "));
    expect(code, argv + stdout + stderr).to.equal(0);
  };

  it("pulls nothing, neither while access is revoked nor after a new user has it back", async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, telemetry-sdk]\n");
    await run("up --yes");
    const vendor = await machines.vendor();
    const digests: Record<string, string> = {};
    for (const name of REPOSITORIES) digests[name] = await expectPush(vendor, `${name}:1.0`);
    const pullsAll = async (machine: typeof vendor) => {
      for (const name of REPOSITORIES)
        await expectPull(machine, `${name}:1.0`, digests[name] ?? "");
    };
    const thief = await machines.loggedIn("acme");
    await pullsAll(thief);

    await run("revoke acme --now");
    for (const name of REPOSITORIES) {
      await expectNoPull(thief, `${name}:1.0`, "with an explicit deny");
    }
    await run("up --yes");
    await run("resume acme --new-user");
    await run("up --yes");
    await pullsAll(await machines.loggedIn("acme"));
    // The login is not refreshed: it is the token from before.
    for (const name of REPOSITORIES) await expectNoPull(thief, `${name}:1.0`, "DENIED");
  });
});
