/**
 * Proves what an unfinished update is recorded as: only what the state holds. The states are written here as the
 * engine exports them; test/e2e/appliedRecord.test.ts shows real ones.
 */
import { expect } from "chai";
import type { StateResource } from "../../../automation/engine/recovery";
import { withoutNeverApplied } from "../../../automation/plan/neverApplied";
import { appliedOutputs } from "../../../automation/update/appliedOutputs";
import { accountRootArn, userArn } from "../../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import { serialize } from "../../../src/access/serialize";
import { trustPolicy } from "../../../src/access/trustPolicy";
import type { Customer } from "../../../src/customers/model";
import { stackOutputs } from "../../../src/stack/outputs";
import { ACCOUNT, customer, OWNER } from "../../access/support";
import {
  KEY,
  previewOf,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "../plan/support";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

const USER_POLICY = "aws:iam/userPolicy:UserPolicy";
const ROLE = "aws:iam/role:Role";
const PARTNER = "210987654321";

function inState(
  type: string,
  name: string,
  inputs: object = {},
  more: object = {},
): StateResource {
  const urn = `urn:pulumi:dev::ecr-customers::${type}::${name}`;
  return { urn, type, id: name, inputs: { ...inputs }, ...more };
}

const user = (id: string, tags = {}) => inState(USER, id, { name: id, tags });
const key = (id: string, generation = 1, status = "Active") =>
  inState(KEY, `${id}-${generation}`, { user: id, status });
const deny = (one: Partial<Customer>) =>
  inState(USER_POLICY, one.id ?? "acme", {
    name: DENY_POLICY_NAME,
    policy: JSON.stringify(denyPolicy(customer("acme", one))),
  });
function arnOf(id: string): string {
  if (id.startsWith("arn:")) return id;
  return /^\d+$/.test(id) ? accountRootArn(HOME, id) : userArn(HOME, id);
}

const policy = (repository: string, ...ids: string[]) =>
  inState(REPOSITORY_POLICY, `${repository}@eu-central-1`, {
    policy: JSON.stringify(
      repositoryPolicy(
        ids.map((id) => ({ arn: arnOf(id) })),
        OWNER,
      ),
    ),
  });

/** What is recorded after an update from `before` to `after` that has left `resources`. */
function recorded(before: Customer[], after: Customer[], resources: StateResource[]) {
  return appliedOutputs({
    input: stackInput(after),
    before: before.length === 0 ? undefined : stackOutputs(stackInput(before)),
    resources,
  });
}

const acme = customer("acme");

describe("the record of an unfinished update", () => {
  it("keeps whom the update left out of a policy for a revocation by hand", () => {
    const globex = customer("globex");
    const withheld = new Map([["edge-agent@eu-central-1", new Set(["globex"])]]);
    const input = { ...stackInput([acme, globex]), withheld };
    const before = stackOutputs(input);
    const resources = [user("acme"), key("acme"), user("globex"), key("globex")];
    const named = [...resources, policy("edge-agent", "acme")];
    const after = appliedOutputs({ input, before, resources: named });
    expect(after.withheld).to.deep.equal({ "edge-agent@eu-central-1": ["globex"] });
    expect(after.customers["globex"]?.repositories).to.deep.equal(["edge-agent"]);
    const without = appliedOutputs({ input: stackInput([acme, globex]), before, resources: named });
    expect(without.customers["globex"]?.repositories).to.deep.equal([]);
  });

  it("is that of a finished one when everything was applied", () => {
    const input = stackInput([acme]);
    const { customers, repositories } = recorded(
      [],
      [acme],
      [user("acme"), key("acme"), policy("edge-agent", "acme")],
    );
    expect(customers).to.deep.equal(stackOutputs(input).customers);
    expect(repositories).to.deep.equal(stackOutputs(input).repositories);
  });

  describe("of a customer that may pull only from some places", () => {
    const limited = { networks: ["203.0.113.0/24"], vpcEndpoints: ["vpce-0a1b2c3d"] };
    const bound = customer("acme", limited);
    const rest = [user("acme"), key("acme"), policy("edge-agent", "acme")];
    const recordOf = (before: Customer, after: Customer, ...resources: StateResource[]) =>
      recorded([before], [after], [...rest, ...resources]).customers["acme"];

    it("says so once its policy does", () => {
      expect(recordOf(acme, bound, deny(limited))).to.deep.include({
        ...limited,
        status: "active",
      });
      const ending = { ...limited, expires: "2027-01-31" };
      expect(recordOf(acme, customer("acme", ending), deny(ending))).to.deep.include(ending);
      expect(recordOf(bound, acme)).not.to.have.any.keys("networks", "vpcEndpoints");
    });

    it("stays what it was while its policy is", () => {
      expect(recordOf(acme, bound)).not.to.have.any.keys("networks", "vpcEndpoints");
      expect(recordOf(bound, acme, deny(limited))).to.deep.include(limited);
      const half = { ...deny({}), inputs: deny(limited).inputs, initErrors: ["refused"] };
      expect(recordOf(bound, acme, half)).to.deep.include(limited);
      // It was to be suspended, and only its limits are there.
      const suspended = customer("acme", { ...limited, status: "suspended" });
      expect(recordOf(bound, suspended, deny(limited))).to.deep.include({ status: "active" });
    });

    it("keeps what a suspended one gets back", () => {
      const suspended = { ...limited, status: "suspended" as const };
      expect(recordOf(bound, customer("acme", suspended), deny(suspended))).to.deep.include(
        suspended,
      );
    });
  });

  it("keeps the number of a user that was not replaced, so that the next update replaces it", () => {
    const left = (trigger?: number) => ({ ...user("acme"), replacementTrigger: trigger });
    for (const [trigger, number] of [
      [undefined, undefined],
      [1, undefined],
      [2, 2],
    ] as const) {
      const resources = [left(trigger), key("acme"), policy("edge-agent", "acme")];
      const { customers } = recorded([acme], [customer("acme", { user: 2 })], resources);
      expect(customers["acme"]?.user).to.equal(number);
    }
  });

  it("does not name a customer whose user was not created", () => {
    expect(recorded([], [acme], []).customers).to.deep.equal({});
  });

  it("names a user without its policy, and a key only once it exists", () => {
    const { customers, repositories } = recorded([], [acme], [user("acme")]);
    expect(customers).to.deep.equal({
      acme: { repositories: [], status: "active", company: "name acme Ltd", keys: {} },
    });
    expect(repositories["edge-agent"]?.customers).to.equal(0);
  });

  it("keeps a grant whose removal failed, and does not name the one that failed to be given", () => {
    const moved = customer("acme", { repositories: ["orchestrator"] });
    const state = [user("acme"), key("acme"), policy("edge-agent", "acme")];
    const { customers } = recorded([acme], [moved], state);
    expect(customers["acme"]?.repositories).to.deep.equal(["edge-agent"]);
  });

  it("has a suspension only once its deny is applied", () => {
    const after = [customer("acme", { status: "suspended" })];
    const left = [user("acme"), key("acme", 1, "Inactive"), policy("edge-agent", "acme")];
    const statusOf = (...more: StateResource[]) =>
      recorded([acme], after, [...left, ...more]).customers["acme"]?.status;
    expect(statusOf()).to.equal("active");
    expect(statusOf(deny({ status: "suspended" }))).to.equal("suspended");
  });

  it("has the end date that the deny in AWS enforces", () => {
    const [before, after] = ["2027-01-31", "2027-06-30"].map((expires) => [
      customer("acme", { expires }),
    ]) as [Customer[], Customer[]];
    const left = [user("acme"), key("acme"), policy("edge-agent", "acme")];
    const { customers } = recorded(before, after, [...left, deny({ expires: "2027-01-31" })]);
    expect(customers["acme"]?.expires).to.equal("2027-01-31");
  });

  it("finds grants by tag on the user", () => {
    const repositories = new Map([
      ["edge-agent", { create: false, grants: "tagged" as const, regions: ["eu-central-1"] }],
    ]);
    const named = (tags: object) =>
      appliedOutputs({
        input: stackInput([acme], { repositories }),
        before: undefined,
        resources: [user("acme", tags), key("acme")],
      }).customers["acme"]?.repositories;
    expect(named({})).to.deep.equal([]);
    expect(named({ "pull:edge-agent": "allow" })).to.deep.equal(["edge-agent"]);
  });

  it("names an account only where a policy names it, and keeps the user of one that failed to move", () => {
    const own = customer("acme", { awsAccount: PARTNER, keys: [] });
    expect(recorded([], [own], []).customers).to.deep.equal({});
    const given = recorded([], [own], [policy("edge-agent", PARTNER)]).customers["acme"];
    expect(given?.awsAccount).to.equal(PARTNER);
    const left = [user("acme"), key("acme"), policy("edge-agent", "acme")];
    expect(recorded([acme], [own], left).customers["acme"]).to.deep.equal(
      stackOutputs(stackInput([acme])).customers["acme"],
    );
  });

  it("names each identity of a customer that moves only where a policy names it", () => {
    const role = `arn:aws:iam::${PARTNER}:role/ci/puller`;
    const moving = customer("acme", {
      awsAccount: PARTNER,
      awsRoles: ["ci/puller"],
      withKey: true,
    });
    const { withKey: _, ...rest } = moving;
    const moved = { ...rest, keys: [] };
    const both = [user("acme"), key("acme"), policy("edge-agent", "acme", role)];
    const identityOf = (...args: Parameters<typeof recorded>) => {
      const { awsAccount, awsRoles, withKey } = recorded(...args).customers["acme"] ?? {};
      return [awsAccount, awsRoles, withKey];
    };
    const [unmoved, half, whole] = [
      [undefined, undefined, undefined],
      [PARTNER, ["ci/puller"], true],
      [PARTNER, ["ci/puller"], undefined],
    ];
    expect(identityOf([acme], [moving], both)).to.deep.equal(half);
    expect(
      identityOf([acme], [moving], [user("acme"), policy("edge-agent", "acme")]),
    ).to.deep.equal(unmoved);
    expect(identityOf([moving], [moved], both)).to.deep.equal(half);
    expect(identityOf([moving], [moved], [policy("edge-agent", role)])).to.deep.equal(whole);
  });

  it("names tokens as the state's role trusts them, and a role only where a policy names it", () => {
    const tokens = (...subjects: string[]) => ({
      oidc: { issuer: "https://oidc.acme.example", audience: "sts", subjects },
    });
    const moving = customer("acme", { ...tokens("ci"), withKey: true });
    const [ci, cd] = [tokens("ci"), tokens("cd")].map((one) =>
      customer("acme", { ...one, keys: [] }),
    ) as [Customer, Customer];
    const roleOf = ({ oidc }: Customer, more = {}) =>
      inState(ROLE, "acme", { assumeRolePolicy: oidc && serialize(trustPolicy(oidc, HOME)) }, more);
    const named = policy("edge-agent", "arn:aws:iam::123456789012:role/customers/acme");
    const both = policy("edge-agent", "acme", "arn:aws:iam::123456789012:role/customers/acme");
    const identityOf = (...args: Parameters<typeof recorded>) => {
      const { oidc, withKey } = recorded(...args).customers["acme"] ?? {};
      return [oidc?.subjects, withKey];
    };
    // Its role could not be created, then is there and named, then its user is still named.
    const withUser = [user("acme"), key("acme")];
    expect(identityOf([acme], [moving], [...withUser, policy("edge-agent", "acme")])).to.deep.equal(
      [undefined, undefined],
    );
    expect(identityOf([acme], [moving], [...withUser, roleOf(ci), both])).to.deep.equal([
      ["ci"],
      true,
    ]);
    expect(identityOf([moving], [ci], [...withUser, roleOf(ci), both])).to.deep.equal([
      ["ci"],
      true,
    ]);
    expect(identityOf([moving], [ci], [roleOf(ci), named])).to.deep.equal([["ci"], undefined]);
    // Its trust could not be changed, or AWS has not answered.
    expect(identityOf([ci], [cd], [roleOf(ci), named])).to.deep.equal([["ci"], undefined]);
    expect(identityOf([ci], [cd], [roleOf(cd), named])).to.deep.equal([["cd"], undefined]);
    const unfinished = roleOf(cd, { initErrors: ["timeout"] });
    expect(identityOf([ci], [cd], [unfinished, named])).to.deep.equal([["ci"], undefined]);
    // Nothing of it was created.
    expect(recorded([], [ci], []).customers).to.deep.equal({});
  });

  it("has a suspension only once the denies of user and role are applied", () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "sts", subjects: ["ci"] };
    const [before, after] = [{}, { status: "suspended" as const }].map((more) =>
      customer("acme", { oidc, withKey: true, ...more }),
    ) as [Customer, Customer];
    const left = [user("acme"), key("acme", 1, "Inactive"), inState(ROLE, "acme")];
    const ofUser = deny({ status: "suspended" });
    const ofRole = inState("aws:iam/rolePolicy:RolePolicy", "acme", ofUser.inputs);
    const statusOf = (...more: StateResource[]) =>
      recorded([before], [after], [...left, ...more]).customers["acme"]?.status;
    expect(statusOf(ofUser)).to.equal("active");
    expect(statusOf(ofRole)).to.equal("active");
    expect(statusOf(ofUser, ofRole)).to.equal("suspended");
  });

  it("keeps a deleted customer while its user and its grant are still there", () => {
    const left = [user("acme"), key("acme"), policy("edge-agent", "acme")];
    expect(Object.keys(recorded([acme], [], left).customers)).to.deep.equal(["acme"]);
    expect(recorded([acme], [], []).customers).to.deep.equal({});
  });

  it("takes nothing from a policy of which AWS accepted only a part", () => {
    const unfinished = { ...policy("edge-agent", "acme"), initErrors: ["timeout"] };
    const state = [user("acme"), key("acme"), unfinished];
    expect(recorded([], [acme], state).customers["acme"]?.repositories).to.deep.equal([]);
    expect(recorded([acme], [acme], state).customers["acme"]?.repositories).to.deep.equal([
      "edge-agent",
    ]);
  });

  it("names a region of a repository only once its policy is there", () => {
    const regions = ["eu-central-1", "us-east-1"];
    const repositories = new Map([
      ["edge-agent", { create: false, grants: "named" as const, regions }],
    ]);
    const applied = appliedOutputs({
      input: stackInput([acme], { repositories }),
      before: undefined,
      resources: [user("acme"), key("acme"), policy("edge-agent", "acme")],
    });
    expect(applied.repositories["edge-agent"]?.regions).to.deep.equal(["eu-central-1"]);
  });
});

describe("a record that could not be corrected", () => {
  const both = stackOutputs(stackInput([acme, customer("globex")]));

  it("is read without users that the next preview would create", () => {
    const preview = previewOf(resourceChange("create", USER, "globex"));
    expect(Object.keys(withoutNeverApplied(both, preview).customers)).to.deep.equal(["acme"]);
  });

  it("is read without roles that the next preview would create", () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "sts", subjects: ["ci"] };
    const tokens = ["acme", "globex"].map((id) => customer(id, { oidc, keys: [] }));
    const roles = stackOutputs(stackInput(tokens));
    const preview = previewOf(resourceChange("create", ROLE, "globex"));
    expect(Object.keys(withoutNeverApplied(roles, preview).customers)).to.deep.equal(["acme"]);
  });

  it("is read without grants of a policy that the next preview would create", () => {
    const preview = previewOf(
      resourceChange("create", REPOSITORY_POLICY, "edge-agent@eu-central-1"),
    );
    const { customers } = withoutNeverApplied(both, preview);
    expect(customers["acme"]?.repositories).to.deep.equal([]);
  });

  it("is read as it is when nothing is created", () => {
    const preview = previewOf(resourceChange("update", USER, "acme"));
    expect(withoutNeverApplied(both, preview)).to.equal(both);
  });
});
