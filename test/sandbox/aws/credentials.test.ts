/**
 * Proves that the sandbox's AWS keeps a user's other credentials (service-specific ones, SSH keys, signing
 * certificates, MFA devices, a password), that they prevent its deletion, and that a renamed user keeps
 * all of them. The emulator as released does not know most of these calls.
 */
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  PutUserPolicyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateUserCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import {
  ACCOUNT,
  clientsOf,
  freshName,
  refusalOf,
  type SandboxAws,
  startReleasedEmulator,
  startSandboxAws,
} from "./support/sandboxAws";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "ecr:*", Resource: "*" }],
});

const gitCredential = (UserName: string) =>
  new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: "codecommit.amazonaws.com" });
const sshKey = (UserName: string) =>
  new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: "ssh-rsa AAAA" });
const certificate = (UserName: string) =>
  new UploadSigningCertificateCommand({ UserName, CertificateBody: "-----BEGIN CERTIFICATE-----" });

async function enableMfa(iam: IAMClient, UserName: string): Promise<string | undefined> {
  const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName });
  const SerialNumber = (await iam.send(command)).VirtualMFADevice?.SerialNumber;
  const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
  return SerialNumber;
}

describe("the credentials of a user in the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  let released: Awaited<ReturnType<typeof startReleasedEmulator>>;
  let UserName: string;
  let iam: IAMClient;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
    released = await startReleasedEmulator();
    ({ iam } = sandbox.behind);
  });
  after(async () => {
    await sandbox.stop();
    await released.stop();
  });
  beforeEach(async () => {
    UserName = freshName();
    for (const { iam: each } of [sandbox.behind, released]) {
      await each.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
    }
  });

  it("include at most two service-specific credentials for a service", async () => {
    const made = await iam.send(gitCredential(UserName));
    await iam.send(gitCredential(UserName));
    const third = await refusalOf(iam.send(gitCredential(UserName)));
    expect(third).to.include({ code: "LimitExceeded", status: 409 });
    const ServiceSpecificCredentialId =
      made.ServiceSpecificCredential?.ServiceSpecificCredentialId ?? "";
    await iam.send(
      new UpdateServiceSpecificCredentialCommand({
        UserName,
        ServiceSpecificCredentialId,
        Status: "Inactive",
      }),
    );
    const list = new ListServiceSpecificCredentialsCommand({ UserName });
    const { ServiceSpecificCredentials = [] } = await iam.send(list);
    expect(ServiceSpecificCredentials.map(({ Status }) => Status)).to.deep.equal([
      "Inactive",
      "Active",
    ]);
    expect(ServiceSpecificCredentials[0]).to.deep.include({
      ServiceName: "codecommit.amazonaws.com",
      ServiceUserName: `${UserName}-at-${ACCOUNT}`,
    });
    await iam.send(
      new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
    );
    expect((await iam.send(list)).ServiceSpecificCredentials).to.have.length(1);
    const bare = await refusalOf(released.iam.send(gitCredential(UserName)));
    expect(bare?.code, "the emulator as released").to.equal("InvalidAction");
  });

  it("are listed for their own user only", async () => {
    await iam.send(sshKey(UserName));
    await iam.send(certificate(UserName));
    const serial = await enableMfa(iam, UserName);
    const other = freshName();
    await iam.send(new CreateUserCommand({ UserName: other }));
    const counts = async (name: string) => {
      const of = { UserName: name };
      const { SSHPublicKeys } = await iam.send(new ListSSHPublicKeysCommand(of));
      const { Certificates } = await iam.send(new ListSigningCertificatesCommand(of));
      const { MFADevices } = await iam.send(new ListMFADevicesCommand(of));
      return [SSHPublicKeys?.length, Certificates?.length, MFADevices?.[0]?.SerialNumber];
    };
    expect(await counts(UserName)).to.deep.equal([1, 1, serial]);
    expect(await counts(other)).to.deep.equal([0, 0, undefined]);
  });

  const holding: Record<string, [(iam: IAMClient, name: string) => Promise<unknown>, string]> = {
    "a service-specific credential": [
      (client, name) => client.send(gitCredential(name)),
      "Cannot delete entity, must remove referenced objects first.",
    ],
    "an SSH key": [
      (client, name) => client.send(sshKey(name)),
      "Cannot delete entity, must remove referenced objects first.",
    ],
    "an MFA device": [enableMfa, "Cannot delete entity, must delete MFA device first."],
  };
  for (const [what, [add, message]] of Object.entries(holding)) {
    it(`prevent the deletion of a user with ${what}`, async () => {
      await add(iam, UserName);
      const refusal = await refusalOf(iam.send(new DeleteUserCommand({ UserName })));
      expect(refusal).to.deep.equal({ code: "DeleteConflict", message, status: 409 });
    });
  }

  it("control: the emulator as released deletes a user with an MFA device", async () => {
    await enableMfa(released.iam, UserName);
    const call = released.iam.send(new DeleteUserCommand({ UserName }));
    expect(await refusalOf(call)).to.equal(undefined);
  });

  describe("after UpdateUser", () => {
    it("are all kept, under the new name and with the same unique id", async () => {
      const GroupName = freshName("group");
      await iam.send(new CreateGroupCommand({ GroupName }));
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
      await iam.send(
        new PutUserPolicyCommand({ UserName, PolicyName: "end", PolicyDocument: POLICY }),
      );
      await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Sandbox-1-password" }));
      await iam.send(gitCredential(UserName));
      const serial = await enableMfa(iam, UserName);
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const before = (await iam.send(new GetUserCommand({ UserName }))).User;

      const NewUserName = freshName("renamed");
      await iam.send(new UpdateUserCommand({ UserName, NewUserName, NewPath: "/former/" }));
      const of = { UserName: NewUserName };
      expect((await iam.send(new GetUserCommand(of))).User).to.include({
        UserName: NewUserName,
        UserId: before?.UserId,
        Path: "/former/",
        Arn: `arn:aws:iam::${ACCOUNT}:user/former/${NewUserName}`,
      });
      const group = await iam.send(new GetGroupCommand({ GroupName }));
      expect(group.Users?.map((user) => user.UserName)).to.deep.equal([NewUserName]);
      const policy = await iam.send(new GetUserPolicyCommand({ ...of, PolicyName: "end" }));
      expect(policy.UserName).to.equal(NewUserName);
      expect((await iam.send(new GetLoginProfileCommand(of))).LoginProfile).to.include(of);
      const devices = await iam.send(new ListMFADevicesCommand(of));
      expect(devices.MFADevices?.[0]?.SerialNumber).to.equal(serial);
      const services = await iam.send(new ListServiceSpecificCredentialsCommand(of));
      expect(services.ServiceSpecificCredentials).to.have.length(1);
      const keys = await iam.send(new ListAccessKeysCommand(of));
      expect(keys.AccessKeyMetadata?.[0]?.AccessKeyId).to.equal(AccessKey?.AccessKeyId);
      const clients = clientsOf(sandbox.front.endpoint, {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      });
      const identity = await clients.sts.send(new GetCallerIdentityCommand({}));
      expect(identity).to.include({
        Arn: `arn:aws:iam::${ACCOUNT}:user/former/${NewUserName}`,
        UserId: before?.UserId,
      });
      expect((await refusalOf(iam.send(new GetUserCommand({ UserName }))))?.code).to.equal(
        "NoSuchEntity",
      );
    });

    it("do not move to a name that another user has, whatever its case", async () => {
      const taken = freshName("taken");
      await iam.send(new CreateUserCommand({ UserName: taken }));
      const NewUserName = taken.toUpperCase();
      const refusal = await refusalOf(iam.send(new UpdateUserCommand({ UserName, NewUserName })));
      expect(refusal).to.include({ code: "EntityAlreadyExists", status: 409 });
    });

    it("leave the old name free", async () => {
      await iam.send(new UpdateUserCommand({ UserName, NewUserName: freshName("renamed") }));
      expect(await refusalOf(iam.send(new CreateUserCommand({ UserName })))).to.equal(undefined);
    });

    it("control: the emulator as released has no such call", async () => {
      const call = new UpdateUserCommand({ UserName, NewPath: "/former/" });
      expect((await refusalOf(released.iam.send(call)))?.code).to.equal("InvalidAction");
    });
  });

  it("no longer prevent the deletion once an MFA device is deactivated", async () => {
    const SerialNumber = await enableMfa(iam, UserName);
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    expect(await refusalOf(iam.send(new DeleteUserCommand({ UserName })))).to.equal(undefined);
  });
});
