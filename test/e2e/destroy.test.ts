/**
 * Proves that the whole stack of the samples, with repositories that it creates, can be destroyed with the options
 * that the refusal names, and that nothing of ours is left in AWS.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

describe("destroy", function () {
  const running = withSandbox(this);

  it("of a stack that creates repositories asks for two options, and goes through with them", async () => {
    running.project.useVendorCustomers();
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).to.equal(0);

    const refused = await customersScript(running, ["destroy", "--yes"]);
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).not.to.contain("--allow-unknown-changes");
    const allowed = /destroy ((?:--allow-\S+ \d+ ?)+)/.exec(refused.stderr)?.[1] ?? "";
    expect(allowed).to.match(/^--allow-revocations \d+ --allow-replacements \d+$/);

    const done = await customersScript(running, ["destroy", "--yes", ...allowed.trim().split(" ")]);
    expect(done.code, done.stderr).to.equal(0);
    expect(await running.sandbox.view.listUsers()).to.deep.equal([]);
    expect(await running.sandbox.view.groupPolicies("ecr-customers")).to.equal(undefined);
  });
});
