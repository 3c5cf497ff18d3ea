/**
 * Proves the sizes: that what is computed offline is the size of the document that AWS gets, that
 * `room` is a promise that holds, and that each limit is reported with its remedy. The limits' own
 * values are AWS's (ECR API, IAM quotas); the e2e tests show that the sandbox refuses beyond them.
 */
import { expect } from "chai";
import { userArn } from "../../src/access/arns";
import { repositoryBudgets } from "../../src/access/budget";
import { budgetExcesses } from "../../src/access/excesses";
import { entitledGrants } from "../../src/access/entitlements";
import type { Catalogue } from "../../src/access/model";
import { repositoryPolicy } from "../../src/access/repositoryPolicy";
import { serialize } from "../../src/access/serialize";
import type { Customer } from "../../src/customers/model";
import { ACCOUNT, OWNER, TODAY, catalogue, customer } from "./support";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

const NAMED = catalogue({ "edge-agent": "named" });

/** Customers with ids of one length: `c0001`, … */
function customers(count: number): Customer[] {
  return Array.from({ length: count }, (_, index) =>
    customer(`c${String(index + 1).padStart(4, "0")}`),
  );
}

function budget(list: readonly Customer[], modes: Catalogue = NAMED) {
  return repositoryBudgets(entitledGrants(list, { namePrefix: "" }, TODAY), {
    ...OWNER,
    repositories: modes,
    ...HOME,
  });
}

function excesses(list: readonly Customer[], modes: Catalogue) {
  const grants = entitledGrants(list, { namePrefix: "" }, TODAY);
  return budgetExcesses(list, grants, { ...OWNER, repositories: modes, ...HOME }, TODAY);
}

describe("size budget", () => {
  it("is the size of the policy that AWS gets", () => {
    for (const count of [1, 2, 150]) {
      const policy = repositoryPolicy(
        customers(count).map(({ id }) => ({ arn: userArn(HOME, id), uniqueId: `AIDA${id}` })),
        OWNER,
      );
      expect(policy).not.to.equal(undefined);
      expect(budget(customers(count))[0]?.used).to.equal(policy && serialize(policy).length);
    }
  });

  it("reports exactly the room that is left", () => {
    const room = budget(customers(100))[0]?.room ?? 0;
    expect(room).to.be.greaterThan(0);
    expect(budget(customers(100 + room))[0]?.level).to.equal("near");
    expect(budget(customers(100 + room + 1))[0]?.level).to.equal("over");
  });

  it("counts the statements of others, and says so when a policy is too large", () => {
    const push = { Effect: "Allow", Principal: { AWS: "210987654321" }, Action: "ecr:PutImage" };
    const long = { ...push, Sid: "x".repeat(10_000) };
    const withOthers = (...statements: object[]) =>
      new Map([
        [
          "edge-agent",
          {
            create: false,
            grants: "named" as const,
            regions: ["eu-central-1"],
            statements: statements as Record<string, unknown>[],
          },
        ],
      ]);
    const size = (list: readonly Customer[], modes: Catalogue) =>
      repositoryBudgets(entitledGrants(list, { namePrefix: "" }, TODAY), {
        ...OWNER,
        repositories: modes,
        ...HOME,
      })[0];
    const [alone, both] = [budget(customers(2))[0], size(customers(2), withOthers(push))];
    expect(both?.used).to.equal((alone?.used ?? 0) + JSON.stringify(push).length + 1);
    expect(both?.statements).to.equal(1);
    expect(size([], withOthers(push))).to.include({ customers: 0, statements: 1, level: "ok" });
    const room = size([], withOthers(push))?.room ?? 0;
    expect(size(customers(room), withOthers(push))?.level).not.to.equal("over");
    expect(excesses(customers(3), withOthers(long))[0]?.message).to.match(
      /got 10,\d{3} for its 3 customers and 1 statement of others$/,
    );
    expect(excesses([], withOthers(push, long))[0]?.message).to.match(
      /got 10,\d{3} for 2 statements of others$/,
    );
  });

  it("is empty for a repository that no one may pull", () => {
    expect(budget([])).to.deep.equal([]);
  });

  it("names repository, size, limit, customers and the remedy when it is exceeded", () => {
    expect(excesses(customers(260), NAMED)).to.deep.equal([
      {
        repository: "edge-agent",
        check: "policy-size",
        message:
          "expected a policy of at most 10,240 characters for repository edge-agent, got 12,945 for its 260 customers",
        fix: "Write `edge-agent: { grants: tagged }` in the stack's repositories.",
      },
    ]);
  });

  it("does not depend on the number of customers with tagged grants", () => {
    expect(excesses(customers(260), catalogue({ "edge-agent": "tagged" }))).to.deep.equal([]);
  });

  it("counts the tags of a user", () => {
    const names = Array.from({ length: 50 }, (_, index) => `r${index}`);
    const modes = catalogue(Object.fromEntries(names.map((name) => [name, "tagged" as const])));
    const checks = (count: number) =>
      excesses([customer("acme", { repositories: names.slice(0, count) })], modes)
        .filter((excess) => excess.customer === "acme")
        .map((excess) => excess.check);
    expect(checks(49)).to.deep.equal([]);
    expect(checks(50)).to.deep.equal(["tag-count"]);
  });

  it("counts the characters of tag keys and of the group's second policy", () => {
    const long = "r".repeat(124);
    expect(excesses([], catalogue({ [long]: "tagged" })).map(({ check }) => check)).to.deep.equal([
      "tag-length",
    ]);
    expect(excesses([], catalogue({ [long.slice(1)]: "tagged" }))).to.deep.equal([]);
    const many = Array.from({ length: 40 }, (_, index) => [
      `repository-${index}`,
      "tagged" as const,
    ]);
    expect(
      excesses([], catalogue(Object.fromEntries(many))).map(({ check }) => check),
    ).to.deep.equal(["tagged-policy-size"]);
  });

  it("counts the characters of the source's tag", () => {
    const acme = (id: string) => customer("acme", { source: { system: "crm", id } });
    expect(excesses([acme("9".repeat(252))], NAMED)).to.deep.equal([]);
    expect(excesses([acme("9".repeat(253))], NAMED).map(({ check }) => check)).to.deep.equal([
      "tag-length",
    ]);
  });

  it("counts the users that an account holds, without customers that have an account of their own", () => {
    const tagged = catalogue({ "edge-agent": "tagged" });
    const own = customer("own", { awsAccount: "210987654321", keys: [] });
    expect(excesses([...customers(5_000), own], tagged)).to.deep.equal([]);
    const found = excesses(customers(5_001), tagged);
    expect(found.map(({ check }) => check)).to.deep.equal(["user-count"]);
    expect(found[0]?.message).to.contain("at most 5,000").and.to.contain("got 5,001");
  });

  describe("of roles for OIDC tokens", () => {
    const oidc = (number: number, { issuer = "https://oidc.acme.example", ...rest } = {}) =>
      customer(`c${number}`, {
        keys: [],
        oidc: { issuer, audience: "sts", subjects: [`sub${number}`], ...rest },
      });
    const many = (count: number, made: (number: number) => Customer) =>
      Array.from({ length: count }, (_, number) => made(number));
    const found = (customers: readonly Customer[]) =>
      excesses(customers, catalogue({ "edge-agent": "tagged" })).map(({ check }) => check);

    it("counts the roles of an account", () => {
      expect(found(many(5_000, oidc))).to.deep.equal([]);
      expect(found(many(5_001, oidc))).to.deep.equal(["role-count"]);
    });

    it("counts the issuers of an account, shared ones once", () => {
      const each = (number: number) => oidc(number, { issuer: `https://oidc${number}.example` });
      expect(
        found([...many(100, each), oidc(0, { issuer: "https://oidc0.example" })]),
      ).to.deep.equal([]);
      expect(found(many(101, each))).to.deep.equal(["issuer-count"]);
    });

    it("counts the audiences of an issuer", () => {
      const each = (number: number) =>
        customer(`c${number}`, {
          keys: [],
          oidc: { issuer: "https://oidc.acme.example", audience: `sts${number}`, subjects: ["s"] },
        });
      expect(found(many(100, each))).to.deep.equal([]);
      expect(found(many(101, each))).to.deep.equal(["audience-count"]);
    });

    it("counts the characters of a role's trust policy", () => {
      const subjects = (count: number) => [
        customer("acme", {
          keys: [],
          oidc: {
            issuer: "https://oidc.acme.example",
            audience: "sts",
            subjects: Array.from({ length: count }, (_, at) => `${at}`.padStart(100, "s")),
          },
        }),
      ];
      expect(found(subjects(16))).to.deep.equal([]);
      expect(found(subjects(18))).to.deep.equal(["trust-size"]);
    });

    it("counts a role's policy and tags as a user's, the policy by the larger limit of roles", () => {
      const networks = Array.from({ length: 100 }, (_, at) => `203.0.${at + 100}.128/25`);
      const [acme] = many(1, oidc) as [Customer];
      expect(found([{ ...acme, networks }])).to.deep.equal([]);
      const both = { ...acme, networks, withKey: true as const };
      expect(found([both])).to.deep.equal(["networks-size"]);
      const source = { system: "crm", id: "9".repeat(253) };
      expect(found([{ ...acme, source }])).to.deep.equal(["tag-length"]);
    });
  });
});
