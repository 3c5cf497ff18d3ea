/**
 * Proves that the front's count of what a user has is right after removals and replacements, and for users
 * that were not created through it. That each quota is refused is proved by refusals.test.ts; how many
 * calls the front saves by counting is not.
 */
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  type IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { freshName, refusalOf, type SandboxAws, startSandboxAws } from "./support/sandboxAws";

describe("what the sandbox's AWS counts for a user", () => {
  let sandbox: SandboxAws;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
  });
  after(() => sandbox.stop());

  const make = (iam: IAMClient, UserName: string) => iam.send(new CreateUserCommand({ UserName }));
  const key = async (iam: IAMClient, UserName: string) => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return AccessKey?.AccessKeyId ?? "";
  };
  const userWithTwoKeys = async (iam: IAMClient, name = freshName()) => {
    await make(iam, name);
    return { name, keys: [await key(iam, name), await key(iam, name)] };
  };
  const codeOf = async (call: Promise<unknown>) => (await refusalOf(call))?.code;
  const remove = (UserName: string, AccessKeyId?: string) =>
    sandbox.behind.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));

  it("allows a third key once one of two is deleted, and no fourth", async () => {
    const { iam } = sandbox.behind;
    const { name, keys } = await userWithTwoKeys(iam);
    expect(await codeOf(key(iam, name))).to.equal("LimitExceeded");
    await remove(name, keys[0]);
    expect(await codeOf(key(iam, name))).to.equal(undefined);
    expect(await codeOf(key(iam, name))).to.equal("LimitExceeded");
  });

  it("starts from zero for a new user with an old name", async () => {
    const { iam } = sandbox.behind;
    const { name, keys } = await userWithTwoKeys(iam);
    for (const one of keys) await remove(name, one);
    await iam.send(new DeleteUserCommand({ UserName: name }));
    await userWithTwoKeys(iam, name);
    expect(await codeOf(key(iam, name))).to.equal("LimitExceeded");
  });

  it("includes what a user has that was not created through the front", async () => {
    const { name } = await userWithTwoKeys(sandbox.bare.iam);
    expect(await codeOf(key(sandbox.behind.iam, name))).to.equal("LimitExceeded");
  });

  it("does not count replacements of an inline policy", async () => {
    const { iam } = sandbox.behind;
    const UserName = freshName();
    await make(iam, UserName);
    const put = (PolicyName: string) => {
      const Statement = { Sid: "x".repeat(1_200), Effect: "Deny", Action: "ecr:*", Resource: "*" };
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      return codeOf(iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })));
    };
    expect([await put("end"), await put("end"), await put("end")]).to.deep.equal(
      Array<undefined>(3).fill(undefined),
    );
    expect(await put("other")).to.equal("LimitExceeded");
  });
});
