/**
 * Shows that a policy is not written when others changed it after the plan was made from it, and that policies are
 * read side by side. The write itself is shown end to end.
 */
import { expect } from "chai";
import { changedSince, policiesOf } from "../../../automation/update/presentPolicies";
import { policyId } from "../../../src/access/policyId";
import { OWN_SIDS } from "../../../src/access/repositoryPolicy";
import { loadProject } from "../../../src/project";
import { TODAY } from "../../access/support";
import { projectFolder } from "../support/project";

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const allow = (account: string) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: PULL,
});
const OWN = {
  Sid: OWN_SIDS[0],
  Effect: "Allow",
  Principal: { AWS: ["arn:aws:iam::123456789012:user/customers/acme"] },
  Action: PULL,
};
const PARTNER = allow("999988887777");
const NEW = allow("888877776666");
const idOf = (stack: string) => policyId({ project: "ecr-customers", stack }, "0123456789ab");
const policy = (Statement: object[], stack = "dev") => ({
  Version: "2012-10-17",
  Id: idOf(stack),
  Statement,
});

describe("a policy that is about to be written", () => {
  const directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });

  /** Why `next` is not written over `now`, when the plan was made from `planned`. */
  function refusal(planned: unknown, now: unknown, next: object[] = [OWN]) {
    const { input } = loadProject(directory, "dev", TODAY);
    if (input === undefined) throw new Error("the project has problems");
    const at = { repository: "edge-agent", region: "eu-central-1" };
    const guard = changedSince(
      [{ ...at, document: planned }],
      { repositoryPolicy: () => Promise.resolve(now) },
      input,
    );
    return guard.refusal(at.repository, at.region, next as Record<string, unknown>[]);
  }

  it("is written when nothing changed since the preview", async () => {
    expect(await refusal(undefined, undefined)).to.equal(undefined);
    expect(await refusal(policy([OWN]), policy([OWN]))).to.equal(undefined);
    // What the preview showed was allowed or is kept.
    const shown = policy([OWN, PARTNER]);
    expect(await refusal(shown, shown)).to.equal(undefined);
  });

  it("is refused when others added a statement since, and says whose", async () => {
    for (const [planned, now] of [
      [undefined, { Version: "2012-10-17", Statement: [NEW] }],
      [policy([OWN]), policy([OWN, NEW])],
      [policy([OWN, PARTNER]), policy([OWN, PARTNER, NEW])],
    ]) {
      expect(await refusal(planned, now)).to.equal(
        "others have changed this policy since the preview (AWS account 888877776666: allows pull). Run `ecr-customers up` again.",
      );
    }
  });

  it("is refused when a statement was changed since, not only when one was added", async () => {
    const changed = { ...PARTNER, Action: "ecr:*" };
    const found = await refusal(policy([OWN, PARTNER]), policy([OWN, changed]));
    expect(found).to.match(/AWS account 999988887777: allows everything in ECR/);
  });

  it("is written when the new statement stays in it, or one has gone since", async () => {
    const now = policy([OWN, NEW]);
    expect(await refusal(policy([OWN]), now, [OWN, NEW])).to.equal(undefined);
    expect(await refusal(policy([OWN, PARTNER]), policy([OWN]))).to.equal(undefined);
  });

  it("is refused when another stack wrote it since, and not when the preview showed that", async () => {
    const other = policy([OWN], "prod");
    expect(await refusal(policy([OWN]), other)).to.equal(
      "stack prod of project ecr-customers has written this policy since the preview. Run `ecr-customers up` again.",
    );
    expect(await refusal(other, other)).to.equal(undefined);
  });
});

describe("policies of many repositories", () => {
  /** Reads this many, each of which ends only when no more are started. @returns the most that were open at once. */
  async function mostAtOnce(count: number): Promise<number> {
    const waiting: (() => void)[] = [];
    let most = 0;
    const repositoryPolicy = () =>
      new Promise<unknown>((resolve) => {
        waiting.push(() => {
          resolve(undefined);
        });
        most = Math.max(most, waiting.length);
        // After everything that can start now has started.
        setImmediate(() => waiting.shift()?.());
      });
    const places = Array.from({ length: count }, (_, at) => ({
      repository: `repository-${at}`,
      region: "eu-central-1",
    }));
    const found = await policiesOf({ repositoryPolicy }, places);
    expect(found.map(({ repository }) => repository)).to.deep.equal(
      places.map(({ repository }) => repository),
    );
    return most;
  }

  it("are read all at once in one region of 34, which takes as long as one", async () => {
    expect(await mostAtOnce(34)).to.equal(34);
  });

  it("are read with a bound, within the connections that the SDK keeps", async () => {
    expect(await mostAtOnce(500)).to.be.within(34, 50);
  });
});
