/**
 * Proves that a run which reads AWS first reports what others have changed there, although it repairs it, and not what the
 * files, a day or a new version change; and that what only takes access away is left.
 */
import { expect } from "chai";
import { deviations } from "../../../src/account/checks";
import { deviationWords } from "../../../src/account/deviation";
import type { Customer, IsoDate } from "../../../src/customers/model";
import { declaredAccount } from "../../../automation/compare/compare";
import type { ResourceChange } from "../../../automation/engine/events";
import type { Baseline } from "../../../automation/plan/baseline";
import { findByHand } from "../../../automation/update/findByHand";
import type { Planned } from "../../../automation/update/planning";
import { customer, TODAY } from "../../access/support";
import { cleanAccount, written, type ChangeableAccount } from "../../account/cleanAccount";
import {
  KEY,
  planBetween,
  previewOf,
  recordedBy,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "../plan/support";

interface Case {
  /** At the last update, and what AWS holds since. */
  before: readonly Customer[];
  /** According to the files now. */
  after?: readonly Customer[];
  today?: IsoDate;
  /** By hand. */
  change?: (account: ChangeableAccount) => void;
  /** What the engine would change without reading AWS. */
  declared?: readonly ResourceChange[];
  /** What it would change after reading AWS. */
  refreshed?: readonly ResourceChange[];
  baseline?: Baseline;
  restores?: boolean;
}

async function found({ before, after = before, today = TODAY, ...rest }: Case) {
  const { change, declared = [], refreshed = [], restores } = rest;
  const { baseline = recordedBy(stackInput(before)) } = rest;
  const input = stackInput(after, {}, today);
  const observed = cleanAccount(declaredAccount(stackInput(before)));
  change?.(observed);
  const files = declaredAccount(input);
  let plans = 0;
  const planned = () => {
    plans++;
    const plan = planBetween(stackInput(before), input, previewOf(...declared));
    return Promise.resolve({ plan } as Planned);
  };
  const comparison = { declared: files, observed, deviations: deviations(files, observed) };
  const plan = planBetween(stackInput(before), input, previewOf(...refreshed));
  const all = await findByHand(comparison, { baseline, plan }, input, planned, restores);
  return {
    words: all.found.map(deviationWords),
    held: all.deviations.map(({ check }) => check),
    exclude: all.exclude,
    plans,
  };
}

const acme = customer("acme");
const globex = customer("globex");
const inactive = (account: ChangeableAccount) => {
  for (const { name, keys } of account.users) if (name === "acme") keys[0]!.status = "Inactive";
};
const place = "edge-agent@eu-central-1";
const statement =
  (edit: (own: Record<string, unknown>) => void) => (account: ChangeableAccount) => {
    const repository = account.repositories.get(place)!;
    const document = structuredClone(repository.policy?.document) as {
      Statement: Record<string, unknown>[];
    };
    edit(document.Statement[0]!);
    account.repositories.set(place, { ...repository, policy: written(document) });
  };
const POLICY = resourceChange("update", REPOSITORY_POLICY, place);

describe("what was changed by hand", () => {
  it("is nothing in an account that holds what was applied, which costs no second plan", async () => {
    const none = { words: [], held: [], exclude: [], plans: 0 };
    expect(await found({ before: [acme, globex] })).to.deep.equal(none);
  });

  it("is found: a key that was set inactive, an action and a condition in our statement", async () => {
    expect((await found({ before: [acme], change: inactive })).words).to.deep.equal([
      "key 1 of acme is Inactive in AWS, but Active according to its file: customer acme cannot use key 1 (AKIAACME1)",
    ]);
    const push = statement((own) => {
      own["Action"] = [...(own["Action"] as string[]), "ecr:PutImage"];
      own["Condition"] = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    });
    expect((await found({ before: [acme], change: push })).words).to.have.length(2);
  });

  it("is left where it takes from a role: its tags, its policies, whom it trusts", async () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "a", subjects: ["s"] };
    const before = [customer("acme", { oidc, keys: [] })];
    const role = (edit: (role: ChangeableAccount["roles"][number]) => void) => {
      return (account: ChangeableAccount) =>
        account.roles.filter(({ name }) => name === "acme").forEach(edit);
    };
    const detached = await found({ before, change: role((one) => (one.attachedPolicies = [])) });
    expect(detached.exclude).to.deep.equal([
      "**::aws:iam/rolePolicyAttachment:RolePolicyAttachment::acme@*",
    ]);
    const denied = { Version: "2012-10-17", Statement: [] };
    const closed = await found({
      before,
      change: role((one) => (one.trustPolicy = written(denied))),
    });
    expect(closed.exclude).to.deep.equal(["**::aws:iam/role:Role::acme"]);
    const replaced = await found({
      before,
      change: role((one) => (one.trustPolicy = written(denied))),
      refreshed: [resourceChange("replace", "aws:iam/role:Role", "acme")],
    });
    expect(replaced.held).to.deep.equal([]);
  });

  it("is not what an interrupted update has recorded and not written: a key, a membership", async () => {
    const without = (account: ChangeableAccount) => {
      for (const one of account.users) if (one.name === "acme") one.groups = [];
    };
    const membership = "aws:iam/userGroupMembership:UserGroupMembership";
    const [byHand, unwritten] = await Promise.all([
      found({ before: [acme], change: without }),
      found({
        before: [acme],
        change: without,
        declared: [resourceChange("create", membership, "acme")],
      }),
    ]);
    expect(byHand.exclude).to.deep.equal([`**::${membership}::acme`]);
    expect(unwritten.exclude).to.deep.equal([]);
    const key = await found({
      before: [acme],
      change: inactive,
      declared: [resourceChange("update", KEY, "acme-1")],
    });
    expect(key.exclude).to.deep.equal([]);
  });

  it("is not what the files change: a key, a grant, a removed customer, a narrower source", async () => {
    const after = [
      customer("acme", {
        keys: [
          { generation: 1, status: "inactive" },
          { generation: 2, status: "active" },
        ],
      }),
      customer("globex", { networks: ["192.0.2.0/24"], repositories: ["sdk"] }),
    ];
    const { words } = await found({
      before: [acme, globex, customer("hooli")],
      after,
      declared: [POLICY],
    });
    expect(words).to.deep.equal([]);
  });

  it("is found in a policy that the files change too", async () => {
    const push = statement((own) => {
      own["Action"] = [...(own["Action"] as string[]), "ecr:PutImage"];
    });
    const { words } = await found({
      before: [acme, globex],
      after: [acme],
      change: push,
      declared: [POLICY],
    });
    expect(words).to.have.length(1);
    expect(words[0]).to.match(
      /^the statement of ecr-customers in the policy of edge-agent in eu-central-1 also allows ecr:PutImage: /,
    );
  });

  it("is not the end of access by its date, but a key that is active after it was set inactive", async () => {
    const ending = customer("acme", { expires: TODAY });
    const today = "2099-01-01";
    const ends = [resourceChange("update", KEY, "acme-1"), POLICY];
    expect((await found({ before: [ending], today, declared: ends })).words).to.deep.equal([]);
    const { words } = await found({ before: [ending], today, declared: [POLICY] });
    expect(words).to.deep.equal([
      "key 1 of acme is Active in AWS, but Inactive according to its file: customer acme can use key 1 (AKIAACME1)",
    ]);
  });

  it("is not what the files say by now, and not known without a record", async () => {
    const after = [customer("acme", { keys: [{ generation: 1, status: "inactive" }] })];
    expect((await found({ before: [acme], after, change: inactive })).words).to.deep.equal([]);
    const baseline: Baseline = { kind: "none" };
    expect((await found({ before: [acme], change: inactive, baseline })).words).to.deep.equal([]);
  });
});

describe("what was revoked by hand", () => {
  const IN_POLICY = `**::${REPOSITORY_POLICY}::${place}`;
  const withoutAcme = statement((own) => {
    const { AWS } = own["Principal"] as { AWS: string[] };
    own["Principal"] = { AWS: AWS.filter((arn) => !arn.endsWith("/acme")) };
  });
  const before = [acme, globex];

  it("stays so: the engine neither reads nor changes it, unless an operator restores it", async () => {
    const { held, exclude } = await found({ before, change: inactive });
    expect(held).to.deep.equal(["key-status"]);
    expect(exclude).to.deep.equal([`**::${KEY}::acme-1`]);
    const restored = await found({ before, change: inactive, restores: true });
    expect(restored).to.deep.include({ held: [], exclude: [] });
    expect(restored.words).to.have.length(1);
  });

  it("is also the membership, a tag, and what concerns all customers of a repository", async () => {
    const leave = (account: ChangeableAccount) => {
      for (const user of account.users) if (user.name === "acme") user.groups = [];
    };
    expect((await found({ before, change: leave })).exclude).to.deep.equal([
      "**::aws:iam/userGroupMembership:UserGroupMembership::acme",
    ]);
    const lose = (account: ChangeableAccount) => {
      account.repositories.set(place, { ...account.repositories.get(place)!, policy: undefined });
    };
    for (const change of [
      lose,
      withoutAcme,
      statement((own) => (own["Effect"] = "Deny")),
      statement((own) => (own["Condition"] = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } })),
      statement((own) => (own["Action"] = ["ecr:BatchGetImage"])),
    ]) {
      expect((await found({ before, change })).exclude).to.deep.equal([IN_POLICY]);
    }
  });

  it("is not left where someone gave more access too, or the files change the policy", async () => {
    const both = statement((own) => {
      own["Action"] = ["ecr:BatchGetImage", "ecr:PutImage"];
    });
    expect((await found({ before, change: both })).exclude).to.deep.equal([]);
    const denied = statement((own) => (own["Effect"] = "Deny"));
    expect((await found({ before, change: denied, declared: [POLICY] })).held).to.deep.equal([]);
    // Who was taken out of a policy stays out when it is written.
    const written = await found({ before, change: withoutAcme, declared: [POLICY] });
    expect(written).to.deep.include({ held: ["repository-principal-missing"], exclude: [] });
  });

  it("is over for a customer whose user the update replaces", async () => {
    const refreshed = [resourceChange("replace", USER, "acme")];
    expect((await found({ before, change: inactive, refreshed })).held).to.deep.equal([]);
  });
});
