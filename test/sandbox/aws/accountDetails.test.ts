/**
 * Proves what the sandbox adds so that a whole account can be read: GetAccountAuthorizationDetails with
 * pages, boundaries and managed policies in use; listings in pages; a credential report that is not ready
 * at once and as old as four hours. The controls show the emulator as released without it.
 * It does not prove that AWS really answers like that: this is taken from its API reference.
 */
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
  GetCredentialReportCommand,
  type IAMClient,
  ListUsersCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListUsers,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import {
  ACCOUNT,
  type Clients,
  makeCustomer,
  refusalOf,
  type SandboxAws,
  startReleasedEmulator,
  startSandboxAws,
} from "./support/sandboxAws";

const ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess";
const DENY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "ecr:*", Resource: "*" }],
});
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const USERS = ["acme", "globex", "initech"];

/** Creates everything that the call reports. */
async function fill(iam: IAMClient): Promise<void> {
  const created = await iam.send(
    new CreatePolicyCommand({ PolicyName: "login", PolicyDocument: DENY }),
  );
  const PolicyArn = created.Policy?.Arn;
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: DENY }));
  await iam.send(new CreateGroupCommand({ GroupName: "customers" }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: "customers", PolicyArn }));
  for (const UserName of USERS) {
    const Tags = [{ Key: "customer", Value: UserName }];
    await iam.send(new CreateUserCommand({ UserName, Path: "/customers/", Tags }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "customers" }));
  }
  const UserName = "acme";
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "ended", PolicyDocument: DENY }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR_ACCESS }));
  const PermissionsBoundary = PolicyArn;
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
  await iam.send(new CreateRoleCommand({ RoleName: "ci", AssumeRolePolicyDocument: TRUST }));
}

const decoded = (text = "") => decodeURIComponent(text);

describe("the description of a whole account by the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  let released: Awaited<ReturnType<typeof startReleasedEmulator>>;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
    released = await startReleasedEmulator();
    for (const { iam } of [sandbox.behind, released]) await fill(iam);
  });
  after(async () => {
    await sandbox.stop();
    await released.stop();
  });

  const details = async ({ iam }: Clients, MaxItems?: number) => {
    const pages: GetAccountAuthorizationDetailsResponse[] = [];
    const from = { client: iam, pageSize: MaxItems };
    for await (const page of paginateGetAccountAuthorizationDetails(from, {})) pages.push(page);
    return pages;
  };

  describe("GetAccountAuthorizationDetails", () => {
    it("reports a user's policies, groups, tags and boundary", async () => {
      const [page] = await details(sandbox.behind);
      const acme = page?.UserDetailList?.find(({ UserName }) => UserName === "acme");
      expect(acme).to.deep.include({
        Path: "/customers/",
        Arn: `arn:aws:iam::${ACCOUNT}:user/customers/acme`,
        GroupList: ["customers"],
        AttachedManagedPolicies: [
          { PolicyName: "AdministratorAccess", PolicyArn: ADMINISTRATOR_ACCESS },
        ],
        PermissionsBoundary: {
          PermissionsBoundaryType: "PermissionsBoundaryPolicy",
          PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/login`,
        },
        Tags: [{ Key: "customer", Value: "acme" }],
      });
      const inline = acme?.UserPolicyList?.map((policy) => [
        policy.PolicyName,
        decoded(policy.PolicyDocument),
      ]);
      expect(inline).to.deep.equal([["ended", DENY]]);
    });

    it("reports groups, roles, and the policies in use with all versions", async () => {
      const [page] = await details(sandbox.behind);
      expect(page?.GroupDetailList?.map(({ GroupName }) => GroupName)).to.deep.equal(["customers"]);
      const [role] = page?.RoleDetailList ?? [];
      expect([role?.RoleName, decoded(role?.AssumeRolePolicyDocument)]).to.deep.equal([
        "ci",
        TRUST,
      ]);
      const [login, administrator, ...others] = page?.Policies ?? [];
      expect(others).to.deep.equal([]);
      expect(login).to.include({ PolicyName: "login", AttachmentCount: 1 });
      const versions = login?.PolicyVersionList?.map(
        ({ VersionId, IsDefaultVersion, Document }) => [
          VersionId,
          IsDefaultVersion,
          decoded(Document),
        ],
      );
      expect(versions).to.have.deep.members([
        ["v1", true, DENY],
        ["v2", false, DENY],
      ]);
      expect(administrator?.Arn).to.equal(ADMINISTRATOR_ACCESS);
    });

    it("control: the emulator as released reports no boundary and no AWS managed policy", async () => {
      const [page] = await details(released);
      const acme = page?.UserDetailList?.find(({ UserName }) => UserName === "acme");
      expect(acme).not.to.have.property("PermissionsBoundary");
      expect(page?.Policies?.map(({ PolicyName }) => PolicyName)).to.deep.equal(["login"]);
    });

    it("comes in pages, which together contain everything once", async () => {
      const pages = await details(sandbox.behind, 2);
      expect(pages).to.have.length(4);
      const names = pages.flatMap((page) => [
        ...(page.UserDetailList ?? []).map(({ UserName }) => UserName),
        ...(page.GroupDetailList ?? []).map(({ GroupName }) => GroupName),
        ...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName),
        ...(page.Policies ?? []).map(({ PolicyName }) => PolicyName),
      ]);
      expect(names).to.deep.equal([...USERS, "customers", "ci", "login", "AdministratorAccess"]);
      expect(await details(released, 2), "the emulator as released").to.have.length(1);
    });

    it("reports only what the filter names, and refuses an unknown filter", async () => {
      const { iam } = sandbox.behind;
      const only = await iam.send(
        new GetAccountAuthorizationDetailsCommand({ Filter: ["LocalManagedPolicy", "Group"] }),
      );
      expect(only.UserDetailList).to.deep.equal([]);
      expect(only.Policies?.map(({ PolicyName }) => PolicyName)).to.deep.equal(["login"]);
      const Filter = ["Policy" as "User"];
      const wrong = new GetAccountAuthorizationDetailsCommand({ Filter });
      expect((await refusalOf(iam.send(wrong)))?.code).to.equal("ValidationError");
    });

    it("is denied to a customer", async () => {
      const { clients } = await makeCustomer(sandbox, "curious");
      const call = clients.iam.send(new GetAccountAuthorizationDetailsCommand({}));
      expect((await refusalOf(call))?.code).to.match(/^AccessDenied/);
    });
  });

  describe("listings", () => {
    it("come in pages and without tags, unlike those of the emulator as released", async () => {
      const pages: (string | undefined)[][] = [];
      const paged = { client: sandbox.behind.iam, pageSize: 2 };
      for await (const { Users = [] } of paginateListUsers(paged, { PathPrefix: "/customers/" })) {
        pages.push(Users.map(({ UserName }) => UserName));
        for (const user of Users) expect(user).not.to.have.property("Tags");
      }
      expect(pages.slice(0, 2)).to.deep.equal([
        ["acme", "curious"],
        ["globex", "initech"],
      ]);
      const all = await released.iam.send(new ListUsersCommand({ MaxItems: 2 }));
      expect(all.Users).to.have.length(3);
    });

    it("refuse more than 1,000 entries a page, and an invalid marker", async () => {
      for (const wrong of [{ MaxItems: 1_001 }, { MaxItems: 0 }, { Marker: "%" }]) {
        const call = sandbox.behind.iam.send(new ListUsersCommand(wrong));
        expect((await refusalOf(call))?.code).to.equal("ValidationError");
      }
    });
  });

  describe("the credential report", () => {
    const generate = () => sandbox.behind.iam.send(new GenerateCredentialReportCommand({}));
    const get = () => sandbox.behind.iam.send(new GetCredentialReportCommand({}));
    const rowOf = async (user: string) => {
      const { Content } = await get();
      const [header = "", ...rows] = Buffer.from(Content ?? [])
        .toString("utf8")
        .split("\n");
      const cells = (rows.find((row) => row.startsWith(`${user},`)) ?? "").split(",");
      return Object.fromEntries(header.split(",").map((name, index) => [name, cells[index]]));
    };

    it("is missing at first, then in progress, then up to four hours old", async () => {
      expect((await refusalOf(get()))?.code).to.equal("ReportNotPresent");
      expect((await generate()).State).to.equal("STARTED");
      expect((await refusalOf(get()))?.code).to.equal("ReportInProgress");
      expect((await generate()).State).to.equal("COMPLETE");

      const UserName = "globex";
      expect(await rowOf(UserName)).to.include({ password_enabled: "false" });
      await sandbox.behind.iam.send(
        new CreateLoginProfileCommand({ UserName, Password: "Sandbox-1-password" }),
      );
      expect((await generate()).State).to.equal("COMPLETE");
      expect(await rowOf(UserName)).to.include({ password_enabled: "false" });

      sandbox.front.credentialReports.expire();
      expect((await refusalOf(get()))?.code).to.equal("ReportExpired");
      await generate();
      await generate();
      expect(await rowOf(UserName)).to.include({ password_enabled: "true" });
    });

    it("shows when each key was last used", async () => {
      const { name, clients } = await makeCustomer(sandbox);
      await refusalOf(clients.ecr.send(new DescribeRepositoriesCommand({})));
      sandbox.front.credentialReports.expire();
      await generate();
      await generate();
      const row = await rowOf(name);
      expect(row).to.include({
        access_key_1_active: "true",
        access_key_1_last_used_service: "ecr",
        access_key_1_last_used_region: "eu-central-1",
        access_key_2_active: "false",
      });
      expect(row.access_key_1_last_used_date).to.match(/^\d{4}-\d\d-\d\dT/);
    });
  });
});
