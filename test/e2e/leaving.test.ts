/**
 * Proves what docs/questions.md says about leaving: the commands of the page, run as they are there, end Pulumi's
 * management and no one's access: nothing in AWS changes, and a customer still pulls. And that the way back works.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { PROJECT } from "../../sandbox/paths";
import { customersScript } from "./support/customersScript";
import { expectPull, expectPush, withMachines } from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    telemetry-sdk: { grants: tagged }
`;

/** The commands of a block, for the stack of this test. */
function commandsOf(page: string, containing: string): string[] {
  const [, section = ""] = page.split("\n## Leaving\n");
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
  const block = blocks.find((text) => text.includes(containing)) ?? "";
  const lines = block
    .split("\n")
    .map((line) => line.trim().replaceAll(/\bprod\b(?!-state)/g, "dev"));
  return lines.filter((line) => line !== "");
}

describe("leaving", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  const page = readFileSync(join(PROJECT, "docs", "questions.md"), "utf8");

  /** Runs a line of the page as its reader does. */
  const run = (line: string): string => {
    const { environment, directory } = running.project;
    const engine = dirname(running.sandbox.engine.executable);
    const PATH = [engine, process.env["PATH"]].join(delimiter);
    return execFileSync(line, {
      cwd: directory,
      env: { ...environment, PATH },
      shell: "/bin/sh",
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  const customersInAws = async () => {
    const { view } = running.sandbox;
    const users = await view.listUsers();
    return { users, group: await view.groupPolicies("ecr-customers") };
  };

  it("keeps everyone's access, and the way back shows no change", async () => {
    const { project } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent, telemetry-sdk]\n");
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\nstatus: suspended\n");
    const first = await customersScript(running, ["up", "--yes"]);
    expect(first.code, first.stderr).to.equal(0);
    const vendor = await machines.vendor();
    const digests = {
      "edge-agent:1.0": await expectPush(vendor, "edge-agent:1.0"),
      "telemetry-sdk:1.0": await expectPush(vendor, "telemetry-sdk:1.0"),
    };
    const acme = await machines.loggedIn("acme");
    const before = await customersInAws();
    expect(before.users).to.have.length(2);

    const leave = commandsOf(page, "stack rm");
    expect(leave).to.have.length(2);
    const { journal } = running.sandbox.front;
    journal.reset();
    for (const line of leave) run(line);
    expect(journal.calls()).to.deep.equal([]);
    expect(JSON.parse(run("pulumi stack ls --json"))).to.deep.equal([]);
    expect(await customersInAws()).to.deep.equal(before);
    for (const [image, digest] of Object.entries(digests)) await expectPull(acme, image, digest);

    const back = commandsOf(page, "stack import");
    expect(back).to.have.length(3);
    for (const line of back.filter((one) => one.startsWith("pulumi "))) run(line);
    const preview =
      back
        .find((one) => one.startsWith("ecr-customers "))
        ?.split(" ")
        .slice(1) ?? [];
    const shown = await customersScript(running, [...preview, "--expect-no-changes"]);
    expect(shown.code, shown.stderr).to.equal(0);
  });
});
