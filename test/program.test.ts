/** Shows how the program that plain `pulumi up` runs ends when a file has a problem. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { program } from "../src/program";

describe("the program", () => {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  after(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it("declares nothing and reports all problems, without a stack that Pulumi's SDK would format for a minute", async () => {
    const refuse = () => {
      throw new Error("declared");
    };
    await pulumi.runtime.setMocks({ newResource: refuse, call: refuse }, "ecr-customers", "prod");
    process.chdir(folder);
    const error = await program()().catch((caught: unknown) => caught);
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    const { message, stack } = error as Error;
    expect(message).to.match(/^nothing was declared\nPulumi\.prod\.yaml/);
    expect(stack).to.equal(undefined);
  });
});
