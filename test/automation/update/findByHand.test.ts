/**
 * Proves that a run which reads AWS first separates what others changed there from what the files, a day or a new version
 * change: the former is reported, although the run repairs it, the latter is not.
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
  baseline?: Baseline;
}

async function found({ before, after = before, today = TODAY, ...rest }: Case) {
  const { change, declared = [], baseline = recordedBy(stackInput(before)) } = rest;
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
  const all = await findByHand(comparison, { baseline }, input, planned);
  return { words: all.map(deviationWords), plans };
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
    expect(await found({ before: [acme, globex] })).to.deep.equal({ words: [], plans: 0 });
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
