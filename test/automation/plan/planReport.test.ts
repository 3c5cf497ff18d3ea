/**
 * Proves what a plan's reader is shown: sections, their order, each line's words and tone, the one
 * line that sums it up, and what `up` would refuse. How lines get onto a terminal or into a pull
 * request is for report.test.ts; the sample of README.md is compared end to end.
 */
import { expect } from "chai";
import { makePlan, type Plan } from "../../../automation/plan/plan";
import {
  endWords,
  planSections,
  planSummary,
  refusalLines,
  refusalSections,
} from "../../../automation/plan/planReport";
import type { ReportLine } from "../../../automation/output/report";
import type { RepositorySettings } from "../../../src/access/model";
import type { Customer } from "../../../src/customers/model";
import { customer, TODAY } from "../../access/support";
import {
  KEY,
  planBetween,
  previewOf,
  REPOSITORY,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "./support";

const acme = customer("acme");
const key = (generation: number, status: "active" | "inactive" = "active") => ({
  generation,
  status,
});

function between(before: Customer[], after: Customer[], preview = previewOf()): Plan {
  return planBetween(stackInput(before), stackInput(after), preview);
}

/** A section's lines: tone and cells. */
function lines(plan: Plan, title: string): string[] | undefined {
  return planSections(plan)
    .find((section) => section.title === title)
    ?.lines.map(flat);
}

function flat({ cells, tone }: ReportLine): string {
  return `${tone ?? "-"}: ${cells.join(" | ")}`;
}

describe("a plan's report", () => {
  it("says that nothing changes, and leaves out the rest", () => {
    const plan = between([acme], [acme]);
    expect(planSections(plan)).to.deep.equal([
      { title: "Access", lines: [{ cells: ["no one gains or loses access"], tone: "quiet" }] },
      { title: "Resources", lines: [{ cells: ["no change"], tone: "quiet" }] },
    ]);
    expect(planSummary(plan)).to.equal("no one gains or loses access; no change in AWS");
    expect(refusalSections(plan)).to.deep.equal([]);
  });

  it("has customers first, then sizes, keys and resources", () => {
    const many = Array.from({ length: 150 }, (_, at) => customer(`customer-${at + 1000}`));
    const plan = between(many, [...many, acme], previewOf(resourceChange("create", USER, "acme")));
    expect(planSections(plan).map(({ title }) => title)).to.deep.equal([
      "Access",
      "Policies near their limit",
      "Keys",
      "Resources",
    ]);
    expect(lines(plan, "Policies near their limit")).to.have.length(1);
    expect(lines(plan, "Policies near their limit")?.[0]).to.match(
      /^warning: edge-agent \d,\d{3} of 10,240, room for \d+ more$/,
    );
  });

  it("shows losses as bad, gains as good, near ends as a warning, in order of ids", () => {
    const plan = between(
      [acme, customer("hooli"), customer("umbrella", { expires: "2026-11-24" })],
      [customer("globex"), customer("hooli"), customer("umbrella", { expires: "2026-11-24" })],
    );
    expect(lines(plan, "Access")).to.deep.equal([
      "bad: acme | removed, LOSES edge-agent",
      "good: globex | new, gains edge-agent",
      "warning: umbrella | ends tomorrow",
    ]);
    expect(planSummary(plan)).to.equal("2 customers change, 1 LOSES access; no change in AWS");
  });

  it("shows a near end once, not for a customer whose change names it", () => {
    const plan = between([acme], [customer("acme", { expires: "2026-11-24" })]);
    expect(lines(plan, "Access")).to.deep.equal([
      "good: acme | ends after 2026-11-24 instead of never",
    ]);
  });

  for (const [daysLeft, words] of [
    [0, "ends today"],
    [1, "ends tomorrow"],
    [2, "ends in 2 days, after 2026-11-25"],
  ] as const) {
    it(`says of an end in ${daysLeft} days: ${words}`, () => {
      expect(endWords({ customer: "acme", expires: "2026-11-25", daysLeft })).to.equal(words);
    });
  }

  it("says that no one loses access by another grant mode", () => {
    const settings: RepositorySettings = {
      create: false,
      grants: "named",
      regions: ["eu-central-1"],
    };
    const input = (grants: "named" | "tagged") =>
      stackInput([acme], { repositories: new Map([["edge-agent", { ...settings, grants }]]) });
    expect(lines(planBetween(input("named"), input("tagged")), "Access")).to.deep.equal([
      "-: edge-agent | switches to grants by tag; no one loses access",
    ]);
    expect(lines(planBetween(input("tagged"), input("named")), "Access")).to.deep.equal([
      "-: edge-agent | switches to grants by name; no one loses access",
    ]);
  });

  it("says what happens to each key", () => {
    const plan = between(
      [
        customer("a", { keys: [key(1), key(2, "inactive")] }),
        customer("b", { keys: [key(1, "inactive"), key(2)] }),
        customer("c", { status: "suspended", keys: [key(1, "inactive")] }),
      ],
      [
        customer("a", { keys: [key(1), key(3)] }),
        customer("b", { keys: [key(1), key(2)] }),
        customer("c", { status: "suspended", keys: [key(1), key(2, "inactive")] }),
        customer("d", { keys: [key(1, "inactive"), key(2)] }),
      ],
    );
    expect(lines(plan, "Keys")).to.deep.equal([
      "-: a | key 2 is deleted, which cannot be undone",
      "-: a | key 3 is new: hand it over after the update",
      "-: b | key 1 works again",
      "-: c | key 1 becomes active, but does not work while its customer has no access",
      "-: c | key 2 is new, and inactive",
      "-: d | key 1 is new, and inactive",
      "-: d | key 2 is new: hand it over after the update",
    ]);
    const rotated = between(
      [customer("a", { keys: [key(1), key(2)] })],
      [customer("a", { keys: [key(1, "inactive"), key(2)] })],
    );
    expect(lines(rotated, "Keys")).to.deep.equal(["-: a | key 1 becomes inactive"]);
  });

  it("counts resources, and names what is replaced or deleted", () => {
    const preview = previewOf(
      resourceChange("create", USER, "globex"),
      resourceChange("create", KEY, "globex-1"),
      resourceChange("update", REPOSITORY_POLICY, "edge-agent@eu-central-1", ["policy"]),
      resourceChange("replace", USER, "acme", ["name"]),
      resourceChange("delete", REPOSITORY, "sdk@us-east-1"),
      resourceChange("read", USER, "hooli"),
    );
    const plan = between([acme], [acme], preview);
    expect(lines(plan, "Resources")).to.deep.equal([
      "quiet: 2 to create, 1 to update, 1 to replace, 1 to delete, 1 other",
      "bad: replaced: user of acme",
      "-: deleted: repository in us-east-1 of sdk",
    ]);
    expect(planSummary(plan)).to.equal("no one gains or loses access; 6 changes in AWS");
    const one = between([acme], [acme], previewOf(resourceChange("update", USER, "acme")));
    expect(lines(one, "Resources")).to.deep.equal([
      "quiet: 0 to create, 1 to update, 0 to replace, 0 to delete",
    ]);
    expect(planSummary(one)).to.equal("no one gains or loses access; 1 change in AWS");
  });

  it("sums up how many lose access", () => {
    const ids = ["a", "b", "c"].map((id) => customer(id));
    expect(planSummary(between(ids, ids.slice(2)))).to.contain(
      "2 customers change, 2 LOSE access;",
    );
    expect(planSummary(between([], ids))).to.contain("3 customers change, no one loses access;");
    expect(planSummary(between(ids, ids.slice(1)))).to.contain(
      "1 customer changes, 1 LOSES access;",
    );
  });

  it("says when there is nothing to compare with", () => {
    const title = (kind: "none" | "unreadable") => {
      const input = stackInput([acme]);
      const plan = makePlan({ input, baseline: { kind }, preview: previewOf(), today: TODAY });
      return planSections(plan)[0]?.title;
    };
    expect(title("none")).to.equal(
      "Access (first deployment: nothing is recorded yet, so every customer is new)",
    );
    expect(title("unreadable")).to.equal("Access (what the last update recorded cannot be read)");
  });
});

describe("what up would refuse", () => {
  it("is shown with who it is about, one limit after the other, then the command that allows it", () => {
    const preview = previewOf(resourceChange("replace", USER, "hooli", ["name"]));
    const ids = ["acme", "globex", "hooli"].map((id) => customer(id));
    const [section, ...others] = refusalSections(between(ids, ids.slice(2), preview));
    expect(others).to.deep.equal([]);
    expect(section?.title).to.equal("This update would be refused");
    expect(section?.lines.map(flat)).to.deep.equal([
      "bad: 2 of 3 customers would lose access; the limit is 1:",
      "bad:   acme",
      "bad:   globex",
      "bad: 1 user, key or repository of customers that keep access would be replaced or deleted; the limit is 0:",
      "bad:   user of hooli would be replaced (name)",
      "-: If this is intended: `ecr-customers up --allow-revocations 2 --allow-replacements 1`.",
    ]);
    expect(section?.whole).to.equal(true);
  });

  it("names the other command when it is another command's", () => {
    const refusal = { limit: "revocations", message: "m", items: [], flag: "--f 1" } as const;
    expect(refusalLines([refusal], "destroy").at(-1)?.cells).to.deep.equal([
      "If this is intended: `ecr-customers destroy --f 1`.",
    ]);
  });
});
