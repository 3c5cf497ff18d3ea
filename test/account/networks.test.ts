/**
 * Proves that the comparison knows from where a customer may pull: nothing differs while AWS holds what the file
 * says, and a limit that is missing, wider or narrower is named with who can pull from where by it. What else is
 * wrong with that user is judged as for a customer that pulls from anywhere.
 */
import { expect } from "chai";
import { deviations } from "../../src/account/checks";
import { deviationWords, type Deviation } from "../../src/account/deviation";
import type { DeclaredAccount } from "../../src/account/declared";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import type { Customer } from "../../src/customers/model";
import { ACCOUNT, customer, OWNER, TODAY } from "../access/support";
import { cleanAccount, cleanState, written, type ChangeableUser } from "./cleanAccount";

const LIMITED = { networks: ["203.0.113.0/24"], vpcEndpoints: ["vpce-0a1b2c3d"] };
const DENY = { Effect: "Deny", Action: "ecr:*", Resource: "*" };

/** What the comparison finds after a change by hand to the policy of `acme`. */
function found(file: Partial<Customer>, change: (user: ChangeableUser) => void): Deviation[] {
  const customers = [customer("acme", file)];
  const declared: DeclaredAccount = {
    settings: {
      ...OWNER,
      account: ACCOUNT,
      region: "eu-central-1",
      namePrefix: "",
      repositories: new Map([
        ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1"] }],
      ]),
    },
    customers,
    today: TODAY,
    state: cleanState({ customers }),
  };
  const account = cleanAccount(declared);
  change(account.users[0]!);
  return deviations(declared, account);
}

const put = (user: ChangeableUser, ...Statement: object[]) =>
  user.inlinePolicies.set(DENY_POLICY_NAME, written({ Version: "2012-10-17", Statement }));
const only = (networks: string[], vpcEndpoints: string[]) => ({
  ...DENY,
  Sid: "OnlyFrom",
  Condition: {
    NotIpAddress: { "aws:SourceIp": networks },
    StringNotEquals: { "aws:SourceVpce": vpcEndpoints },
  },
});
const words = (some: Deviation[]) => some.map((one) => `[${one.check}] ${deviationWords(one)}`);
const NOT_AS_FILED = `[user-deny] the policy ${DENY_POLICY_NAME} of user acme does not deny everything in ECR from elsewhere than 203.0.113.0/24 and VPC endpoint vpce-0a1b2c3d, as its file asks`;

describe("the comparison of a customer that may pull only from some places", () => {
  it("finds nothing while AWS holds what the file says", () => {
    for (const file of [LIMITED, { ...LIMITED, expires: "2027-01-31" }]) {
      expect(words(found(file, () => {}))).to.deep.equal([]);
    }
  });

  it("finds nothing where AWS shows the same in another form", () => {
    const same = (user: ChangeableUser) => {
      const Condition = {
        StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" },
        NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" },
      };
      put(user, { ...DENY, Condition });
    };
    expect(words(found(LIMITED, same))).to.deep.equal([]);
  });

  it("names a limit that was removed, and an update repairs it", () => {
    const [deviation, ...others] = found(LIMITED, (user) => user.inlinePolicies.clear());
    expect(others).to.deep.equal([]);
    expect(deviation).to.include({ repair: "update" });
    expect(words([deviation!])).to.deep.equal([
      "[user-deny] user acme is not denied everything in ECR from elsewhere than 203.0.113.0/24 and VPC endpoint vpce-0a1b2c3d, as its file asks: customer acme can pull from anywhere",
    ]);
  });

  it("names what is open by a wider limit, and shut by another one", () => {
    const wider = found(LIMITED, (user) => put(user, only(["203.0.112.0/23"], ["vpce-0a1b2c3d"])));
    expect(words(wider)[0]).to.equal(`${NOT_AS_FILED}: customer acme can pull from 203.0.112.255`);
    const other = found(LIMITED, (user) => put(user, only(["203.0.113.0/25"], ["vpce-0a1b2c3e"])));
    expect(words(other)[0]).to.equal(
      `${NOT_AS_FILED}: customer acme cannot pull from 203.0.113.255, vpce-0a1b2c3d`,
    );
  });

  it("names a limit that no file asks for, without calling it the end of access", () => {
    const [deviation] = found({}, (user) => put(user, only(["203.0.113.0/24"], ["vpce-0a1b2c3d"])));
    expect(deviation).to.include({ check: "user-deny", repair: "operator" });
    expect(deviationWords(deviation!)).to.match(
      /^the policy ecr-customers-end limits from where user acme may pull, but its file does not/,
    );
  });

  it("judges other policies of that user as ever", () => {
    const open = written({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ecr:PutImage", Resource: "*" }],
    });
    const [deviation, ...others] = found(LIMITED, (user) => user.inlinePolicies.set("more", open));
    expect(others).to.deep.equal([]);
    expect(words([deviation!])[0]).to.match(/^\[user-inline-policy\].*customer acme can /);
  });
});
