/**
 * Proves that a failure around an update is reported in a line that an operator can act on, with the
 * documented exit code and without the engine's raw text: no engine, an old one, a wrong passphrase
 * or account, credentials that are refused, a missing stack, Ctrl-C once and twice, a lock
 * that is left, two runs at once. And that nothing was written where nothing should be.
 */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isWrite } from "../../sandbox/aws/awsCall";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript } from "./support/customersScript";
import { descendantsOf, type Process } from "./support/processes";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
/** What only the engine or the Automation API writes. */
const RAW = /code: -2|stdout:|Updating \(dev\)|grpc|at .*\.(js|ts):\d+/;

describe("a failed run", function () {
  const running = withSandbox(this, SETTINGS);

  before(async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).to.equal(0);
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
  });

  function fakeEngine(script: string): string {
    const directory = mkdtempSync(join(tmpdir(), "engine-"));
    writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, "pulumi"), 0o755);
    return directory;
  }

  const cases: { name: string; environment: () => Record<string, string>; reported: RegExp }[] = [
    {
      name: "no engine",
      environment: () => ({ PATH: "/nonexistent" }),
      reported: /Pulumi engine was not found[\s\S]*Install Pulumi/,
    },
    {
      name: "an engine that is too old",
      environment: () => ({ PATH: `${fakeEngine("echo v3.100.0")}:/bin:/usr/bin` }),
      reported: /is version v3\.100\.0, [\d.]+ or newer is needed\nInstall/,
    },
    {
      name: "a wrong passphrase",
      environment: () => ({ PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      reported: /passphrase is missing or wrong\nSet PULUMI_CONFIG_PASSPHRASE/,
    },
    {
      name: "credentials that AWS refuses",
      environment: () => ({ AWS_ACCESS_KEY_ID: "AKIAEXPIRED000000000" }),
      reported: /AWS does not accept the credentials[\s\S]*aws sso login/,
    },
    {
      name: "a state without this stack",
      environment: () => ({
        PULUMI_BACKEND_URL: `file://${mkdtempSync(join(tmpdir(), "state-"))}`,
      }),
      reported: /has no such stack\n.*pulumi stack init/,
    },
  ];
  expect(cases).not.to.have.length(0);
  for (const { name, environment, reported } of cases) {
    for (const command of [["preview"], ["up", "--yes"]]) {
      it(`of \`${command.join(" ")}\` names its cause: ${name}`, async () => {
        const { journal } = running.sandbox.front;
        const before = journal.writes();
        const run = await customersScript(running, command, { environment: environment() });
        expect([run.code, journal.writes() - before]).to.deep.equal([1, 0]);
        expect(run.stderr).to.match(reported);
        expect(run.stdout + run.stderr).not.to.match(RAW);
      });
    }
  }

  it("names another account's credentials as the cause", async () => {
    const file = join(running.project.directory, "Pulumi.dev.yaml");
    // With the salt of its passphrase, which the engine has written into it.
    const settings = readFileSync(file, "utf8");
    writeFileSync(file, settings.replace("123456789012", "210987654321"));
    const run = await customersScript(running, ["up", "--yes"]);
    expect(run.code).to.equal(1);
    expect(run.stderr).to.match(
      /belong to account 123456789012, which is not this stack.s `account` 210987654321/,
    );
    expect(run.stdout + run.stderr).not.to.match(RAW);
    writeFileSync(file, settings);
  });

  it("shows raw output of the engine with --debug only", async () => {
    const environment = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    const run = await customersScript(running, ["preview", "--debug"], { environment });
    expect(run.stderr).to.match(/Output of the engine:\n[\s\S]*incorrect passphrase/);
  });

  it("one Ctrl-C ends an update gracefully, says what is pending, and the next one finishes", async () => {
    const { front } = running.sandbox;
    let interrupt = () => {};
    front.faults.atCall(1, () => interrupt());
    const run = await customersScript(running, ["up", "--yes"], {
      withInterrupt: (given) => (interrupt = given),
    });
    expect(run.code).to.equal(1);
    expect(run.stderr).to.contain(
      "Stopping: the engine completes the operations that it has started.",
    );
    expect(run.stderr).to.match(/^Error: the run was cancelled$/m);
    expect(run.stderr).to.match(
      /^Pending: .*globex.*\. Run `npm run customers -- up` again to finish\.$/m,
    );
    const unlocked = await customersScript(running, ["unlock"]);
    expect([unlocked.code, unlocked.stdout]).to.deep.equal([0, "Stack dev is not locked.\n"]);
    expect((await customersScript(running, ["up", "--yes"])).code).to.equal(0);
  });

  it("two Ctrl-C end it at once without a lock, and `up` recovers what it abandoned", async () => {
    const { project, sandbox } = running;
    project.write("pied-piper", "name: Pied Piper\nrepositories: [edge-agent]\n");
    let interrupt = () => {};
    sandbox.front.faults.atCall(2, async () => {
      // A network that does not answer: only the second one ends the run.
      sandbox.front.faults.stopAnswering();
      interrupt();
      await pause(1_000);
      interrupt();
    });
    const ended = await customersScript(running, ["up", "--yes"], {
      withInterrupt: (given) => (interrupt = given),
    });
    expect([ended.code, /Stopping at once/.test(ended.stderr)]).to.deep.equal([1, true]);
    sandbox.front.faults.clear();
    expect((await customersScript(running, ["unlock"])).stdout).to.equal(
      "Stack dev is not locked.\n",
    );
    await expectFinished();
  });

  it("a killed engine leaves a lock, which is shown, removed with --force, and `up` finishes", async () => {
    const { project, sandbox } = running;
    project.write("hooli", "name: Hooli\nrepositories: [edge-agent]\n");
    sandbox.front.faults.atCall(2, async () => {
      const engine = descendantsOf(process.pid).find(isEngine);
      process.kill(engine?.pid ?? NaN, "SIGKILL");
      await pause(500);
    });
    const killed = await customersScript(running, ["up", "--yes"]);
    expect(killed.code).to.equal(1);

    const locked = await customersScript(running, ["up", "--yes"]);
    expect(locked.code).to.equal(1);
    expect(locked.stderr).to.match(/another run holds this stack's lock\n.*unlock/);
    const shown = await customersScript(running, ["unlock"]);
    expect(shown.code).to.equal(2);
    expect(shown.stdout).to.match(
      new RegExp(`^Stack dev is locked by \\S+@${hostname()} \\(pid \\d+\\), for `),
    );
    expect(shown.stdout).to.contain("That process has ended.");
    expect((await customersScript(running, ["unlock", "--force"])).code).to.equal(0);

    await expectFinished();
  });

  async function expectFinished(): Promise<void> {
    const finished = await customersScript(running, ["up", "--yes"]);
    expect(finished.code, finished.stderr).to.equal(0);
    await expectAsFilesSay(running);
    const again = await customersScript(running, ["up", "--yes"]);
    expect(again.stdout).to.match(/Nothing to do\.\n$/);
  }

  it("of two runs at once the second ends with a clear message and has written nothing", async () => {
    const { project, sandbox } = running;
    project.write("initech", "name: Initech\nrepositories: [edge-agent]\n");
    // Tells the calls of the two runs apart (AWS SDKs, "Application ID").
    const environment = { AWS_SDK_UA_APP_ID: "second-run" };
    let second: Awaited<ReturnType<typeof customersScript>> | undefined;
    sandbox.front.faults.atCall(2, async () => {
      second = await customersScript(running, ["up", "--yes"], { environment });
    });
    const first = await customersScript(running, ["up", "--yes"]);
    expect(first.code, first.stderr).to.equal(0);
    expect(second?.code).to.equal(1);
    expect(second?.stderr).to.contain("another run holds this stack's lock");
    expect(second?.stderr).not.to.match(RAW);
    const calls = sandbox.front.journal
      .calls()
      .filter(({ userAgent }) => userAgent?.includes("second-run"));
    expect(calls).not.to.have.length(0);
    expect(calls.filter(({ action }) => isWrite(action))).to.deep.equal([]);
    expect((await customersScript(running, ["up", "--yes"])).stdout).to.match(/Nothing to do\.\n$/);
  });
});

/** The engine of this suite's update. */
function isEngine({ command }: Process): boolean {
  return /pulumi --non-interactive up .*--stack dev/.test(command);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
