/**
 * The local AWS plugin as a process: how the engine configures it and how it ends.
 *
 * Proves: that a wrong account, endpoint or key fails before anything is written; which
 * features the plugin reports to the engine; that it ends on a signal and with the process that started it.
 * Does not prove: the same of the real plugin.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isAlive } from "../../../automation/files/isAlive";
import { Plugin } from "./support/plugin";
import { ACCOUNT, createWorld, executable, REGION, type World } from "./support/world";

describe("local AWS plugin: process", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await createWorld();
  });

  after(() => world.end());

  async function failure(attempt: Promise<unknown>): Promise<string> {
    return attempt.then(
      () => "no failure",
      (error: Error) => error.message,
    );
  }

  it("is configured for an allowed account", async () => {
    const plugin = await Plugin.start(await executable("aws"), world.environment);
    const inputs = { region: REGION, allowedAccountIds: JSON.stringify([ACCOUNT]) };
    const answer = await plugin.configure(inputs);
    expect(answer.toObject()).to.include({
      acceptsecrets: true,
      acceptresources: true,
      acceptoutputs: true,
      supportspreview: true,
    });
    await plugin.stop();
  });

  it("refuses another account", async () => {
    world.front.journal.reset();
    const inputs = { region: REGION, allowedAccountIds: `["999999999999"]` };
    expect(await failure(world.plugin(inputs))).to.equal(`AWS account ID not allowed: ${ACCOUNT}`);
    expect(world.front.journal.writes()).to.equal(0);
  });

  it("refuses an endpoint that is not on the loopback interface", async () => {
    const attempt = world.plugin(undefined, { AWS_ENDPOINT_URL: "https://iam.amazonaws.com" });
    expect(await failure(attempt)).to.match(
      /only works with the loopback interface.*iam\.amazonaws\.com/,
    );
  });

  it("reports credentials that AWS does not know", async () => {
    const attempt = world.plugin(undefined, { AWS_ACCESS_KEY_ID: "AKIAUNKNOWN000000000" });
    expect(await failure(attempt)).to.match(
      /^validating provider credentials: operation error STS: GetCallerIdentity, .*api error \w+/,
    );
  });

  it("does nothing before it is configured", async () => {
    const plugin = await Plugin.start(await executable("aws"), world.environment);
    const attempt = plugin.create("aws:iam/user:User", { name: "early" });
    expect(await failure(attempt)).to.equal("the provider is not configured");
    await plugin.stop();
  });

  it("names settings and types that it does not support", async () => {
    const plugin = await world.plugin();
    expect(await plugin.checkConfig({ region: REGION, token: "work" })).to.deep.equal(["token"]);
    const attempt = plugin.create("aws:s3/bucket:Bucket", {});
    expect(await failure(attempt)).to.equal("unknown resource type aws:s3/bucket:Bucket");
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends on ${signal}`, async () => {
      const plugin = await world.plugin();
      process.kill(plugin.pid, signal);
      await plugin.exited;
    });
  }

  it("ends when the process that started it is killed", async () => {
    // A shell stands in for the engine: it starts the plugin and waits.
    const engine = spawn("sh", ["-c", '"$0" & echo "pid $!"; wait', await executable("aws")], {
      env: { PATH: process.env.PATH, ...world.environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    while (!/pid \d+\n/.test(output) || !/^\d+$/m.test(output)) {
      output += String((await once(engine.stdout, "data"))[0]);
    }
    const pid = Number(/pid (\d+)/.exec(output)?.[1]);
    expect(isAlive(pid)).to.equal(true);
    engine.kill("SIGKILL");
    for (let tries = 0; tries < 50 && isAlive(pid); tries += 1) await sleep(100);
    expect(isAlive(pid)).to.equal(false);
  });
});
