/**
 * Proves that the proof of an adoption finds every change of access that its plan shows, and no other, on generated
 * accounts, and that it sees a customer that would lose or gain something. Judged by the evaluator; the emulator judges in
 * test/e2e/adoptedRights.test.ts.
 */
import { expect } from "chai";
import { brownField } from "../../bench/brownfield/generate";
import type { Customer } from "../../src/customers/model";
import { adoptionChanges, type DeclaredParts } from "../../src/adopt/proof";
import { TODAY } from "../access/support";
import { planOf, settingsOf } from "./field";

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

/** Who is concerned, and which way, as both word it differently. */
function concerned(changes: readonly { change: string; principals: readonly string[] }[]) {
  return new Set(
    changes.flatMap(({ change, principals }) => principals.map((one) => `${change} ${one}`)),
  );
}

describe("the proof of an adoption", () => {
  it("finds no change of access that the plan does not show", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { observed, plan, parts } = declaredBy(seed);
      const shown = concerned(plan.changes);
      const found = adoptionChanges(observed, parts);
      const hidden = found.filter(
        ({ change, principals, what }) =>
          // The plan is about the catalogue's repositories; the proof also sees what a removed tag allowed elsewhere.
          !what.endsWith("on other repositories, by a tag that the update removes") &&
          principals.some((one) => !shown.has(`${change} ${one}`)),
      );
      expect(hidden, `seed ${seed}: ${JSON.stringify(plan.changes)}`).to.deep.equal([]);
    }
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

  it("numbers changes from 1, without a gap", () => {
    const { observed, parts } = declaredBy(3, (one) => ({ ...one, status: "suspended" }));
    const numbers = adoptionChanges(observed, parts).map(({ number }) => number);
    expect(numbers).to.deep.equal(numbers.map((_, at) => at + 1));
  });
});
