/**
 * Proves which engine is used, and what is reported when something is missing. The build and the official
 * installer are not run here: `npm test` on an empty machine does that.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxError } from "../../sandbox/aws/sandboxError";
import { findEngine } from "../../sandbox/engine";
import { environmentLines, writeEnvironmentFile } from "../../sandbox/environmentFile";
import { SANDBOX } from "../../sandbox/paths";
import { requireFreeSpace, runTool } from "../../sandbox/tool";

describe("the sandbox's engine", () => {
  const { PATH } = process.env;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "engine-"));
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    rmSync(directory, { recursive: true });
  });

  function pulumiOnPath(version: string): void {
    const file = join(directory, "pulumi");
    writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
    chmodSync(file, 0o755);
    process.env["PATH"] = directory;
  }

  it("is the one on PATH when it is recent enough", async () => {
    pulumiOnPath("v3.300.0");
    const engine = await findEngine(join(SANDBOX, "engine"), () => undefined);
    expect(engine).to.deep.equal({
      directory,
      executable: join(directory, "pulumi"),
      origin: "found on PATH",
    });
  });

  it("is the sandbox's own when the one on PATH is too old or broken", async () => {
    for (const version of ["v3.100.0", "nonsense"]) {
      pulumiOnPath(version);
      process.env["PATH"] = `${directory}`;
      const own = join(directory, "own");
      const reported: string[] = [];
      const found = await findEngine(own, (line) => reported.push(line)).catch(
        (error: unknown) => error,
      );
      // Nothing can be built without Go, and a test must not download anything: what matters is that the
      // old engine was not used.
      if (found instanceof SandboxError) expect(found.message).to.contain("Go 1.25 or newer");
      else expect(found).to.have.property("origin", "installed");
      expect(reported[0]).to.contain("No pulumi on PATH");
    }
  }).timeout(180_000);

  it("reports how much disk space is missing before it starts to build", () => {
    expect(() => requireFreeSpace(directory, 1e9, "Building")).to.throw(
      SandboxError,
      /Building needs 1000000000 GB of free disk space, .* Free some space and run again\./,
    );
    requireFreeSpace(directory, 0, "Nothing");
  });

  it("reports the last lines of a failed tool, and where its log is", async () => {
    const log = join(directory, "log", "tool.log");
    const run = { log, doing: "Building", fix: "Try again." };
    const error = await runTool("sh", ["-c", "echo out; echo err >&2; exit 3"], run).catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(SandboxError);
    expect((error as Error).message).to.match(
      /Building failed: sh exited with code 3[\s\S]*\| err[\s\S]*Try again\./,
    );
    expect(readFileSync(log, "utf8")).to.contain("out\n");
    await runTool("sh", ["-c", "exit 0"], run);
  });
});

describe("the sandbox's environment", () => {
  it("is written for a shell, quoted, without the sandbox's home", () => {
    const environment = { PATH: "/engine:/clients:/usr/bin", HOME: "/nowhere", NAME: "it's" };
    expect(environmentLines(environment)).to.deep.equal([
      `export PATH='/engine:/clients':"$PATH"`,
      `export NAME='it'\\''s'`,
    ]);
    const directory = mkdtempSync(join(tmpdir(), "environment-"));
    const text = readFileSync(writeEnvironmentFile(directory, environment), "utf8");
    rmSync(directory, { recursive: true });
    expect(text.split("\n")[0]).to.equal("unset AWS_PROFILE AWS_SESSION_TOKEN");
  });
});
