/**
 * Proves that the doctor finds each way in which AWS can differ from a customer's file, and reports
 * nothing that is as declared. What AWS holds is written by hand; test/e2e/endOfAccess.test.ts reads it.
 */
import { expect } from "chai";
import { diagnose, expectation } from "../../../automation/doctor/diagnose";
import { deviations } from "../../../src/account/checks";
import type { DeclaredAccount } from "../../../src/account/declared";
import type { Customer } from "../../../src/customers/model";
import { catalogue, customer, TODAY } from "../../access/support";
import {
  cleanAccount,
  cleanState,
  written,
  type ChangeableAccount,
  type ChangeableUser,
} from "../../account/cleanAccount";
import { stackConfig } from "../../customers/support";

const ARN = "arn:aws:iam::123456789012:user/customers/acme";
const config = stackConfig({
  repositories: catalogue({ "edge-agent": "named", orchestrator: "named", sdk: "tagged" }),
});
const ACME = customer("acme", { repositories: ["edge-agent", "sdk"] });

type Change = (account: ChangeableAccount, acme: ChangeableUser) => void;

/** What the doctor says of a customer beside globex, in an account that is as the files say but for `change`. */
function findings(change: Change = () => {}, one: Customer = ACME, withState = true) {
  const customers = [one, customer("globex")];
  const declared: DeclaredAccount = {
    settings: config,
    customers,
    today: TODAY,
    ...(withState ? { state: cleanState({ customers }) } : {}),
  };
  const account = cleanAccount(declared);
  const acme = account.users.find(({ name }) => name === one.id);
  const lastUsed = { at: "2026-11-20T00:00:00Z", service: "ecr" };
  if (acme !== undefined) acme.keys = acme.keys.map((key) => ({ ...key, lastUsed }));
  change(account, acme as ChangeableUser);
  const comparison = {
    declared,
    observed: account,
    deviations: deviations(declared, account),
  };
  return diagnose(comparison, one);
}

function wrong(change?: Change, one?: Customer): string[] {
  return findings(change, one)
    .filter(({ level }) => level !== "good")
    .map(({ level, message, fix }) => `${level}: ${message} | ${fix}`);
}

/** Replaces principals of the policy of `edge-agent`. */
function named(account: ChangeableAccount, from: string, to: string): void {
  const place = account.repositories.get("edge-agent@eu-central-1");
  const text = place?.policy?.text.replace(from, to) ?? "";
  if (place === undefined) throw new Error("no policy");
  account.repositories.set("edge-agent@eu-central-1", {
    ...place,
    policy: written(JSON.parse(text)),
  });
}

describe("the doctor", () => {
  it("reports nothing when AWS holds what the files say", () => {
    expect(wrong()).to.deep.equal([]);
    expect(findings().map(({ message }) => message)).to.deep.equal([
      `user acme exists, ${ARN}`,
      "it is in the group ecr-customers, which may log in",
      "key 1 is AKIAACME1, Active, created on 2026-01-01, last used on 2026-11-20 for ecr",
      "the policy of edge-agent in eu-central-1 names it",
    ]);
    expect(findings(undefined, ACME, false)[2]?.message).to.contain("(assumed from its age)");
    const suspended = customer("acme", { status: "suspended" });
    expect(wrong(undefined, suspended)).to.deep.equal([]);
    expect(findings(undefined, suspended).map(({ message }) => message)).to.include(
      "it is suspended, and AWS denies it everything in ECR",
    );
  });

  const cases: [what: string, change: Change, said: RegExp, one?: Customer][] = [
    ["a missing user", (account) => account.users.shift(), /^bad: AWS has no user acme/],
    ["a user out of its group", (_, acme) => (acme.groups = []), /^bad: .*cannot log in/],
    [
      "a leaked key",
      (_, acme) =>
        acme.attachedPolicies.push({ name: "AWSCompromisedKeyQuarantineV3", arn: "arn:q" }),
      /^bad: A KEY HAS LEAKED.*revoke acme --now/,
    ],
    ["a console password", (_, acme) => (acme.hasLoginProfile = true), /^warning: .*password/],
    ["a missing pull tag", (_, acme) => delete acme.tags["pull:sdk"], /^bad: .*tag pull:sdk/],
    [
      "a missing deny",
      (_, acme) => acme.inlinePolicies.clear(),
      /^bad: user acme is not denied everything in ECR after 2027-01-01/,
      { ...ACME, expires: "2027-01-01" },
    ],
    [
      "no active key",
      (_, acme) => (acme.keys[0]!.status = "Inactive"),
      /bad: .*customer acme cannot use key 1/,
    ],
    [
      "a key made by hand beside key 1, which is not key 2",
      (_, acme) => acme.keys.push({ id: "AKIAHAND", status: "Active" }),
      /^warning: key AKIAHAND of user acme is Active in AWS, but no file declares it/,
    ],
    [
      "a policy without it",
      (account) => {
        named(account, `"${ARN}",`, "");
      },
      /^bad: the policy of edge-agent in eu-central-1 does not name customer acme/,
    ],
    [
      "a policy that names its deleted user",
      (account, acme) => {
        named(account, ARN, "AIDAOLD");
        acme.uniqueId = "AIDANEW";
      },
      /names a deleted user \(AIDAOLD\)/,
    ],
    [
      "what could not be read",
      (account) => account.unread.push({ part: "groups", reason: "AccessDenied: no" }),
      /^warning: the groups could not be read/,
    ],
  ];
  for (const [what, change, said, one] of cases) {
    it(`reports ${what}, and says what to do`, () => {
      const reported = wrong(change, one);
      expect(
        reported.filter((line) => said.test(line)),
        reported.join("\n"),
      ).to.have.length(1);
      for (const line of reported) expect(line).to.match(/\| .+\.$/s);
    });
  }

  it("does not blame a customer for another one whose user was created again", () => {
    const change: Change = (account) => {
      const globex = account.users.find(({ name }) => name === "globex");
      if (globex === undefined) throw new Error("no globex");
      globex.uniqueId = "AIDANEW";
    };
    expect(wrong(change)).to.deep.equal([]);
    expect(findings(change).map(({ message }) => message)).to.include(
      "the policy of edge-agent in eu-central-1 names it",
    );
  });

  it("checks only policies for a customer with its own AWS account", () => {
    const own = customer("acme", { awsAccount: "210987654321", keys: [] });
    expect(findings(undefined, own).map(({ message }) => message)).to.deep.equal([
      "the policy of edge-agent in eu-central-1 names it",
    ]);
    const without: Change = (account) => {
      named(account, `,"arn:aws:iam::210987654321:root"`, "");
    };
    expect(wrong(without, own)).to.have.length(1);
  });

  it("says what the customer may pull according to the files", () => {
    const say = (one: Customer) => expectation({ customer: one, config, today: TODAY });
    expect(say(ACME)).to.equal("should pull edge-agent in eu-central-1, sdk in eu-central-1");
    expect(say({ ...ACME, expires: "2026-11-22" })).to.equal(
      "should pull nothing: its last day was 2026-11-22",
    );
    expect(say({ ...ACME, status: "suspended" })).to.equal("should pull nothing: it is suspended");
  });
});
