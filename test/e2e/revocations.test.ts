/**
 * Proves that revocations win: in one update that grants and revokes, what ends (suspended, past its
 * end, removed) ends although every grant fails, a named user does not exist, or the grown policy is
 * refused. Judged by AWS: no active key, no policy that lets the customer in, no missing deny.
 * When even a policy that only shrinks is refused, the name stays in it; the deny and the keys hold.
 */
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  ListAccessKeysCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const ERROR = { code: "ServiceFailure", message: "sorry", status: 500 };
/** All that gives access or a part of it. */
const GRANTS = ["CreateUser", "TagUser", "AddUserToGroup", "CreateAccessKey"];

describe("in one update that grants and revokes", function () {
  const running = withSandbox(this, SETTINGS);
  const up = (...argv: string[]) =>
    customersScript(running, ["up", "--yes", "--allow-revocations", "9", ...argv]);

  beforeEach(async () => {
    const { project } = running;
    for (const id of ["acme", "globex", "hooli", "initech"]) {
      project.write(id, `name: ${id}\nrepositories: [edge-agent, sdk]\n`);
    }
    project.write("umbrella", "name: umbrella\nrepositories: [sdk]\n");
    const { code, stderr } = await up();
    expect(code, stderr).to.equal(0);
    // Three ways to end, one that stays, one that gains, one that is new.
    project.write("acme", "name: acme\nrepositories: [edge-agent, sdk]\nstatus: suspended\n");
    project.write("globex", "name: globex\nrepositories: [edge-agent, sdk]\nexpires: 2026-11-01\n");
    project.remove("hooli");
    project.write(
      "umbrella",
      "name: umbrella\nrepositories: [edge-agent, sdk]\nkeys: { 1: active, 2: active }\n",
    );
    project.write("newcomer", "name: newcomer\nrepositories: [edge-agent, sdk]\n");
  });

  afterEach(async () => {
    running.sandbox.front.faults.clear();
    const { code, stderr } = await up();
    expect(code, stderr).to.equal(0);
  });

  /** Users that the policy of `edge-agent` names. */
  async function named(): Promise<string[]> {
    const policy = (await running.sandbox.view.repositoryPolicy("edge-agent")) as
      { Statement: { Principal: { AWS: string[] } }[] } | undefined;
    return (policy?.Statement[0]?.Principal.AWS ?? []).map((arn) =>
      arn.slice(arn.lastIndexOf("/") + 1),
    );
  }

  /** No ended customer has a key or a tag that works, or lacks its deny; removed customers are gone. */
  async function expectEnded(): Promise<void> {
    const { view } = running.sandbox;
    const users = await view.users(["acme", "globex", "hooli"]);
    expect(users.map(({ name }) => name)).to.deep.equal(["acme", "globex"]);
    for (const user of users) {
      expect(Object.values(user.keys), user.name).to.deep.equal(["Inactive"]);
      expect(Object.keys(user.inlinePolicies), user.name).to.deep.equal([DENY_POLICY_NAME]);
      expect(Object.keys(user.tags), user.name).not.to.include("pull:sdk");
    }
  }

  it("every revocation takes effect when every grant fails", async () => {
    const { faults } = running.sandbox.front;
    for (const action of GRANTS) faults.failCall({ action, times: Infinity, error: ERROR });
    // The policy that only shrinks is the first; the one that grows comes after it.
    const grown = { action: "SetRepositoryPolicy", nth: 2, times: Infinity, error: ERROR };
    faults.failCall({ ...grown, error: { ...ERROR, code: "InvalidParameterException" } });
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.match(/^ {2}newcomer: user: .*ServiceFailure: sorry\. /m);
    await expectEnded();
    expect(await named()).to.deep.equal(["initech"]);
  });

  it("every revocation takes effect when a user that is named was deleted by hand", async () => {
    const { view } = running.sandbox;
    const UserName = "initech";
    const { AccessKeyMetadata } = await view.iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata ?? []) {
      await view.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    }
    await view.iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "ecr-customers" }));
    await view.iam.send(new DeleteUserCommand({ UserName }));
    const { code, stderr } = await up();
    expect(code, stderr).to.equal(1);
    expect(stderr).to.contain("Deleted in AWS by hand, and re-created: initech");
    expect(stderr).to.match(
      /Repaired; it was changed by hand in AWS:\n {2}AWS has no user initech: /,
    );
    await expectEnded();
    expect(await named()).to.deep.equal(["initech", "newcomer", "umbrella"]);
  });

  it("what the engine cannot end is ended by AWS's own calls", async () => {
    const error = { code: "AccessDenied", message: "not authorized", status: 403 };
    const { faults } = running.sandbox.front;
    // In each of the two runs: the key of one, the deny of the other.
    faults.failCall({ action: "UpdateAccessKey", userName: "acme", times: 2, error });
    faults.failCall({ action: "PutUserPolicy", userName: "globex", times: 2, error });
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.contain("The access of acme was ended by direct calls to AWS");
    expect(stderr).to.contain("The access of globex was ended by direct calls to AWS");
    await expectEnded();
    expect(await named()).to.deep.equal(["initech", "newcomer", "umbrella"]);
  });

  it("keys and denies hold when even the shrunken policy is refused, and the run says who is still named", async () => {
    running.sandbox.front.faults.failCall({
      action: "SetRepositoryPolicy",
      times: Infinity,
      error: { code: "InvalidParameterException", message: "Principal not found", status: 400 },
    });
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.match(/^ {2}edge-agent: policy in eu-central-1: .*Principal not found/m);
    expect(stderr).to.contain(
      "the statement of ecr-customers in the policy of edge-agent in eu-central-1 names customer",
    );
    await expectEnded();
  });
});
