/**
 * Proves who is said to gain and to lose access between two sets of grants, and the table of who
 * can pull what. Both read grants only; that grants are what AWS enforces is for the e2e tests.
 */
import { expect } from "chai";
import fc from "fast-check";
import { accessDifference } from "../../src/access/difference";
import type { Grant } from "../../src/access/model";
import { accessTable } from "../../src/access/table";

function grant(customer: string, repository: string, changes: Partial<Grant> = {}): Grant {
  return { customer, repository, principals: [{ kind: "user", userName: customer }], ...changes };
}

const grants = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom("acme", "globex", "hooli"),
      fc.constantFrom("edge-agent", "orchestrator"),
      fc.option(fc.constantFrom("2027-01-31", "2027-06-30"), { nil: undefined }),
    )
    .map(([customer, repository, expires]) => grant(customer, repository, { expires })),
  { selector: (one) => `${one.customer} ${one.repository}` },
);

describe("access difference", () => {
  it("lists gains, losses, new and removed customers", () => {
    const before = [
      grant("acme", "edge-agent"),
      grant("acme", "orchestrator"),
      grant("hooli", "x"),
    ];
    const after = [grant("acme", "edge-agent"), grant("globex", "edge-agent")];
    expect(accessDifference(before, after)).to.deep.equal([
      {
        customer: "acme",
        isNew: false,
        isGone: false,
        gains: [],
        loses: [grant("acme", "orchestrator")],
        changes: [],
      },
      {
        customer: "globex",
        isNew: true,
        isGone: false,
        gains: [grant("globex", "edge-agent")],
        loses: [],
        changes: [],
      },
      {
        customer: "hooli",
        isNew: false,
        isGone: true,
        gains: [],
        loses: [grant("hooli", "x")],
        changes: [],
      },
    ]);
  });

  it("lists a moved end date and another principal as changes, not as losses", () => {
    const before = [grant("acme", "edge-agent"), grant("hooli", "edge-agent")];
    const after = [
      grant("acme", "edge-agent", { expires: "2027-01-31" }),
      grant("hooli", "edge-agent", { principals: [{ kind: "account", account: "210987654321" }] }),
    ];
    const difference = accessDifference(before, after);
    expect(difference.map(({ changes }) => changes.length)).to.deep.equal([1, 1]);
    expect(difference.flatMap(({ gains, loses }) => [...gains, ...loses])).to.deep.equal([]);
  });

  it("is empty for the same grants, and swaps gains and losses when reversed", () => {
    fc.assert(
      fc.property(grants, grants, (before, after) => {
        expect(accessDifference(before, [...before].reverse())).to.deep.equal([]);
        const [there, back] = [accessDifference(before, after), accessDifference(after, before)];
        expect(there.map((change) => change.gains)).to.deep.equal(back.map(({ loses }) => loses));
        expect(there.map(({ isNew }) => isNew)).to.deep.equal(back.map(({ isGone }) => isGone));
      }),
    );
  });
});

describe("access table", () => {
  it("has a row for each customer, even one that can pull nothing", () => {
    const acme = grant("acme", "edge-agent");
    expect(accessTable([acme, grant("hooli", "orchestrator")], ["globex"])).to.deep.equal({
      repositories: ["edge-agent", "orchestrator"],
      rows: [
        { customer: "acme", cells: [acme, undefined] },
        { customer: "globex", cells: [undefined, undefined] },
        { customer: "hooli", cells: [undefined, grant("hooli", "orchestrator")] },
      ],
    });
  });
});
