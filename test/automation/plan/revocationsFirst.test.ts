/**
 * Proves that the part of an update that is run first only takes access away: nothing in it is a
 * grant or a working key that did not exist before, everything that ends is gone from it, and the
 * whole update after it only gives. Properties over generated inputs, on grants as values; that
 * AWS then refuses the revoked although every grant fails is shown end to end.
 */
import { expect } from "chai";
import fc from "fast-check";
import { revocationsFirst } from "../../../automation/plan/revocationsFirst";
import { denyPolicy } from "../../../src/access/denyPolicy";
import { entitledGrants, accessEnded } from "../../../src/access/entitlements";
import type { Principal } from "../../../src/access/model";
import { grantRegions } from "../../../src/access/grantRegions";
import { includesSource, sameSource, sourceOf } from "../../../src/access/source";
import { hasUser } from "../../../src/customers/identity";
import type { Customer } from "../../../src/customers/model";
import type { StackInput } from "../../../src/project";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer, TODAY } from "../../access/support";
import { stackInputs } from "./arbitrary";
import { planBetween, stackInput } from "./support";

/** The update before was on this day, or on the day itself. */
const inputs = fc.tuple(
  fc.constantFrom("2026-11-01", TODAY).chain((day) => stackInputs(day)),
  stackInputs(TODAY),
);

/** What is run first, given what the update before recorded. */
function first([before, after]: readonly [StackInput, StackInput]): StackInput | undefined {
  return revocationsFirst(after, stackOutputs(before));
}

/** Customer, repository, region and principal of every grant on the day of the update. */
function grantsOf({ config, customers }: StackInput): Set<string> {
  return new Set(
    entitledGrants(customers, config, TODAY).flatMap(
      ({ customer: id, repository, principals, regions }) =>
        grantRegions({ regions }, config.repositories.get(repository)?.regions ?? []).flatMap(
          (region) =>
            // A user that is renamed is the same principal: policies are bound to its unique id.
            principals.flatMap(whoOf).map((who) => `${id} ${repository}@${region} ${who}`),
        ),
    ),
  );
}

/** Of a role for OIDC tokens each subject counts. */
function whoOf(one: Principal): string[] {
  if (one.kind === "user") return ["user"];
  if (one.kind !== "oidcRole") return [JSON.stringify(one)];
  const { issuer, audience, subjects } = one.oidc;
  return subjects.map((subject) => `token ${issuer} ${audience} ${subject}`);
}

/** Customer and generation of every key that is active in AWS on the day of the update. */
function activeKeys({ customers }: StackInput): Set<string> {
  return new Set(
    customers.flatMap((one) =>
      accessEnded(one, TODAY)
        ? []
        : one.keys
            .filter(({ status }) => status === "active")
            .map(({ generation }) => `${one.id} ${generation}`),
    ),
  );
}

function missing(some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  // A role has what its account as a whole has.
  const account = (one: string) =>
    one.replace('"kind":"role"', '"kind":"account"').replace(/,"role":"[^"]*"/, "");
  return [...some].filter((one) => !others.has(one) && !others.has(account(one)));
}

function byId({ customers }: StackInput): Map<string, Customer> {
  return new Map(customers.map((one) => [one.id, one]));
}

describe("the first of two runs", () => {
  /** Checks a property on every pair that has a first part, and that there were such pairs. */
  function always(check: (first: StackInput, before: StackInput, after: StackInput) => void) {
    let times = 0;
    fc.assert(
      fc.property(inputs, (pair) => {
        const shrunk = first(pair);
        if (shrunk === undefined) return;
        times += 1;
        check(shrunk, ...pair);
      }),
      { numRuns: 300 },
    );
    expect(times).to.be.greaterThan(100);
  }

  it("keeps a role whose tokens all change, and lets it in nowhere", () => {
    const tokens = (...subjects: string[]) =>
      customer("acme", {
        keys: [],
        oidc: { issuer: "https://oidc.acme.example", audience: "sts", subjects },
      });
    const run = (...subjects: string[]) =>
      first([stackInput([tokens("ci", "old")]), stackInput([tokens(...subjects)])])?.customers[0];
    expect(run("new")).to.deep.include({ oidc: tokens("new").oidc, repositories: [] });
    expect(run("ci", "new")).to.deep.include({
      oidc: tokens("ci").oidc,
      repositories: ["edge-agent"],
    });
    expect(run("ci", "new", "old"), "nothing is revoked").to.equal(undefined);
  });

  it("grants only what is granted both before and after the update", () => {
    always((shrunk, before, after) => {
      expect(missing(grantsOf(shrunk), grantsOf(before))).to.deep.equal([]);
      expect(missing(grantsOf(shrunk), grantsOf(after))).to.deep.equal([]);
    });
  });

  it("keeps every grant that stays, so that no one is cut off for the length of a run", () => {
    always((shrunk, before, after) => {
      const left = grantsOf(shrunk);
      const staying = [...grantsOf(before)].filter((grant) => grantsOf(after).has(grant));
      expect(staying.filter((grant) => !left.has(grant))).to.deep.equal([]);
    });
  });

  it("has only working keys that work both before and after, and keeps them all", () => {
    always((shrunk, before, after) => {
      const [had, has] = [activeKeys(before), activeKeys(after)];
      const staying = [...had].filter((key) => has.has(key));
      expect([...activeKeys(shrunk)].sort()).to.deep.equal(staying.sort());
    });
  });

  it("has only users and keys that exist both before and after", () => {
    always((shrunk, before, after) => {
      for (const one of shrunk.customers) {
        const [then, now] = [byId(before).get(one.id), byId(after).get(one.id)];
        for (const side of [then, now]) {
          expect(side).not.to.equal(undefined);
          if (side === undefined) continue;
          if (one.awsAccount !== undefined) expect(side.awsAccount).to.equal(one.awsAccount);
          if (hasUser(one)) expect(hasUser(side)).to.equal(true);
        }
        for (const { generation } of one.keys) {
          for (const side of [then, now]) {
            expect(side?.keys.map((key) => key.generation)).to.include(generation);
          }
        }
      }
    });
  });

  it("never has a suspended or ended customer active or without its deny", () => {
    let ended = 0;
    always((shrunk, _, after) => {
      const now = byId(after);
      for (const one of shrunk.customers) {
        const file = now.get(one.id);
        expect(file).not.to.equal(undefined);
        if (file === undefined || !accessEnded(file, TODAY)) continue;
        ended += 1;
        expect(accessEnded(one, TODAY)).to.equal(true);
        if (hasUser(one)) expect(denyPolicy(one)).not.to.equal(undefined);
      }
    });
    expect(ended).to.be.greaterThan(0);
  });

  it("knows each repository's customers as before, so that no other way of granting is new", () => {
    always((shrunk, before) => {
      for (const [name, settings] of shrunk.config.repositories) {
        const then = before.config.repositories.get(name);
        expect(settings.grants).to.equal(then?.grants);
        expect(then?.regions).to.include.members([...settings.regions]);
      }
    });
  });

  it("limits a customer to its networks already, and never widens them alone", () => {
    let limited = 0;
    always((shrunk, before, after) => {
      for (const one of shrunk.customers) {
        const [then, now] = [byId(before), byId(after)].map((all) => sourceOf(all.get(one.id)!));
        const isWider = includesSource(now, then);
        expect(sameSource(sourceOf(one), isWider ? then : now)).to.equal(true);
        if (!isWider) limited += 1;
      }
    });
    expect(limited).to.be.greaterThan(0);
  });

  it("is followed by the complete update, which then only grants", () => {
    always((shrunk, _, after) => {
      const { access } = planBetween(shrunk, after);
      for (const { loses, losesKeys } of access) {
        expect([loses, losesKeys]).to.deep.equal([[], false]);
      }
      expect(revocationsFirst(after, stackOutputs(shrunk))).to.equal(undefined);
      expect(planBetween(after, after).isEmpty).to.equal(true);
    });
  });

  it("consists of revocations only, and is the same when computed again", () => {
    always((shrunk, before) => {
      expect(revocationsFirst(shrunk, stackOutputs(before))).to.equal(undefined);
      const { access } = planBetween(before, shrunk);
      expect(access.flatMap(({ gains }) => gains)).to.deep.equal([]);
    });
  });

  it("exists whenever one customer loses a grant and another gains one", () => {
    let both = 0;
    fc.assert(
      fc.property(inputs, ([before, after]) => {
        const [had, has] = [grantsOf(before), grantsOf(after)];
        if (missing(had, has).length === 0 || missing(has, had).length === 0) return;
        both += 1;
        expect(first([before, after])).not.to.equal(undefined);
      }),
    );
    expect(both).to.be.greaterThan(0);
  });
});
