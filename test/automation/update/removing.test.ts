/**
 * Proves what a run does with what no file gives a customer's user: it removes it and says so, leaves what AWS
 * refuses with the reason, and asks first when an operator is there. AWS is one function here;
 * test/e2e/removals.test.ts shows the real calls.
 */
import { expect } from "chai";
import { removeConfirmed, removeFromAws, tellRemoved } from "../../../automation/update/removing";
import type { Deviation } from "../../../src/account/deviation";
import type { Removal } from "../../../src/account/removal";
import { awsError } from "../support/fakeIam";
import { FakeTerminal } from "../support/terminal";

const removal: Removal = { kind: "inline-policy", user: "acme", policy: "all" };
const FOREIGN: Deviation = {
  ...{ check: "user-inline-policy", customers: ["acme"], repair: "update", removal },
  subject: { kind: "customer", name: "acme" },
  what: "user acme has the inline policy all, which no file declares",
  wayOut: "Find out in CloudTrail who made the change and why.",
};
const { removal: _, ...NAMED }: Deviation = { ...FOREIGN, repair: "operator" };

function aws(answer: () => Promise<void> = () => Promise.resolve()) {
  const calls: Removal[] = [];
  const remove = (one: Removal) => {
    calls.push(one);
    return answer();
  };
  return { calls, remove };
}

describe("what no file gives a customer's user", () => {
  it("is removed, and nothing else is", async () => {
    const fake = aws();
    expect(await removeFromAws([NAMED, FOREIGN], fake)).to.deep.equal({
      removed: [FOREIGN],
      left: [NAMED],
    });
    expect(fake.calls).to.deep.equal([removal]);
  });

  it("is left with the reason and the command when AWS refuses", async () => {
    const { removed, left } = await removeFromAws(
      [FOREIGN],
      aws(() => Promise.reject(awsError("AccessDenied"))),
    );
    expect(removed).to.deep.equal([]);
    expect(left.map(({ repair, wayOut }) => [repair, wayOut])).to.deep.equal([
      [
        "operator",
        "This run could not remove it: the AWS credentials are not allowed to do this. Find out in CloudTrail who made the change and why. By hand: `aws iam delete-user-policy --user-name acme --policy-name all`.",
      ],
    ]);
  });

  it("is not taken for refused when the error is not AWS's", async () => {
    const broken = aws(() => Promise.reject(new TypeError("a bug")));
    const error = await removeFromAws([FOREIGN], broken).catch((one: unknown) => one);
    expect(error).to.be.instanceOf(TypeError);
  });

  it("is removed on a terminal only after a confirmation", async () => {
    const terminal = new FakeTerminal();
    const fake = aws();
    const { left } = await removeConfirmed([FOREIGN], fake, false, terminal);
    expect([left, fake.calls]).to.deep.equal([[FOREIGN], []]);
    await removeConfirmed([FOREIGN], fake, true, terminal);
    expect(fake.calls).to.deep.equal([removal]);
  });

  it("is reported, with why the run exits with 1", () => {
    const terminal = new FakeTerminal();
    tellRemoved([FOREIGN], terminal);
    expect(terminal.written.map(({ text }) => text)).to.deep.equal([
      "Removed from AWS, because no file gives it:",
      "  user acme has the inline policy all, which no file declares",
      "    Find out in CloudTrail who made the change and why.",
      "This run exits with 1 because AWS was changed by hand; the next one does not.",
    ]);
  });
});
