/**
 * Proves which provider `SANDBOX_PROVIDER` means, that missing plugins are downloaded by the engine, and
 * that one that cannot be downloaded is named with a fix. The engine here is a stand-in: no network is used.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxError } from "../../sandbox/aws/sandboxError";
import { PROJECT } from "../../sandbox/paths";
import { installPlugins, pluginFile } from "../../sandbox/plugins";
import { providerKind } from "../../sandbox/prepare";
import { pluginVersion } from "../../sandbox/provider/pluginVersion";

describe("the sandbox's choice of a provider", () => {
  it("is the local one without a setting, and the real plugin on request", () => {
    expect([providerKind(""), providerKind("local"), providerKind("plugin")]).to.deep.equal([
      "local",
      "local",
      "plugin",
    ]);
  });

  it("refuses a setting that is not recognised", () => {
    expect(() => providerKind("real")).to.throw(
      SandboxError,
      /^SANDBOX_PROVIDER is "real", which is not one of local, plugin\. Set it to plugin/,
    );
  });
});

describe("the tests of the local provider's own code", () => {
  /** What mocha leaves out with this setting. */
  function leftOut(SANDBOX_PROVIDER: string): string[] {
    const print = 'process.stdout.write(JSON.stringify(require("./.mocharc.cjs").ignore))';
    const text = execFileSync(process.execPath, ["-e", print], {
      cwd: PROJECT,
      env: { SANDBOX_PROVIDER },
      encoding: "utf8",
    });
    return JSON.parse(text) as string[];
  }

  it("are not run with the real plugin, of which they say nothing", () => {
    expect([leftOut(""), leftOut("local")]).to.deep.equal([[], []]);
    expect(leftOut("plugin")).to.deep.equal(["test/sandbox/provider/**"]);
    expect(readdirSync(join(PROJECT, "test/sandbox/provider"))).to.include("contract.test.ts");
  });
});

describe("the real plugins of the sandbox", () => {
  let folder: string;
  const executable = () => join(folder, "pulumi");
  const home = () => join(folder, "home");
  const said: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-plugins-"));
    said.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** @param script - what `pulumi plugin install resource NAME VERSION` does, in shell. */
  function engine(script: string): void {
    writeFileSync(executable(), `#!/bin/sh\necho "$@" >> "${folder}/calls"\n${script}\n`);
    chmodSync(executable(), 0o755);
  }

  const INSTALL = `d="$PULUMI_HOME/plugins/resource-$4-$5"; mkdir -p "$d"; touch "$d/pulumi-resource-$4"`;
  const install = () =>
    installPlugins({ executable: executable() }, home(), (line) => said.push(line));
  const calls = () =>
    existsSync(join(folder, "calls"))
      ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n")
      : [];

  it("are downloaded once, in the versions of the SDK packages", async () => {
    engine(INSTALL);
    await install();
    expect(calls()).to.deep.equal([
      `plugin install resource aws v${pluginVersion("aws")}`,
      `plugin install resource awsx v${pluginVersion("awsx")}`,
    ]);
    expect(said).to.have.length(2);
    expect(existsSync(pluginFile(home(), "aws"))).to.equal(true);
    await install();
    expect(calls()).to.have.length(2);
  });

  it("are named when they are missing and cannot be downloaded", async () => {
    engine(`echo "error: could not download"; exit 1`);
    const error = await install().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(SandboxError);
    const { message } = error as SandboxError;
    expect(message).to.contain(
      `SANDBOX_PROVIDER=plugin needs the Pulumi plugins aws ${pluginVersion("aws")} and awsx ` +
        `${pluginVersion("awsx")} under ${join(home(), "plugins")}, and the download failed:\n` +
        "error: could not download\nRun it where get.pulumi.com can be reached",
    );
  });

  it("are not named when they are installed", async () => {
    engine(`[ "$4" = aws ] || exit 1; ${INSTALL}`);
    const error = (await install().catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.contain(`needs the Pulumi plugin awsx ${pluginVersion("awsx")} under`);
  });
});
