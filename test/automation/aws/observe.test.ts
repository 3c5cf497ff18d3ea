/**
 * Shows that the whole account is read user by user where the role may not call `GetAccountAuthorizationDetails`:
 * the same users with the same policies, and a note of everything that could not be read. IAM is simulated here;
 * test/e2e/observe.test.ts reads the sandbox's.
 */
import type { IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { observeAccount, type ObserveRequest } from "../../../automation/aws/observe";
import { awsError } from "../support/fakeIam";

const ACCOUNT = "123456789012";
const GROUP = "customers";
const LOGIN = { PolicyName: "Login", PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/Login` };
const DENY = encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement: [] }));

/** A user as IAM's answers describe it. */
const userOf = (UserName: string, Path = "/customers/") => ({
  UserName,
  Path,
  Arn: `arn:aws:iam::${ACCOUNT}:user${Path}${UserName}`,
  UserId: `AIDA${UserName.toUpperCase()}`,
  Tags: [{ Key: "customer", Value: UserName }],
});
// The last one is a customer by its file, and still outside the path of customers.
const USERS = [userOf("acme"), userOf("globex"), userOf("hooli", "/")];

interface Call {
  UserName?: string;
  PathPrefix?: string;
}
type Answers = Readonly<Record<string, (input: Call) => unknown>>;

const ANSWERS: Answers = {
  GetAccountAuthorizationDetailsCommand: () => ({
    UserDetailList: USERS.map((user) => ({
      ...user,
      GroupList: [GROUP],
      UserPolicyList: [{ PolicyName: "End", PolicyDocument: DENY }],
      AttachedManagedPolicies: [],
    })),
    GroupDetailList: [{ GroupName: GROUP, Path: "/", Arn: "", AttachedManagedPolicies: [LOGIN] }],
    Policies: [
      {
        PolicyName: LOGIN.PolicyName,
        Arn: LOGIN.PolicyArn,
        DefaultVersionId: "v1",
        PolicyVersionList: [{ VersionId: "v1", IsDefaultVersion: true, Document: DENY }],
      },
    ],
  }),
  GenerateCredentialReportCommand: () => ({ State: "COMPLETE" }),
  GetCredentialReportCommand: () => ({ Content: Buffer.from("user,user_creation_time\n") }),
  ListServiceSpecificCredentialsCommand: () => ({}),
  ListAccessKeysCommand: ({ UserName = "" }) => ({
    AccessKeyMetadata: [{ AccessKeyId: `AKIA${UserName.toUpperCase()}`, Status: "Active" }],
  }),
  ListUsersCommand: ({ PathPrefix = "/" }) => ({
    Users: USERS.filter(({ Path }) => Path.startsWith(PathPrefix)),
  }),
  GetUserCommand: ({ UserName }) => ({ User: USERS.find((user) => user.UserName === UserName) }),
  ListGroupsForUserCommand: () => ({ Groups: [{ GroupName: GROUP }] }),
  ListAttachedUserPoliciesCommand: () => ({ AttachedPolicies: [] }),
  ListUserPoliciesCommand: () => ({ PolicyNames: ["End"] }),
  GetUserPolicyCommand: () => ({ PolicyDocument: DENY }),
  ListAttachedGroupPoliciesCommand: () => ({ AttachedPolicies: [LOGIN] }),
  ListGroupPoliciesCommand: () => ({}),
  GetLoginProfileCommand: () => {
    throw awsError("NoSuchEntity", "no login profile");
  },
  GetPolicyCommand: () => ({ Policy: { DefaultVersionId: "v1" } }),
  GetPolicyVersionCommand: () => ({ PolicyVersion: { Document: DENY } }),
};

const denied = () => {
  throw awsError("AccessDenied", "not authorized");
};

/** Reads the whole account, with other answers to some calls, or only what the request says. */
function observe(changes: Answers = {}, request: Partial<ObserveRequest> = {}) {
  const answers: Answers = { ...ANSWERS, ...changes };
  const iam = {
    send: async ({
      constructor: { name },
      input,
    }: {
      constructor: { name: string };
      input: Call;
    }) => {
      const answer = answers[name];
      if (answer === undefined) throw new Error(`no answer to ${name}`);
      return answer(input);
    },
  };
  const ecr = () => {
    throw new Error("no repository is asked for");
  };
  return observeAccount(
    { iam: iam as unknown as IAMClient, ecr },
    {
      account: ACCOUNT,
      group: GROUP,
      places: [],
      users: "all",
      customers: new Set(USERS.map(({ UserName }) => UserName)),
      ...request,
    },
  );
}

const withoutDetails = { GetAccountAuthorizationDetailsCommand: denied };

describe("the whole account, without the right to read it at once", () => {
  it("has the same users, with the same groups, policies and keys", async () => {
    const [whole, single] = await Promise.all([observe(), observe(withoutDetails)]);
    expect(whole.users.map(({ name }) => name)).to.have.members(["acme", "globex", "hooli"]);
    const plain = (users: typeof whole.users) =>
      users.map(({ name, path, arn, uniqueId, tags, groups, inlinePolicies, keys }) => ({
        name,
        path,
        arn,
        uniqueId,
        tags,
        groups,
        inlinePolicies: [...(inlinePolicies ?? [])],
        keys,
      }));
    expect(plain(single.users)).to.have.deep.members(plain(whole.users));
    expect([...single.managedPolicies.keys()]).to.deep.equal([...whole.managedPolicies.keys()]);
  });

  it("does not claim to know the roles and users of others, and notes why", async () => {
    const whole = await observe();
    expect([whole.scope.others, whole.unread]).to.deep.equal([true, []]);
    const single = await observe(withoutDetails);
    expect(single.scope.others).to.equal(false);
    expect(single.unread).to.deep.equal([
      { part: "roles", reason: "AccessDenied: not authorized" },
    ]);
  });

  it("still reads the customers of the files when users may not be listed either", async () => {
    const found = await observe({ ...withoutDetails, ListUsersCommand: denied });
    expect(found.users.map(({ name }) => name)).to.have.members(["acme", "globex", "hooli"]);
    expect(found.unread.map(({ part }) => part)).to.have.members(["roles", "users"]);
  });

  it("notes a user that may not be read, and reads the others", async () => {
    const found = await observe({
      ...withoutDetails,
      ListUserPoliciesCommand: (input) =>
        input.UserName === "globex" ? denied() : { PolicyNames: [] },
    });
    expect(found.users.map(({ name }) => name)).to.have.members(["acme", "hooli"]);
    expect(found.unread.map(({ part, name }) => [part, name])).to.deep.include(["user", "globex"]);
  });

  it("is not read from single calls after an error other than a missing right", async () => {
    const failure = awsError("ServiceFailure", "try again");
    const fail = () => {
      throw failure;
    };
    const error = await observe({ GetAccountAuthorizationDetailsCommand: fail }).catch(
      (caught: unknown) => caught,
    );
    expect(error).to.equal(failure);
  });
});

describe("single users", () => {
  const groupPolicies = [{ name: LOGIN.PolicyName, arn: LOGIN.PolicyArn }];

  it("are read while the group's policies are, each of which is read once", async () => {
    let reads = 0;
    let show: () => void = () => {};
    const shown = new Promise<void>((resolve) => (show = resolve));
    const answers: Answers = {
      // It would wait forever for a policy that is only read after the users.
      GetUserCommand: () => shown.then(() => ({ User: USERS[0] })),
      GetPolicyVersionCommand: () => {
        reads += 1;
        show();
        return { PolicyVersion: { Document: DENY } };
      },
    };
    const found = await observe(answers, { users: ["acme"], groupPolicies });
    expect(found.users.map(({ name }) => name)).to.deep.equal(["acme"]);
    expect([...found.managedPolicies.keys()]).to.deep.equal([LOGIN.PolicyArn]);
    expect(reads).to.equal(1);
  });

  it("have no policy that the group should have and has not", async () => {
    const answers: Answers = { ListAttachedGroupPoliciesCommand: () => ({ AttachedPolicies: [] }) };
    const found = await observe(answers, { users: ["acme"], groupPolicies });
    expect([...found.managedPolicies.keys()]).to.deep.equal([]);
  });
});
