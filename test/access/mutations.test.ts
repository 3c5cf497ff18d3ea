/**
 * Proves that the proof of access notices tampering: documents wrong in a named way each
 * (mutations/), and documents of which any one part is changed or removed, are all caught. Says
 * of each named one what notices it, so that neither the decisions nor the form could be left out.
 */
import { expect } from "chai";
import type { Proof } from "../../src/access/proof";
import type { StackPolicies } from "../../src/access/stackPolicies";
import { GROUP_POLICIES } from "./mutations/groupPolicies";
import type { Noticed } from "./mutations/model";
import { REPOSITORY_POLICIES } from "./mutations/repositoryPolicies";
import { ROLES } from "./mutations/roles";
import { USERS } from "./mutations/users";
import { prove, rendered } from "./proofSupport";

const MUTATIONS = [...REPOSITORY_POLICIES, ...GROUP_POLICIES, ...USERS, ...ROLES];

/** What noticed it, the strongest first. */
function noticedBy({ differences }: Proof): Noticed | "nothing" {
  if (differences.length === 0) return "nothing";
  if (differences.some(({ at }) => at === "all of it")) return "unknown";
  // A question ends with the moment that it is asked for.
  return differences.some(({ at }) => / at \d{4}-\S+Z$/.test(at)) ? "decision" : "form";
}

describe("the proof of access, for corrupted documents,", () => {
  it("is tried with a hundred changes, and finds nothing without one", () => {
    expect(MUTATIONS.length).to.be.greaterThan(100);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).to.equal(MUTATIONS.length);
    expect(noticedBy(prove(rendered()))).to.equal("nothing");
  });

  for (const { name, noticed, change } of MUTATIONS) {
    it(`notices by ${noticed}: ${name}`, () => {
      const policies = copy(rendered());
      change(policies);
      expect(policies, "nothing was changed").not.to.deep.equal(copy(rendered()));
      expect(noticedBy(prove(policies))).to.equal(noticed);
    });
  }

  it("notices when any single part of any document is changed or removed", function () {
    this.timeout(120_000);
    const survivors: string[] = [];
    let tried = 0;
    for (const path of paths(rendered()).filter(isPart)) {
      for (const how of ["changed", "removed"] as const) {
        const policies = copy(rendered());
        corrupt(policies, path, how);
        tried++;
        if (noticedBy(prove(policies)) === "nothing") survivors.push(`${path.join(".")} ${how}`);
      }
    }
    expect(tried).to.be.greaterThan(200);
    expect(survivors).to.deep.equal([]);
  });
});

/** As JSON brings it: our types say that documents are not changed. */
function copy(policies: StackPolicies): StackPolicies {
  return JSON.parse(JSON.stringify(policies)) as StackPolicies;
}

/** Tags that say whose user it is decide nothing. */
const SAYS_NOTHING = /^ecr-customers:/;

/** All places in a value, the inner ones too. */
function paths(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...at]];
  return Object.entries(value)
    .filter(([key]) => !SAYS_NOTHING.test(key))
    .flatMap(([key, inner]) => {
      const below = paths(inner, [...at, key]);
      return typeof inner === "object" ? [[...at, key], ...below] : below;
    });
}

/** Of a document, of the tags, or a key's status; not what merely holds them together. */
function isPart(path: readonly string[]): boolean {
  const holder = path.findIndex((key) =>
    ["document", "deny", "tags", "trust", "audiences"].includes(key),
  );
  return (holder > 0 && path.length > holder + 1) || path.at(-1) === "status";
}

function corrupt(value: object, path: readonly string[], how: "changed" | "removed"): void {
  const last = path.at(-1) ?? "";
  const holder = path
    .slice(0, -1)
    .reduce((inner, key) => inner[key] as never, value as Record<string, unknown>);
  if (how === "changed") holder[last] = other(holder[last]);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
}

function other(value: unknown): unknown {
  if (typeof value === "number") return value + 7;
  return typeof value === "string" ? `${value}x` : [];
}
