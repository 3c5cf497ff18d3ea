/**
 * Shows that the hook before the write of a repository's policy asks about the right policy, and fails that write
 * when it must not be made. That the engine calls it is shown end to end.
 */
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ForeignStatement } from "../../src/access/model";
import { hookCallback } from "../../src/stack/policyHook";

const STATEMENT = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };

/** Calls the hook for a resource of this name. @returns what it asked. */
async function write(name: string, refusal?: string) {
  const asked: [string, string, readonly ForeignStatement[]][] = [];
  const callback = hookCallback({
    refusal: (...question) => {
      asked.push(question);
      return Promise.resolve(refusal);
    },
  });
  const newInputs = { policy: JSON.stringify({ Version: "2012-10-17", Statement: [STATEMENT] }) };
  await callback({ name, newInputs } as unknown as pulumi.ResourceHookArgs);
  return asked;
}

describe("the hook before a policy is written", () => {
  it("lets the write pass when there is no reason against it", async () => {
    expect(await write("edge-agent@eu-central-1")).to.deep.equal([
      ["edge-agent", "eu-central-1", [STATEMENT]],
    ]);
  });

  it("fails the write with the reason when others have changed the policy", async () => {
    const error = await write("edge-agent@eu-central-1", "others have changed it").catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.an("error").with.property("message", "others have changed it");
  });

  it("asks for a repository in a folder of the registry by its whole name", async () => {
    const [[repository, region] = []] = await write("tools/edge@agent@us-east-1");
    expect([repository, region]).to.deep.equal(["tools/edge@agent", "us-east-1"]);
  });
});
