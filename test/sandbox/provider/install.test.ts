/**
 * The installation of the local plugins.
 *
 * Proves: that they are where the engine looks, start from there, and are built only once for the
 * same sources, also by concurrent installations.
 * Does not prove: that the engine uses them (end-to-end tests).
 */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sourcesHash } from "../../../sandbox/provider/bundle";
import { installProvider } from "../../../sandbox/provider/install";
import { pluginVersion } from "../../../sandbox/provider/pluginVersion";
import { Plugin } from "./support/plugin";

describe("local plugins: installation", function () {
  this.timeout(60_000);
  let home: string;
  let directory: string;

  before(async () => {
    // A quote and a space, as a user's directory may have them.
    home = await mkdtemp(join(tmpdir(), "it's a home-"));
    directory = join(home, "plugins", `resource-aws-v${pluginVersion("aws")}`);
    await Promise.all([installProvider(home), installProvider(home)]);
  });

  after(() => rm(home, { recursive: true }));

  it("installs both where the engine looks for them", async () => {
    expect((await readdir(join(home, "plugins"))).sort()).to.deep.equal([
      `resource-aws-v${pluginVersion("aws")}`,
      `resource-awsx-v${pluginVersion("awsx")}`,
    ]);
    const hash = await sourcesHash();
    expect((await readdir(directory)).sort()).to.deep.equal([
      `provider-${hash}.js`,
      "pulumi-resource-aws",
    ]);
    expect((await stat(join(directory, "pulumi-resource-aws"))).mode & 0o111).to.equal(0o111);
  });

  it("installs plugins that start", async () => {
    const plugin = await Plugin.start(join(directory, "pulumi-resource-aws"), {});
    await plugin.stop();
  });

  it("rebuilds only what is missing, and removes older builds", async () => {
    const program = join(directory, `provider-${await sourcesHash()}.js`);
    await writeFile(program, "// marked");
    await installProvider(home);
    expect(await readFile(program, "utf8")).to.equal("// marked");

    await rm(program);
    await writeFile(join(directory, "provider-0123.js"), "// older");
    await installProvider(home);
    expect(await readFile(program, "utf8")).not.to.equal("// marked");
    expect(await readdir(directory)).not.to.include("provider-0123.js");
  });
});
