/**
 * Proves how a plan is made from what was recorded, from the files and from the engine's preview:
 * the catalogue's part in who gains and loses, ends that are near, when there is nothing to do, and
 * that any plan agrees with the grants. One customer's edits are for planAccess.test.ts. The engine's part is written by hand; that the real one says such is for the
 * end-to-end tests. Words have tests of their own (accessWords, planReport).
 */
import { expect } from "chai";
import fc from "fast-check";
import type { Baseline } from "../../../automation/plan/baseline";
import { refusals } from "../../../automation/plan/limits";
import { makePlan } from "../../../automation/plan/plan";
import { entitledGrants } from "../../../src/access/entitlements";
import type { RepositorySettings } from "../../../src/access/model";
import type { Customer } from "../../../src/customers/model";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer } from "../../access/support";
import { stackInputs } from "./arbitrary";
import { planBetween, previewOf, resourceChange, stackInput, USER } from "./support";

const TODAY = "2026-11-23";
const YESTERDAY = "2026-11-22";
const TOMORROW = "2026-11-24";
/** Never changes, so that no plan is about everyone. */
const BYSTANDER = customer("bystander");

describe("a plan's catalogue", () => {
  const settings = (changes: Partial<RepositorySettings> = {}): RepositorySettings => ({
    create: false,
    grants: "named",
    regions: ["eu-central-1", "us-east-1"],
    ...changes,
  });
  const pullers = ["acme", "globex"].map((id) => customer(id));
  const input = (own: Partial<RepositorySettings> = {}, customers = pullers) =>
    stackInput(customers, { repositories: new Map([["edge-agent", settings(own)]]) });

  it("counts a removed repository like any other loss", () => {
    const before = stackInput([
      customer("acme", { repositories: ["orchestrator"] }),
      customer("globex", { repositories: ["edge-agent", "orchestrator"] }),
    ]);
    const [acme, globex] = ["acme", "globex"].map((id) =>
      customer(id, { repositories: ["edge-agent"] }),
    );
    const plan = planBetween(before, input({}, [acme!, globex!]));
    expect(plan.access.map(({ loses }) => loses.map((one) => one.repository))).to.deep.equal([
      ["orchestrator"],
      ["orchestrator"],
    ]);
    expect(plan.facts.losers).to.deep.equal(["acme", "globex"]);
    expect(refusals(plan.facts, {}).map(({ limit }) => limit)).to.deep.equal(["revocations"]);
  });

  it("counts a removed region, and lists an added one", () => {
    const fewer = planBetween(input(), input({ regions: ["us-east-1"] }));
    expect(fewer.access.map(({ loses }) => loses.map(({ regions }) => regions))).to.deep.equal([
      [["eu-central-1"]],
      [["eu-central-1"]],
    ]);
    expect(fewer.facts.losers).to.deep.equal(["acme", "globex"]);
    const more = planBetween(input({ regions: ["us-east-1"] }), input());
    expect(more.access.map(({ gains }) => gains.map(({ regions }) => regions))).to.deep.equal([
      [["eu-central-1"]],
      [["eu-central-1"]],
    ]);
    expect(more.facts.losers).to.deep.equal([]);
  });

  it("lists another grant mode, by which no one gains or loses access", () => {
    for (const [before, after] of [
      ["named", "tagged"],
      ["tagged", "named"],
    ] as const) {
      const plan = planBetween(input({ grants: before }), input({ grants: after }));
      expect(plan.modes).to.deep.equal([{ repository: "edge-agent", before, after }]);
      expect([plan.access, plan.facts.losers]).to.deep.equal([[], []]);
      expect(plan.isEmpty).to.equal(false);
    }
    const fresh = planBetween(stackInput([]), input({ grants: "tagged" }));
    expect(fresh.modes.map(({ repository }) => repository)).to.deep.equal(["edge-agent"]);
    const none: Baseline = { kind: "none" };
    const parts = { input: input(), baseline: none, preview: previewOf(), today: TODAY };
    expect(makePlan(parts).modes).to.deep.equal([]);
  });
});

describe("a plan's near ends", () => {
  const days = (expires: string, changes: Partial<Customer> = {}) => {
    const files = [customer("acme", { expires, ...changes })];
    return planBetween(stackInput(files), stackInput(files)).endingSoon;
  };

  for (const [expires, daysLeft] of [
    [TODAY, 0],
    [TOMORROW, 1],
    ["2026-12-07", 14],
  ] as const) {
    it(`are listed ${daysLeft} days before`, () => {
      expect(days(expires)).to.deep.equal([{ customer: "acme", expires, daysLeft }]);
    });
  }

  it("are not listed earlier, after they have passed, or for suspended customers", () => {
    expect(days("2026-12-08")).to.deep.equal([]);
    expect(days(YESTERDAY)).to.deep.equal([]);
    expect(days(TOMORROW, { status: "suspended" })).to.deep.equal([]);
  });

  it("count days across a clock change as days", () => {
    const files = [customer("acme", { expires: "2027-04-05" })];
    const input = stackInput(files, {}, "2027-03-22");
    expect(planBetween(input, input).endingSoon[0]?.daysLeft).to.equal(14);
  });
});

describe("a plan without a change", () => {
  const files = stackInput([BYSTANDER, customer("acme", { expires: "2027-01-31" })]);

  it("is empty when neither AWS nor the record changes, whatever the engine does with its plug-ins", () => {
    expect(planBetween(files, files).isEmpty).to.equal(true);
    const plugin = previewOf(resourceChange("create", "pulumi:providers:aws", "aws"));
    expect(planBetween(files, files, plugin)).to.deep.include({ isEmpty: true, resources: [] });
  });

  it("is not empty for one change of a resource, or of what is recorded", () => {
    const preview = previewOf(resourceChange("update", USER, "acme", ["tags"]));
    expect(planBetween(files, files, preview).isEmpty).to.equal(false);
    const recorded = stackInput([BYSTANDER, customer("acme", { expires: "2027-01-30" })]);
    expect(planBetween(recorded, files).isEmpty).to.equal(false);
    const none: Baseline = { kind: "none" };
    const firstPreview = { ...previewOf(), outputsAfter: { ...stackOutputs(files) } };
    const first = makePlan({ input: files, baseline: none, preview: firstPreview, today: TODAY });
    expect(first.isEmpty).to.equal(false);
  });
});

describe("a plan with nothing recorded", () => {
  const files = stackInput([customer("acme"), customer("hooli", { status: "suspended" })]);
  const plan = (baseline: Baseline, ...changes: Parameters<typeof previewOf>) =>
    makePlan({ input: files, baseline, preview: previewOf(...changes), today: TODAY });

  it("lists every customer as new, and has no limits, in a first deployment", () => {
    const first = plan({ kind: "none" }, resourceChange("create", USER, "acme"));
    expect(first.baseline).to.equal("none");
    expect(first.access.map(({ customer: id, reason }) => [id, reason])).to.deep.equal([
      ["acme", "new"],
    ]);
    expect(first.facts).to.deep.equal({
      entitled: undefined,
      losers: [],
      renamed: [],
      replacements: [],
      foreign: [],
      unknown: [],
    });
    expect(refusals(first.facts, {})).to.deep.equal([]);
  });

  it("is refused as unknown when something recorded cannot be read", () => {
    const { facts, baseline } = plan({ kind: "unreadable" });
    expect(baseline).to.equal("unreadable");
    expect(refusals(facts, {}).map(({ limit }) => limit)).to.deep.equal(["unknown-changes"]);
  });
});

describe("any plan", () => {
  it("agrees with the grants: who has one less counts, who only has more does not", () => {
    let losing = 0;
    fc.assert(
      fc.property(stackInputs(), stackInputs(), (before, after) => {
        const { facts, access } = planBetween(before, after);
        const [had, has] = [grantTexts(before), grantTexts(after)];
        const lost = [...had].filter(
          (grant) => !has.has(grant) && !has.has(grant.replace(/ \S+$/, " anywhere")),
        );
        const ids = new Set(lost.map((grant) => grant.split(" ")[0]));
        for (const id of ids) expect(facts.losers).to.include(id);
        for (const { customer: id, losesKeys } of access) {
          if (!losesKeys && !ids.has(id)) expect(facts.losers).not.to.include(id);
        }
        losing += ids.size;
      }),
    );
    expect(losing).to.be.greaterThan(0);
  });
});

/** Customer, repository, region, principal and place of each grant on the day of `after`. */
function grantTexts({ config, customers }: ReturnType<typeof stackInput>): Set<string> {
  return new Set(
    entitledGrants(customers, config, TODAY).flatMap((grant) => {
      const { customer: id, repository, principals, regions: only, from } = grant;
      const regions = config.repositories.get(repository)?.regions ?? [];
      const places = from === undefined ? ["anywhere"] : [...from.networks, ...from.vpcEndpoints];
      return regions
        .filter((region) => only?.includes(region) !== false)
        .flatMap((region) =>
          principals.flatMap((principal) =>
            places.map(
              (place) => `${id} ${repository}@${region} ${JSON.stringify(principal)} ${place}`,
            ),
          ),
        );
    }),
  );
}
