/**
 * Proves that the proof of an adoption lists what its plan has shown, on generated accounts, each kind of change by its
 * own words, and that it sees a customer that would lose or gain something. Judged by the evaluator; the emulator judges in
 * test/e2e/adoptedRights.test.ts.
 */
import { expect } from "chai";
import { brownField } from "../../bench/brownfield/generate";
import type { Customer } from "../../src/customers/model";
import type { ObservedUser } from "../../src/account/observed";
import type { DeclaredParts } from "../../src/adopt/after";
import { adoptionChanges } from "../../src/adopt/proof";
import { TODAY } from "../access/support";
import { planOf, settingsOf } from "./field";

const EVERY = [...settingsOf(brownField(3, 12)).repositories.keys()].sort();

/** What the files of a planned adoption declare. */
function declaredBy(seed: number, edit: (customer: Customer) => Customer = (one) => one) {
  const field = brownField(seed, 12);
  const { context, plan } = planOf(field);
  const settings = settingsOf(field);
  const repositories = new Map(
    [...settings.repositories].map(([name, its]) => {
      const statements = plan.kept.byRepository.get(name);
      return [name, { ...its, ...(statements === undefined ? {} : { statements }) }];
    }),
  );
  const customers = plan.customers.map(({ customer }) => edit(customer));
  const parts: DeclaredParts = { config: { ...settings, repositories }, customers, today: TODAY };
  return { observed: context.observed, plan, parts };
}

/** A line of each kind, and the account that has it. */
const KINDS: [seed: number, line: string][] = [
  [6, `user hooli-${"x".repeat(50)}11 gains log in to the registry`],
  [1, "user Globex.puller.8 gains pull team/console in us-east-1"],
  [1, "user Globex.puller.0 loses ecr:BatchCheckLayerAvailability on orchestrator and sdk"],
  [5, "user PULL=stark=5 gains ecr:BatchCheckLayerAvailability on sdk in us-east-1"],
  [3, "role task gains pull edge-agent in us-east-1 and orchestrator in us-east-1"],
  [38, "AWS account 200000003800 loses ecr:BatchCheckLayerAvailability on sdk and team/console"],
  [37, "AWS service lambda.amazonaws.com gains pull firmware in eu-central-1"],
  [
    1,
    "user ecr+acme@example.com,11 gains pull edge-agent and sdk without the condition on aws:CurrentTime",
  ],
  [
    18,
    "user PULL=Tyrell=3 gains pull edge-agent without the condition on aws:PrincipalTag/product",
  ],
  [27, "everyone gains pull edge-agent in eu-central-1"],
];

describe("the proof of an adoption", function () {
  this.timeout(60_000);

  it("lists what the plan has shown, with the same numbers", () => {
    let lines = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { observed, plan, parts } = declaredBy(seed);
      expect(adoptionChanges(observed, parts), `seed ${seed}`).to.deep.equal(plan.changes);
      lines += plan.changes.length;
    }
    expect(lines).to.be.greaterThan(50);
  });

  it("names a customer whose file leaves out what it can pull today", () => {
    let times = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const suspended = declaredBy(seed, (one) => ({ ...one, status: "suspended" }));
      if (suspended.parts.customers.every((one) => one.awsAccount !== undefined)) continue;
      const found = adoptionChanges(suspended.observed, suspended.parts);
      expect(found.filter(({ change }) => change === "loses")).not.to.deep.equal([]);
      times += 1;
    }
    expect(times).to.be.greaterThan(5);
  });

  it("lists nothing that customers get who could pull nothing before and have a file of their own", () => {
    const { observed, parts } = declaredBy(3);
    const without = adoptionChanges(observed, parts);
    const fresh = (id: string, identity: Partial<Customer>): Customer => ({
      ...{ id, name: id, repositories: ["edge-agent"], status: "active", protected: false },
      ...{ keys: [], ...identity },
    });
    const oidc = { issuer: "https://ci.example.com", audience: "ecr", subjects: ["build"] };
    const key = { generation: 1, status: "active" } as const;
    const added = [
      fresh("by-user", { keys: [key] }),
      fresh("by-oidc", { oidc }),
      fresh("by-account", { awsAccount: "777766665555" }),
      fresh("by-role", { awsAccount: "777766664444", awsRoles: ["ci/puller"] }),
    ];
    const customers = [...parts.customers, ...added];
    expect(adoptionChanges(observed, { ...parts, customers })).to.deep.equal(without);
  });

  it("lists what an account gains that can pull something today", () => {
    const { observed, plan, parts } = declaredBy(3, (one) =>
      one.awsAccount === undefined ? one : { ...one, repositories: EVERY },
    );
    const accounts = plan.customers.filter(({ customer }) => customer.awsAccount !== undefined);
    expect(accounts).not.to.deep.equal([]);
    const lines = adoptionChanges(observed, parts).map(({ who, change, what }) => [
      who,
      `${change} ${what}`,
    ]);
    for (const { puller } of accounts) {
      expect(lines.filter(([who]) => who === puller.words).join("; ")).to.contain("gains pull");
    }
  });

  it("lists what a user gains that exists and can pull nothing today", () => {
    const { observed, parts } = declaredBy(3);
    const idle = {
      ...{ arn: `arn:aws:iam::${parts.config.account}:user/idle`, name: "idle", path: "/" },
      ...{ uniqueId: "AIDAIDLE000000000000", keys: [], groups: [], tags: {} },
      ...{ inlinePolicies: new Map(), attachedPolicies: [], hasLoginProfile: false },
    } as ObservedUser;
    const file: Customer = {
      ...{ id: "idle", name: "Idle", repositories: ["edge-agent"], status: "active" },
      ...{ protected: false, keys: [], adopted: { user: idle.uniqueId, keys: [] } },
    };
    const lines = adoptionChanges(
      { ...observed, users: [...observed.users, idle] },
      { ...parts, customers: [...parts.customers, file] },
    ).map(({ who, change, what }) => `${who} ${change} ${what}`);
    expect(lines.filter((one) => one.startsWith("user idle gains pull"))).not.to.deep.equal([]);
  });

  it("numbers changes from 1, without a gap", () => {
    const { observed, parts } = declaredBy(3, (one) => ({ ...one, status: "suspended" }));
    const numbers = adoptionChanges(observed, parts).map(({ number }) => number);
    expect(numbers).to.deep.equal(numbers.map((_, at) => at + 1));
  });

  it("lists each kind of change", () => {
    for (const [seed, line] of KINDS) {
      const { plan } = declaredBy(seed);
      const lines = plan.changes.map(({ who, change, what }) => `${who} ${change} ${what}`);
      expect(lines).to.include(line);
    }
  });
});
