/**
 * Proves that users are seen alike whether they are read one by one or, when there are many, from the account's details,
 * and that many cost few calls. What is made of what is read is for the tests of the comparison.
 */
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { observeAccount } from "../../automation/aws/observe";
import type { ObservedUser } from "../../src/account/observed";
import {
  ACCOUNT,
  makeCustomer,
  type SandboxAws,
  startSandboxAws,
} from "../sandbox/aws/support/sandboxAws";

const MANY = 21;
const DENY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "ecr:*", Resource: "*" }],
});
const DETAILS = "GetAccountAuthorizationDetails";

describe("reading some of an account's users", () => {
  let sandbox: SandboxAws;
  let names: string[];

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
    const { iam } = sandbox.behind;
    const made = await Promise.all(Array.from({ length: MANY + 1 }, () => makeCustomer(sandbox)));
    names = made.map(({ name }) => name).slice(1);
    const [first, second, third] = names;
    await iam.send(new CreateGroupCommand({ GroupName: "ecr-customers" }));
    await iam.send(new CreateGroupCommand({ GroupName: "staff" }));
    for (const [UserName, GroupName] of [
      [first, "ecr-customers"],
      [second, "staff"],
    ]) {
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    }
    const policy = { PolicyName: "by-hand", PolicyDocument: DENY };
    await iam.send(new PutUserPolicyCommand({ UserName: first, ...policy }));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName: second, PolicyArn }));
    await iam.send(new CreateLoginProfileCommand({ UserName: third, Password: "long-Enough-1" }));
  });
  after(() => sandbox.stop());
  beforeEach(() => sandbox.front.journal.reset());
  afterEach(() => sandbox.front.faults.clear());

  async function observed(users: readonly string[]): Promise<Map<string, Partial<ObservedUser>>> {
    const clients = { iam: sandbox.behind.iam, ecr: () => sandbox.behind.ecr };
    const request = { account: ACCOUNT, group: "ecr-customers", places: [], users };
    const found = await observeAccount(clients, request);
    expect(found.unread).to.deep.equal([]);
    expect(found.groups.map(({ name }) => name)).to.include.members(["ecr-customers", "staff"]);
    expect([...found.managedPolicies.keys()]).to.include(
      "arn:aws:iam::aws:policy/AdministratorAccess",
    );
    // The account's details also have the time of creation.
    return new Map(found.users.map((user) => [user.name, { ...user, createdAt: undefined }]));
  }

  it("gives the same for many at once as for a few, of which each is asked for", async () => {
    const [few, rest] = [names.slice(0, 3), names.slice(3)];
    const one = await observed(few);
    expect(sandbox.front.journal.calls(DETAILS)).to.have.length(0);
    expect(one.size).to.equal(3);
    const all = await observed(names);
    expect([...all.keys()].sort()).to.deep.equal([...few, ...rest].sort());
    for (const [name, user] of one) {
      expect(all.get(name)).to.deep.equal({ ...user, createdAt: undefined });
    }
  });

  it("costs two calls for each of many, and one for their account", async () => {
    await observed(names);
    expect(sandbox.front.journal.calls(DETAILS)).to.have.length(1);
    expect(sandbox.front.journal.calls()).to.have.length(1 + 2 * MANY);
  });

  it("leaves out users that do not exist", async () => {
    expect([...(await observed([...names, "gone"])).keys()]).not.to.include("gone");
  });

  it("asks for each of many when the caller may not read the account's details", async () => {
    const allowed = await observed(names);
    sandbox.front.faults.failCall({
      action: DETAILS,
      times: Infinity,
      error: { code: "AccessDenied", message: "not authorized", status: 403 },
    });
    expect(await observed(names)).to.deep.equal(allowed);
  });
});
