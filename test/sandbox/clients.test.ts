/**
 * Proves which clients the sandbox has, and what is reported where they cannot be installed. That they log in and
 * pull is in test/e2e/pull.test.ts; `npm test` on an empty machine installs them.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxError } from "../../sandbox/aws/sandboxError";
import {
  clientsDirectory,
  installClients,
  tryToInstallClients,
} from "../../sandbox/clients/install";
import { findEngine, type Engine } from "../../sandbox/engine";
import { SANDBOX } from "../../sandbox/paths";
import { askTool } from "../../sandbox/tool";

describe("the sandbox's clients", () => {
  const { PATH } = process.env;
  let engine: Engine;
  let directory: string;

  before(async function () {
    this.timeout(12 * 60_000);
    engine = await findEngine(join(SANDBOX, "engine"), () => undefined);
    await installClients(SANDBOX, engine, () => undefined);
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "clients-"));
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    rmSync(directory, { recursive: true });
  });

  const versions: Record<string, [argument: string, answer: RegExp]> = {
    aws: ["--version", /^aws-cli\/1\.46\.3 /],
    crane: ["version", /^v?0\.20\.6/],
    "docker-credential-ecr-login": ["version", /^docker-credential-ecr-login /],
  };
  for (const [program, [argument, version]] of Object.entries(versions)) {
    it(`include ${program}`, async () => {
      const env = { PATH: clientsDirectory(SANDBOX), HOME: directory };
      const answer = await askTool(join(clientsDirectory(SANDBOX), program), [argument], { env });
      expect(answer.code, answer.output).to.equal(0);
      expect(answer.output).to.match(version);
    }).timeout(30_000);
  }

  it("are not installed a second time", async () => {
    const reported: string[] = [];
    await installClients(SANDBOX, engine, (line) => reported.push(line));
    expect(reported).to.deep.equal([]);
  });

  it("cannot be installed without Go, which leaves nothing half installed", async () => {
    process.env["PATH"] = directory;
    const elsewhere = join(directory, "sandbox");
    const error = await installClients(elsewhere, engine, () => undefined).catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(SandboxError);
    expect((error as SandboxError).fix).to.include("https://go.dev/dl/");
    const reported: string[] = [];
    expect(await tryToInstallClients(elsewhere, engine, (line) => reported.push(line))).to.equal(
      false,
    );
    expect(reported.join()).to.match(
      /^No images can be pulled here: .* there is no Go\. Install Go/,
    );
    expect(readdirSync(directory)).to.deep.equal([]);
  });
});
