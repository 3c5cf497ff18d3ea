/**
 * Proves that the rendered documents of any generated customers give exactly what the files say, on
 * any day: each customer and unauthorized principal, repository, region and action. The evaluator that decides is
 * compared with a simulator in evaluateAgreement.test.ts; that the proof notices what is wrong is
 * shown in mutations.test.ts; that the program declares these documents in test/stack.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { AccessSettings } from "../../src/access/groupPolicies";
import { stackPolicies } from "../../src/access/stackPolicies";
import { proveAccess } from "../../src/access/prove";
import type { ForeignStatement } from "../../src/access/model";
import { hasUser } from "../../src/customers/identity";
import type { Customer } from "../../src/customers/model";
import { customers as anyCustomer } from "../customers/arbitrary";
import { CUSTOMERS, prove, proveCustomers, rendered, SETTINGS } from "./proofSupport";
import { ACCOUNT, OWNER, TODAY, customer } from "./support";

const REGIONS = ["ap-south-1", "eu-central-1", "us-east-1"];
/** Before, on and after the end dates that `anyCustomer` makes. */
const DAYS = ["2026-11-23", "2027-01-31", "2027-02-01", "2028-02-29", "2028-03-01"];

const settings: fc.Arbitrary<AccessSettings> = fc
  .tuple(
    fc.constantFrom("", "eu-"),
    ...["edge-agent", "orchestrator", "sdk"].map((name) =>
      fc.record({
        name: fc.constant(name),
        grants: fc.constantFrom("named" as const, "tagged" as const),
        regions: fc.subarray(REGIONS, { minLength: 1 }),
      }),
    ),
  )
  .map(([namePrefix, ...all]) => ({
    ...OWNER,
    account: ACCOUNT,
    region: "eu-central-1",
    namePrefix,
    repositories: new Map(
      all.map(({ name, grants, regions }) => [name, { create: false, grants, regions }]),
    ),
  }));

/** An account of its own has no policy of ours that could limit from where it pulls. */
function withoutPlaces(one: Customer): Customer {
  const entries = Object.entries(one).filter(
    ([key]) => !["networks", "vpcEndpoints"].includes(key),
  );
  return Object.fromEntries(entries) as unknown as Customer;
}

/** Some with a user, some that share one of two AWS accounts or roles of them, some with both. */
const customers: fc.Arbitrary<Customer[]> = fc.uniqueArray(
  fc
    .tuple(
      anyCustomer(),
      fc.constantFrom(undefined, undefined, "210987654321", "999999999990"),
      fc.constantFrom({}, { awsRoles: ["ci/puller"] }, { awsRoles: ["another0", "ci/puller"] }),
      fc.boolean(),
      fc.option(fc.subarray(REGIONS, { minLength: 1 }), { nil: undefined }),
    )
    .map(([base, awsAccount, roles, moves, regions]): Customer => {
      const one = regions === undefined ? base : { ...base, regions };
      if (awsAccount === undefined) return one;
      return {
        ...withoutPlaces(one),
        awsAccount,
        ...roles,
        ...(moves ? { withKey: true } : { keys: [] }),
      };
    }),
  { selector: ({ id }) => id, maxLength: 6 },
);

/** As the checks demand it: a tag opens all regions of its repository, so it needs them all to be the customer's. */
function withRegionsOf(one: Customer, { repositories: catalogue }: AccessSettings): Customer {
  const { regions, ...rest } = one;
  const isOpen = one.repositories.some((name) => {
    const its = catalogue.get(name);
    return its?.grants === "tagged" && its.regions.some((region) => !regions?.includes(region));
  });
  return regions !== undefined && isOpen && hasUser(one) ? rest : one;
}

describe("the proof of access", () => {
  it("holds for any customers, catalogue and day", function () {
    this.timeout(120_000);
    const seen = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
    fc.assert(
      fc.property(customers, settings, fc.constantFrom(...DAYS), (all, stack, today) => {
        const allowed = all.map((one) => withRegionsOf(one, stack));
        const { differences, decisions } = proveCustomers(allowed, stack, today);
        expect(differences).to.deep.equal([]);
        seen.Allowed += decisions.Allowed;
        seen.ExplicitlyDenied += decisions.ExplicitlyDenied;
        seen.ImplicitlyDenied += decisions.ImplicitlyDenied;
      }),
      { numRuns: 300 },
    );
    for (const [decision, count] of Object.entries(seen)) {
      expect(count, decision).to.be.greaterThan(100);
    }
  });

  it("counts what it looked at", () => {
    const proof = prove(rendered());
    expect(proof.differences).to.deep.equal([]);
    expect(proof).to.include({ customers: 12, repositories: 4 });
    // Two of the group, seven that end or limit access, the trust of three roles, two regions of edge-agent, one of
    // orchestrator and one of dashboard.
    expect(proof.documents).to.equal(2 + 7 + 3 + 4);
    expect(proof.actions).to.be.greaterThan(35);
    // Pulls of repositories in regions, and logins: acme 4 + 2 now; globex 3 regions, vandelay 1, now and
    // in the last second; hooli 2; hammer 2, as its user and as its role; stark 3, at both times from five addresses and through an endpoint; tyrell in one region; and the user without a file who is still in the group logs in. oscorp 4
    // at both times from two addresses; prodigy 3 as its user and as its role; and the four subjects assume their roles.
    const pulls = 2 * (2 + 2) + 2 * 2 * 3 + 2 * 2 * 1 + 2 * 2 + 2 * (2 + 2) + 2 * 2 * 3 * 6 + 2;
    const byRole = 2 * 4 * 2 * 2 + 2 * (2 * 3);
    const logins = 1 + 2 + 2 + 1 + 1 + 2 * 6 + 1 + 2 * 2 + 2;
    expect(proof.decisions.Allowed).to.equal(pulls + byRole + logins + 4);
  });

  it("expects no issuer of the stack where the account knows it already", () => {
    const otherIssuers = ["https://token.actions.githubusercontent.com"];
    const settings = { ...SETTINGS, otherIssuers };
    expect(proveCustomers(CUSTOMERS, settings, TODAY).differences).to.deep.equal([]);
    const all = proveAccess(rendered(), CUSTOMERS, settings, TODAY).differences;
    expect(all.map(({ subject, at }) => `${subject}: ${at}`)).to.deep.equal([
      "the issuers: https://token.actions.githubusercontent.com",
    ]);
  });

  it("covers a customer whose access was revoked in an emergency", () => {
    const revoked = customer("acme", { status: "suspended", revoked: "2026-11-20T10:00:00Z" });
    expect(proveCustomers([revoked], SETTINGS, TODAY).differences).to.deep.equal([]);
  });

  describe("with statements of others", () => {
    const withStatements = (...statements: ForeignStatement[]): AccessSettings => ({
      ...SETTINGS,
      repositories: new Map([
        ...SETTINGS.repositories,
        ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1"], statements }],
      ]),
    });
    const proveWith = (...statements: ForeignStatement[]) =>
      proveCustomers(CUSTOMERS, withStatements(...statements), TODAY);
    const push = { Effect: "Allow", Action: ["ecr:PutImage", "ecr:UploadLayerPart"] };

    it("gives access to those whom they name, and shows them", () => {
      const proof = proveWith(
        { Sid: "CI", ...push, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/ci` } },
        {
          ...push,
          Sid: "Pull",
          Principal: { AWS: ["999999999990"], Service: "lambda.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "999999999990" } },
        },
      );
      expect(proof.differences).to.deep.equal([]);
      const what = "ecr:PutImage and ecr:UploadLayerPart";
      expect(proof.others).to.deep.equal([
        { repository: "edge-agent", effect: "allows", who: "role ci", what, conditional: false },
        {
          repository: "edge-agent",
          effect: "allows",
          who: "AWS account 999999999990",
          what,
          conditional: true,
        },
        {
          repository: "edge-agent",
          effect: "allows",
          who: "AWS service lambda.amazonaws.com",
          what,
          conditional: true,
        },
      ]);
    });

    for (const [words, statement, subject, found] of [
      [
        "let everyone pull",
        { Principal: "*", Action: "ecr:*" },
        "another account's user",
        "Allowed",
      ],
      [
        "let a customer push",
        {
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/customers/eu-acme` },
          Action: push.Action,
        },
        "acme",
        "Allowed",
      ],
      [
        "let a customer's account push",
        { Principal: { AWS: "210987654321" }, Action: push.Action },
        "hooli",
        "Allowed",
      ],
      [
        "deny a customer the pull",
        { Effect: "Deny", Principal: { AWS: ACCOUNT }, Action: "ecr:BatchGetImage" },
        "acme",
        "ExplicitlyDenied",
      ],
      [
        "deny what depends on the caller's address",
        {
          Effect: "Deny",
          Principal: "*",
          Action: "ecr:*",
          Condition: { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
        },
        "acme",
        "the evaluator does not know a request without aws:sourceip, on which Deny depends",
      ],
    ] as const) {
      it(`fails when they ${words}`, () => {
        const { differences } = proveWith({ Effect: "Allow", ...statement });
        expect(differences.filter((one) => one.subject === subject)).not.to.deep.equal([]);
        expect(differences.map((one) => one.found)).to.include(found);
      });
    }

    it("fails when a document lacks one of them", () => {
      const statement = { ...push, Principal: { AWS: "999999999990" } };
      const settings = withStatements(statement);
      const policies = stackPolicies(CUSTOMERS, withStatements(), TODAY);
      const { differences } = proveAccess(policies, CUSTOMERS, settings, TODAY);
      expect(differences.map(({ subject }) => subject)).to.include("the repositories' policies");
    });
  });

  it("fails when the files and the documents differ", () => {
    const policies = rendered();
    const changed = (id: string, change: Partial<Customer>) =>
      proveAccess(
        policies,
        CUSTOMERS.map((one) => (one.id === id ? { ...one, ...change } : one)),
        SETTINGS,
        TODAY,
      ).differences.filter(({ subject }) => subject === id);
    expect(changed("acme", { repositories: ["edge-agent"] })).to.deep.include({
      subject: "acme",
      at: "ecr:BatchGetImage on telemetry-sdk in us-east-1 at 2026-11-23T00:00:00Z",
      expected: "ExplicitlyDenied or ImplicitlyDenied",
      found: "Allowed",
    });
    expect(changed("acme", { status: "suspended" })).to.deep.include({
      subject: "acme",
      at: "ecr:BatchGetImage on edge-agent in eu-central-1 at 2026-11-23T00:00:00Z",
      expected: "ExplicitlyDenied",
      found: "Allowed",
    });
    expect(changed("globex", { expires: "2027-02-01" })).to.deep.include({
      subject: "globex",
      at: "ecr:BatchGetImage on orchestrator in eu-central-1 at 2027-02-01T23:59:59Z",
      expected: "Allowed",
      found: "ExplicitlyDenied",
    });
  });

  it("fails on a later day when nothing was updated and AWS enforces nothing", () => {
    const acme = customer("acme", { expires: "2027-01-31" });
    const onTheDay = stackPolicies([acme], SETTINGS, "2027-01-31");
    expect(proveAccess(onTheDay, [acme], SETTINGS, "2027-01-31").differences).to.deep.equal([]);
    const users = onTheDay.users.map(({ deny: _, ...rest }) => rest);
    const forgotten = proveAccess({ ...onTheDay, users }, [acme], SETTINGS, "2027-01-31");
    expect(forgotten.differences.map(({ at }) => at)).to.include(
      "ecr:BatchGetImage on edge-agent in eu-central-1 at 2027-02-01T00:00:00Z",
    );
  });

  it("names customers whose end no policy enforces, and joins those of one account", () => {
    const account = { awsAccount: "210987654321", keys: [] };
    const all = [
      customer("hooli", { ...account, expires: "2027-01-31" }),
      customer("hooli-lab", { ...account, repositories: ["orchestrator"] }),
    ];
    const proof = proveCustomers(all, SETTINGS, TODAY);
    expect(proof.differences).to.deep.equal([]);
    expect(proof.endByUpdateOnly).to.deep.equal(["hooli"]);
    const without = proveAccess(
      { ...stackPolicies(all, SETTINGS, TODAY), repositories: [] },
      all,
      SETTINGS,
      TODAY,
    );
    expect(without.differences.map(({ subject }) => subject)).to.include("hooli and hooli-lab");
  });

  it("decides nothing when it does not know one of the documents", () => {
    const policies = rendered();
    const [first, ...others] = policies.repositories;
    const document = { ...first?.document, Version: "2008-10-17" } as never;
    const changed = { ...policies, repositories: [{ ...first, document } as never, ...others] };
    const proof = prove(changed);
    expect(proof.decisions).to.deep.equal({ Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 });
    expect(proof.differences[0]).to.deep.equal({
      subject: "the policy of edge-agent in eu-central-1",
      at: "all of it",
      expected: "a policy that the evaluator knows",
      found: 'the evaluator does not know Version "2008-10-17"',
    });
  });
});
