/**
 * Proves on seeded brown-field accounts of 5 to 500 users what the plan of an adoption promises: everyone who can pull
 * is in it, its files are valid, a second plan is the same, and after the first update no one's pulls differ but as
 * the numbered changes say. Does not prove how the update gets there.
 */
import { expect } from "chai";
import type { BrownField } from "../../bench/brownfield/account";
import { brownField } from "../../bench/brownfield/generate";
import { observedField } from "../../bench/brownfield/observed";
import { principalArn, userArn } from "../../src/access/arns";
import { entitledGrants } from "../../src/access/entitlements";
import { loginPolicy } from "../../src/access/loginPolicy";
import { namedGrants, repositoryPolicy } from "../../src/access/repositoryPolicy";
import { observedDocument, placeKey, type ObservedAccount } from "../../src/account/observed";
import type { AdoptionPlan } from "../../src/adopt/plan";
import { pullersOf } from "../../src/adopt/pullers";
import { CHECKS } from "../../src/customers/checks";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { parseCustomer } from "../../src/customers/parse";
import { TODAY } from "../access/support";
import { contextOf, NO_FILES, planOf, settingsOf } from "./field";

const SMALL = Array.from({ length: 24 }, (_, at) => [at + 1, 5 + at] as const);
const FIELDS = [...SMALL, [101, 120] as const, [102, 500] as const];

/** The account after the first update: users moved and in the group, policies written, all else as it was. */
function afterUpdate(field: BrownField, plan: AdoptionPlan): ObservedAccount {
  const before = observedField(field);
  const settings = settingsOf(field);
  const customers = plan.customers.map(({ customer }) => customer);
  const names = new Set(plan.customers.flatMap(({ puller }) => puller.user?.name ?? []));
  const grants = entitledGrants(customers, settings, TODAY);
  const repositories = [...settings.repositories].flatMap(([repository, its]) => {
    const principals = namedGrants(grants, repository, its)
      .flatMap((grant) => grant.principals)
      .map((principal) => ({ arn: principalArn(principal, settings) }));
    const others = plan.kept.byRepository.get(repository) ?? [];
    const document = repositoryPolicy(principals, settings, others);
    const policy = document && { policy: observedDocument(JSON.stringify(document)) };
    return its.regions.map(
      (region) =>
        [placeKey(repository, region), { repository, region, exists: true, ...policy }] as const,
    );
  });
  const group = {
    ...{ name: "ecr-customers", path: "/", arn: "", attachedPolicies: [] },
    inlinePolicies: new Map([["login", observedDocument(JSON.stringify(loginPolicy()))]]),
  };
  return {
    ...before,
    users: before.users.map((user) =>
      names.has(user.name)
        ? {
            ...user,
            ...{ path: "/customers/", arn: userArn(settings, user.name) },
            groups: [...(user.groups ?? []), "ecr-customers"],
          }
        : user,
    ),
    groups: [...before.groups, group],
    repositories: new Map(repositories),
  };
}

describe("the plan of an adoption", function () {
  this.timeout(60_000);

  for (const [seed, size] of FIELDS) {
    describe(`of ${size} users, seed ${seed}`, () => {
      const field = brownField(seed, size);
      let first: ReturnType<typeof planOf>;
      before(() => (first = planOf(field)));

      it("has everyone who can pull, once", () => {
        const { pullers, plan } = first;
        const listed = [
          ...plan.customers.map(({ puller }) => puller.principal),
          ...plan.staying.map(({ principal }) => principal),
        ];
        expect(listed.sort()).to.deep.equal(pullers.map(({ principal }) => principal).sort());
      });

      it("has files that are valid, with ids of their own", () => {
        const { plan } = first;
        const ids = plan.customers.map(({ customer }) => customer.id);
        expect(new Set(ids).size).to.equal(ids.length);
        for (const { customer, text } of plan.customers) {
          expect(customer.id).to.match(CUSTOMER_ID);
          const parsed = parseCustomer(text, customer.id, "file");
          expect(parsed.problems, text).to.deep.equal([]);
          expect(parsed.customer).to.deep.equal(customer);
          const context = { config: settingsOf(field), today: TODAY };
          expect(Object.values(CHECKS).flatMap((check) => check(customer, context))).to.deep.equal(
            [],
          );
        }
      });

      it("is the same when it is made again, and empty when its files are there", () => {
        const { plan } = first;
        const { plan: again } = planOf(field);
        expect(again.customers.map(({ text }) => text)).to.deep.equal(
          plan.customers.map(({ text }) => text),
        );
        const { plan: later } = planOf(field, undefined, {
          ...NO_FILES,
          customers: plan.customers.map(({ customer }) => customer),
          declared: new Map(
            plan.customers.map(({ puller, customer }) => [puller.principal, customer.id]),
          ),
        });
        expect(later.customers).to.deep.equal([]);
        expect(later.kept.byRepository).to.deep.equal(plan.kept.byRepository);
      });

      it("changes no one's pulls but as it says by number", () => {
        const { pullers, plan } = first;
        const movedTo = new Map(
          plan.customers.flatMap(({ puller: { principal, user } }) =>
            user === undefined ? [] : [[principal, userArn(settingsOf(field), user.name)] as const],
          ),
        );
        const after = new Map(
          pullersOf(contextOf(field, afterUpdate(field, plan))).map((one) => [one.principal, one]),
        );
        expect(plan.changes.map(({ number }) => number)).to.deep.equal(
          plan.changes.map((_, index) => index + 1),
        );
        for (const one of pullers) {
          const now = after.get(movedTo.get(one.principal) ?? one.principal);
          const has = new Set(now?.pulls);
          expect(one.pulls.filter((place) => !has.has(place), one.words)).to.deep.equal([]);
          const names = [one.principal, now?.principal ?? ""];
          const isAnnounced = plan.changes.some(
            ({ change, principals }) =>
              change === "gains" && principals.some((name) => names.includes(name)),
          );
          const gained = [...has].filter((place) => !one.pulls.includes(place));
          if (!isAnnounced) expect(gained, one.words).to.deep.equal([]);
        }
        const known = new Set(pullers.map(({ principal }) => movedTo.get(principal) ?? principal));
        const fresh = [...after.values()].filter(({ principal }) => !known.has(principal));
        expect(fresh.map(({ words }) => words)).to.deep.equal([]);
      });
    });
  }
});
