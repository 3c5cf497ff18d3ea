/**
 * Proves that a loss of a customer that an adoption judges is asked about once, by its number, and that losses of
 * all others are asked about as before. That the numbers are complete is proved in test/adopt/proof.test.ts.
 */
import { expect } from "chai";
import { stackPolicies } from "../../../src/access/stackPolicies";
import type { ObservedUser } from "../../../src/account/observed";
import { withoutJudgedLosses } from "../../../automation/plan/judgedLosses";
import { makePlan } from "../../../automation/plan/plan";
import { refusals } from "../../../automation/plan/limits";
import { ACCOUNT, customer, TODAY } from "../../access/support";
import { previewOf, stackInput } from "./support";

const ACME = `arn:aws:iam::${ACCOUNT}:user/vendors/Acme_Puller`;
const PARTNER = "999988887777";
const CI = `arn:aws:iam::${ACCOUNT}:user/ci/build`;
const PULL_AND_CHECK = [
  ...["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  "ecr:BatchCheckLayerAvailability",
];

const observed = {
  users: [
    { arn: ACME, name: "Acme_Puller" },
    { arn: CI, name: "build" },
  ] as ObservedUser[],
};
const input = stackInput([
  customer("acme", { userName: "Acme_Puller", repositories: ["edge-agent"] }),
  customer("partner", { awsAccount: PARTNER, keys: [], repositories: ["edge-agent"] }),
]);

/** What a first update lists, where a policy by hand lets these principals pull. */
function lost(principals: readonly string[], document?: unknown) {
  const byHand = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: principals }, Action: PULL_AND_CHECK }],
  };
  const present = [
    { repository: "edge-agent", region: "eu-central-1", document: document ?? byHand },
  ];
  const preview = previewOf();
  const plan = makePlan({ input, baseline: { kind: "none" }, preview, present, today: TODAY });
  const items = (facts: typeof plan.facts) =>
    refusals(facts, {}).flatMap(({ limit, items: its }) =>
      limit === "foreign-revocations" ? its : [],
    );
  const judged = withoutJudgedLosses(plan, observed, input);
  expect(judged.foreign).to.deep.equal(judged.facts.foreign);
  return { before: items(plan.facts), after: items(judged.facts) };
}

describe("what a first update would end in a repository's policy", () => {
  it("is asked about by the adoption alone where it is a customer's", () => {
    expect(stackPolicies(input.customers, input.config, TODAY).repositories).not.to.deep.equal([]);
    const root = `arn:aws:iam::${PARTNER}:root`;
    for (const names of [[ACME], [root], [PARTNER], [ACME, root]]) {
      const { before, after } = lost(names);
      expect(before.join("; ")).to.contain("ecr:BatchCheckLayerAvailability on edge-agent");
      expect(after).to.deep.equal([]);
    }
  });

  it("is asked about as before where it is no customer's, also beside one", () => {
    expect(lost([CI, ACME]).after).to.deep.equal(lost([CI]).before);
    expect(lost([CI]).before).to.have.length(1);
  });
});
