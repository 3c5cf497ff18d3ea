/**
 * Proves that `pulls` shows each pull that the sandbox's registry has in its own log, with customer, key, address,
 * repository, image and result, through CloudTrail's pages and its two calls a second; that a second run reads no event
 * twice; and that a run that fails on the way keeps what it has read. Not proved: how long AWS takes to deliver events.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { IMAGE_DIGEST, login, pull, pushImage } from "../../bench/sandboxPulls";
import { customerKeys } from "../../sandbox/ociClient";
import { deploy } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";
import { script } from "../automation/support/script";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: { grants: tagged }
`;

interface Shown {
  customer?: string;
  as: string;
  address: string;
  repository: string;
  image: string;
  error?: string;
}

describe("`pulls`", function () {
  const running = withSandbox(this, SETTINGS);
  const keys: Record<string, { accessKeyId: string; secretAccessKey: string }> = {};

  before(async function () {
    this.timeout(240_000);
    const { project, sandbox } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent, orchestrator]\n");
    project.write("globex", "name: Globex\nrepositories: [orchestrator]\n");
    project.write("idle", "name: Idle\nrepositories: [orchestrator]\n");
    project.write("paused", "name: Paused\nrepositories: [edge-agent]\nstatus: suspended\n");
    await deploy(running);
    for (const id of ["acme", "globex"]) {
      const [key] = await customerKeys(sandbox, id);
      if (key !== undefined) keys[id] = key;
    }
    const key = keys["acme"]?.accessKeyId ?? "";
    const handedOver = `handedOver: { 1: { key: ${key}, on: 2026-11-20, to: passphrase } }\n`;
    project.write("acme", `name: Acme\nrepositories: [edge-agent, orchestrator]\n${handedOver}`);
    const vendor = await login(sandbox);
    for (const repository of ["edge-agent", "orchestrator"]) {
      await pushImage(sandbox, repository, vendor);
    }
  });

  const run = (line: string) => {
    const { directory, environment } = running.project;
    const now = new Date();
    const today = now.toISOString().slice(0, 10);
    return script(["pulls", ...line.split(" ").filter(Boolean)], {
      directory,
      environment,
      now,
      today,
    });
  };
  const shown = async (line: string) => {
    const { code, stdout, stderr } = await run(`${line} --json`);
    expect(code, stderr).to.equal(0);
    return (JSON.parse(stdout) as { pulls: Shown[] }).pulls;
  };
  const logged = () => running.sandbox.front.journal.calls("BatchGetImage").length;

  it("shows what the registry's log has: who, by which key, from where, what, and the result", async () => {
    const { endpoint } = running.sandbox.front;
    const [acme, globex] = [
      await login(running.sandbox, keys["acme"]),
      await login(running.sandbox, keys["globex"]),
    ];
    const elsewhere = endpoint.replace("127.0.0.1", "127.0.0.2");
    expect(await pull(endpoint, "edge-agent", "1.0", acme)).to.equal(200);
    expect(await pull(elsewhere, "orchestrator", IMAGE_DIGEST, acme)).to.equal(200);
    expect(await pull(endpoint, "edge-agent", "1.0", globex)).to.equal(403);
    const all = await shown("");
    expect(
      all.map(({ customer, as, address, repository, image, error }) => [
        customer,
        as,
        address,
        repository,
        image,
        error,
      ]),
    ).to.have.deep.members([
      ["acme", "key 1", "203.0.113.1", "edge-agent", "1.0", undefined],
      ["acme", "key 1", "203.0.113.2", "orchestrator", IMAGE_DIGEST, undefined],
      [
        "globex",
        `key ${keys["globex"]?.accessKeyId}`,
        "203.0.113.1",
        "edge-agent",
        "1.0",
        "AccessDenied",
      ],
    ]);
    expect(all).to.have.length(logged());
    expect((await shown("globex")).map(({ customer }) => customer)).to.deep.equal(["globex"]);
    const { stdout } = await run("--cached");
    expect(stdout).to.contain("3 pulls by 2 customers, 1 refused.");
  });

  it("equals the log over many pages, reads nothing twice, and asks AWS only for what is new", async () => {
    const { front } = running.sandbox;
    const authorization = await login(running.sandbox, keys["acme"]);
    for (let at = 0; at < 130; at += 10) {
      await Promise.all(
        Array.from({ length: 10 }, () => pull(front.endpoint, "edge-agent", "1.0", authorization)),
      );
    }
    const all = await shown("acme");
    const log = front.journal
      .calls("BatchGetImage")
      .filter(({ accessKeyId }) => accessKeyId === keys["acme"]?.accessKeyId);
    expect(log.length).to.be.greaterThan(130);
    expect(all).to.have.length(log.length);
    const by = (repository: string) => [
      all.filter((one) => one.repository === repository).length,
      log.filter(({ parameters }) => parameters["repositoryName"] === repository).length,
    ];
    for (const repository of ["edge-agent", "orchestrator"]) {
      const [counted, expected] = by(repository);
      expect(counted, repository).to.equal(expected);
    }
    expect(await shown("acme")).to.deep.equal(all);
    expect(await shown("acme --cached")).to.deep.equal(all);
  });

  it("keeps what it has read in a file of its own user, which git ignores", () => {
    const folder = join(running.project.directory, ".ecr-customers");
    expect(statSync(join(folder, "pulls-dev.json")).mode & 0o777).to.equal(0o600);
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).to.equal("*\n");
  });

  it("does not ask AWS with --cached, and waits out CloudTrail's throttling", async () => {
    const { journal } = running.sandbox.front;
    journal.reset();
    await run("--cached");
    expect(journal.calls("LookupEvents")).to.deep.equal([]);
    await Promise.all([shown(""), shown("")]);
    expect(
      journal.calls("LookupEvents").some(({ errorCode }) => errorCode === "ThrottlingException"),
    ).to.equal(true);
  });

  it("lists who is entitled and does not pull, but not who is suspended", async () => {
    const { stdout, code } = await run("--idle 7d --json");
    expect(code).to.equal(0);
    const { idle } = JSON.parse(stdout) as { idle: { customer: string }[] };
    // Globex was refused only: that is no pull.
    expect(idle.map(({ customer }) => customer)).to.deep.equal(["globex", "idle"]);
  });
});
