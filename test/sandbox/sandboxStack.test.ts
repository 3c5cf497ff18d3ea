/**
 * Proves that the sandbox leaves a stack's settings as it found them, and refuses secrets that it cannot decrypt.
 * The engine is a script that writes what the real one writes; test/e2e/package.test.ts runs the real one.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxError } from "../../sandbox/aws/sandboxError";
import { withSandboxStack } from "../../sandbox/sandboxStack";

const SETTINGS = "# Ours.\nconfig:\n  aws:region:   eu-west-1\n";

describe("a stack in the sandbox", () => {
  let project: string;
  let file: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "sandbox-stack-"));
    file = join(project, "Pulumi.prod.yaml");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  async function start(settings: string, engine: string, work = () => Promise.resolve()) {
    writeFileSync(file, settings);
    const executable = join(project, "pulumi");
    writeFileSync(executable, `#!/bin/sh\n${engine}\n`);
    chmodSync(executable, 0o755);
    const running = {
      engine: { executable, directory: project, origin: "installed" as const },
      environment: { PATH: process.env["PATH"] ?? "" },
    };
    await withSandboxStack(project, "prod", running, work);
    return readFileSync(file, "utf8");
  }
  /** The engine rewrites the file. */
  const ADDS_SALT = `sed -i.bak 's/:   /: /' Pulumi.prod.yaml; echo 'encryptionsalt: v1:x' >> Pulumi.prod.yaml`;

  it("has its settings back, to the byte, once the sandbox has stopped", async () => {
    let during = "";
    const after = await start(SETTINGS, ADDS_SALT, async () => {
      during = readFileSync(file, "utf8");
    });
    expect(during).to.contain("encryptionsalt");
    expect(after).to.equal(SETTINGS);
  });

  it("keeps what was edited while the sandbox ran", async () => {
    const after = await start(SETTINGS, ADDS_SALT, async () => {
      writeFileSync(file, `${readFileSync(file, "utf8")}# edited\n`);
    });
    expect(after).to.contain("# edited").and.not.contain("encryptionsalt");
  });

  it("keeps its own salt", async () => {
    const settings = `encryptionsalt: v1:own\n${SETTINGS}`;
    expect(await start(settings, "true")).to.equal(settings);
  });

  it("is refused when its secrets are encrypted elsewhere, or the engine refuses it", async () => {
    const settings = `secretsprovider: awskms://alias/state\n${SETTINGS}`;
    for (const [text, engine, message] of [
      [settings, "true", /encrypts the stack's secrets with awskms:\/\/alias\/state/],
      [SETTINGS, "echo wrong passphrase; exit 1", /could not be created[^]*wrong passphrase/],
    ] as const) {
      const error = await start(text, engine).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(SandboxError);
      expect((error as Error).message).to.match(message);
      expect(readFileSync(file, "utf8")).to.equal(text);
    }
  });
});
