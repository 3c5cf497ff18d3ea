/**
 * Proves that every rendered document is exactly its template (docs/architecture.md, "What is declared in AWS"), for examples and for
 * generated customers: keys, principals, actions, order. Does not prove that AWS accepts or judges
 * it so: the e2e tests put them to the emulator, the evaluator tests to a policy simulator.
 */
import { expect } from "chai";
import fc from "fast-check";
import { accountRootArn, userArn } from "../../src/access/arns";
import { dayAfter, denyPolicy } from "../../src/access/denyPolicy";
import { entitledGrants } from "../../src/access/entitlements";
import { loginPolicy } from "../../src/access/loginPolicy";
import { namedGrants, repositoryPolicy } from "../../src/access/repositoryPolicy";
import { serialize } from "../../src/access/serialize";
import { taggedPullPolicy } from "../../src/access/taggedPull";
import { userTags } from "../../src/access/tags";
import { revocationTime } from "../../src/access/revocationMark";
import { ACCOUNT, OWNER, TODAY, catalogue, customer } from "./support";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

describe("login policy", () => {
  it("allows the login and nothing else", () => {
    expect(loginPolicy()).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Login", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      ],
    });
  });
});

describe("deny policy", () => {
  it("is absent for an active customer without an end date", () => {
    expect(denyPolicy(customer("acme"))).to.equal(undefined);
  });

  it("is absent for a customer without a user, even a suspended one", () => {
    const acme = customer("acme", { awsAccount: "210987654321", status: "suspended" });
    expect(denyPolicy(acme)).to.equal(undefined);
  });

  it("denies all of ECR at once when suspended, end date or not", () => {
    const statement = { Sid: "End", Effect: "Deny", Action: "ecr:*", Resource: "*" };
    for (const expires of [undefined, "2099-01-01"]) {
      expect(denyPolicy(customer("acme", { status: "suspended", expires }))).to.deep.equal({
        Version: "2012-10-17",
        Statement: [statement],
      });
    }
  });

  it("contains the time of an emergency revocation while the customer is suspended", () => {
    const revoked = "2026-11-28T07:24:05Z";
    const policy = denyPolicy({ status: "suspended", revoked });
    expect(revocationTime(policy)).to.equal(revoked);
    expect(policy?.Statement[0]).to.include({ Sid: "Revoked20261128T072405Z", Action: "ecr:*" });
    expect(denyPolicy({ status: "active", revoked })).to.equal(undefined);
  });

  it("denies from the first moment of the day after the last", () => {
    const policy = denyPolicy(customer("acme", { expires: "2027-01-31" }));
    expect(policy?.Statement[0]?.Condition).to.deep.equal({
      DateGreaterThanEquals: { "aws:CurrentTime": "2027-02-01T00:00:00Z" },
    });
  });

  it("knows leap days and year ends", () => {
    expect(dayAfter("2028-02-28")).to.equal("2028-02-29");
    expect(dayAfter("2027-02-28")).to.equal("2027-03-01");
    expect(dayAfter("2026-12-31")).to.equal("2027-01-01");
  });
});

describe("repository policy", () => {
  const arn = userArn(HOME, "acme");

  it("names who may pull, sorted and once", () => {
    const other = userArn(HOME, "Zeta");
    const policy = repositoryPolicy(
      [
        { arn, uniqueId: "AIDAACME" },
        { arn: other, uniqueId: "AIDAZETA" },
        { arn, uniqueId: "AIDAACME" },
      ],
      OWNER,
    );
    expect(policy).to.deep.equal({
      Version: "2012-10-17",
      Id: policy?.Id,
      Statement: [
        {
          Sid: "Pull",
          Effect: "Allow",
          Principal: { AWS: [other, arn] },
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        },
      ],
    });
    expect(policy?.Id).to.match(/^ecr-customers\/ecr-customers\/prod\/[0-9a-f]{12}$/);
  });

  it("does not exist without a principal", () => {
    expect(repositoryPolicy([], OWNER)).to.equal(undefined);
  });

  it("holds foreign statements after ours, unchanged", () => {
    const push = {
      Sid: "CI",
      Effect: "Allow",
      Principal: { AWS: "210987654321" },
      Action: "ecr:*",
    };
    const policy = repositoryPolicy([{ arn }], OWNER, [push]);
    expect(policy?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Pull", "CI"]);
    expect(policy?.Statement[1]).to.equal(push);
    expect(repositoryPolicy([], OWNER, [push])?.Statement).to.deep.equal([push]);
  });

  it("gives its own statement another Sid when a foreign statement has the usual one", () => {
    const theirs = { Sid: "Pull", Effect: "Allow", Principal: "*", Action: "ecr:ListImages" };
    const policy = repositoryPolicy([{ arn }], OWNER, [theirs]);
    expect(policy?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["EcrCustomersPull", "Pull"]);
  });

  it("changes when a user is re-created, although its ARN is the same", () => {
    const before = repositoryPolicy([{ arn, uniqueId: "AIDAOLD" }], OWNER);
    const after = repositoryPolicy([{ arn, uniqueId: "AIDANEW" }], OWNER);
    expect(before?.Statement).to.deep.equal(after?.Statement);
    expect(before?.Id).not.to.equal(after?.Id);
  });

  it("has the template's keys and only entitled principals, for any customers in any order", () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,12}$/), { maxLength: 12 });
    const settings = { create: false, grants: "named", regions: ["eu-central-1"] } as const;
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.boolean()), (names, suspended) => {
        const customers = names.map((id) => {
          const status = suspended.next().value === true ? "suspended" : "active";
          return customer(id, { status });
        });
        const grants = namedGrants(
          entitledGrants(customers, { namePrefix: "" }, TODAY),
          "edge-agent",
          settings,
        );
        const render = (list: typeof grants) =>
          repositoryPolicy(
            list.map(({ customer: id }) => ({ arn: userArn(HOME, id), uniqueId: `AIDA${id}` })),
            OWNER,
          );
        const policy = render(grants);
        const active = customers.filter(({ status }) => status === "active").map(({ id }) => id);
        if (active.length === 0) {
          expect(policy).to.equal(undefined);
          return;
        }
        const [statement] = policy?.Statement ?? [];
        expect(Object.keys(policy ?? {})).to.deep.equal(["Version", "Id", "Statement"]);
        expect(Object.keys(statement ?? {})).to.deep.equal([
          "Sid",
          "Effect",
          "Principal",
          "Action",
        ]);
        expect(statement?.Principal).to.deep.equal({
          AWS: active.map((id) => userArn(HOME, id)).sort(),
        });
        expect(render([...grants].reverse())).to.deep.equal(policy);
        expect(policy && serialize(policy)).to.match(/^[\x20-\x7e]+$/);
      }),
    );
  });
});

describe("tagged grants", () => {
  const modes = catalogue({ "edge-agent": "named", "telemetry-sdk": "tagged" });

  it("tag a user for its tagged repositories only, beside its id and source", () => {
    const acme = customer("acme", {
      repositories: ["edge-agent", "telemetry-sdk"],
      source: { system: "hubspot", id: "77" },
    });
    expect(userTags(acme, modes, TODAY)).to.deep.equal({
      "ecr-customers:customer": "acme",
      "ecr-customers:source": "hubspot/77",
      "pull:telemetry-sdk": "allow",
    });
  });

  it("leave no pull tag on a customer that has ended", () => {
    const acme = customer("acme", { repositories: ["telemetry-sdk"], expires: "2026-11-22" });
    expect(userTags(acme, modes, TODAY)).to.deep.equal({ "ecr-customers:customer": "acme" });
  });

  it("allow the pull to those who carry the repository's own tag", () => {
    expect(taggedPullPolicy(ACCOUNT, modes)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: [`arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/telemetry-sdk`],
          Condition: { StringEquals: { "aws:PrincipalTag/pull:telemetry-sdk": "allow" } },
        },
      ],
    });
    expect(taggedPullPolicy(ACCOUNT, catalogue({ "edge-agent": "named" }))).to.equal(undefined);
  });

  it("still name a customer with an AWS account of its own, whose identities we cannot tag", () => {
    const grants = entitledGrants(
      [
        customer("acme", { repositories: ["telemetry-sdk"] }),
        customer("hooli", { repositories: ["telemetry-sdk"], awsAccount: "210987654321" }),
      ],
      { namePrefix: "" },
      TODAY,
    );
    const settings = modes.get("telemetry-sdk");
    expect(settings).not.to.equal(undefined);
    if (settings === undefined) return;
    const named = namedGrants(grants, "telemetry-sdk", settings);
    expect(named.map((grant) => grant.customer)).to.deep.equal(["hooli"]);
    expect(accountRootArn(HOME, "210987654321")).to.equal("arn:aws:iam::210987654321:root");
  });
});
