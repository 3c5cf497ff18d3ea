/**
 * Proves the responses that the emulator does not give: when a key was last used, the empty listings that
 * a forced deletion of a user asks for, and the refusal of calls without a real key; and that signed calls
 * are forwarded unchanged, since the emulator checks their signatures.
 * The administrator's own signature is not checked: the emulator knows that key by its id only.
 */
import { BatchGetImageCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import {
  GetAccessKeyLastUsedCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import {
  clientsOf,
  makeCustomer,
  refusalOf,
  type SandboxAws,
  startReleasedEmulator,
  startSandboxAws,
} from "./support/sandboxAws";

describe("the answers of the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  let released: Awaited<ReturnType<typeof startReleasedEmulator>>;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
    released = await startReleasedEmulator();
  });
  after(async () => {
    await sandbox.stop();
    await released.stop();
  });

  describe("about the last use of a key", () => {
    const lastUsed = async (AccessKeyId: string, clients = sandbox.behind) => {
      const answer = await clients.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
      return { user: answer.UserName, ...answer.AccessKeyLastUsed };
    };

    it("are N/A without a date before the first use", async () => {
      const { name, accessKeyId } = await makeCustomer(sandbox);
      const never = { user: name, Region: "N/A", ServiceName: "N/A" };
      expect(await lastUsed(accessKeyId)).to.deep.equal(never);
    });

    it("contain time, service and region of a use, even if the call was denied", async () => {
      const { name, accessKeyId, clients } = await makeCustomer(sandbox);
      const start = Math.floor(Date.now() / 1000) * 1000;
      const refusal = await refusalOf(clients.ecr.send(new DescribeRepositoriesCommand({})));
      expect(refusal?.code).to.equal("AccessDeniedException");
      const { LastUsedDate, ...use } = await lastUsed(accessKeyId);
      expect(use).to.deep.equal({ user: name, Region: "eu-central-1", ServiceName: "ecr" });
      expect(LastUsedDate?.getTime()).to.be.within(start, Date.now());
      // The control: the emulator has seen the same call and keeps nothing.
      expect((await lastUsed(accessKeyId, sandbox.bare)).ServiceName).to.equal("N/A");
    });

    it("do not count a call with a wrong secret", async () => {
      const { accessKeyId } = await makeCustomer(sandbox);
      const forged = clientsOf(sandbox.front.endpoint, { accessKeyId, secretAccessKey: "guess" });
      const call = new BatchGetImageCommand({ repositoryName: "any", imageIds: [] });
      expect((await refusalOf(forged.ecr.send(call)))?.message).to.match(/signature/i);
      expect((await lastUsed(accessKeyId)).ServiceName).to.equal("N/A");
    });

    it("do not count a call with an inactive key", async () => {
      const { name: UserName, accessKeyId: AccessKeyId, clients } = await makeCustomer(sandbox);
      const command = new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" });
      await sandbox.behind.iam.send(command);
      const call = new BatchGetImageCommand({ repositoryName: "any", imageIds: [] });
      expect((await refusalOf(clients.ecr.send(call)))?.message).to.match(/security token/i);
      expect((await lastUsed(AccessKeyId)).ServiceName).to.equal("N/A");
    });
  });

  describe("to what a forced deletion of a user asks", () => {
    it("are empty listings, which the emulator as released does not all have", async () => {
      const { name: UserName } = await makeCustomer(sandbox);
      const { iam } = sandbox.behind;
      const answers = await Promise.all([
        iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
        iam.send(new ListSSHPublicKeysCommand({ UserName })),
        iam.send(new ListSigningCertificatesCommand({ UserName })),
        iam.send(new ListMFADevicesCommand({ UserName })),
        iam.send(new ListVirtualMFADevicesCommand({})),
      ]);
      const [services, ssh, certificates, devices, virtual] = answers;
      expect(services.ServiceSpecificCredentials).to.deep.equal([]);
      expect(ssh.SSHPublicKeys).to.deep.equal([]);
      expect(certificates.Certificates).to.deep.equal([]);
      expect(devices.MFADevices).to.deep.equal([]);
      expect(virtual.VirtualMFADevices).to.deep.equal([]);

      const { iam: bare } = released;
      for (const call of [
        bare.send(new ListServiceSpecificCredentialsCommand({ UserName })),
        bare.send(new ListSSHPublicKeysCommand({ UserName })),
        bare.send(new ListSigningCertificatesCommand({ UserName })),
      ]) {
        expect((await refusalOf(call))?.code).to.equal("InvalidAction");
      }
    });

    it("are denied to a customer", async () => {
      const { name: UserName, clients } = await makeCustomer(sandbox);
      const call = clients.iam.send(new ListSSHPublicKeysCommand({ UserName }));
      expect((await refusalOf(call))?.code).to.match(/^AccessDenied/);
    });
  });

  describe("to unknown callers", () => {
    for (const accessKeyId of ["test", "123456789012"]) {
      it(`refuse the key ${accessKeyId}, which the bare emulator accepts as the administrator's`, async () => {
        const credentials = { accessKeyId, secretAccessKey: "anything" };
        const behind = clientsOf(sandbox.front.endpoint, credentials);
        const refusal = await refusalOf(behind.iam.send(new ListUsersCommand({})));
        expect(refusal).to.include({ code: "InvalidClientTokenId", status: 403 });
        const bare = clientsOf(sandbox.emulator.endpoint, credentials);
        expect(await refusalOf(bare.iam.send(new ListUsersCommand({})))).to.equal(undefined);
      });
    }

    it("refuse a call without a signature", async () => {
      const body = new URLSearchParams({ Action: "ListUsers", Version: "2010-05-08" });
      const answer = await fetch(sandbox.front.endpoint, { method: "POST", body });
      expect(answer.status).to.equal(403);
      expect(await answer.text()).to.include("<Code>MissingAuthenticationToken</Code>");
    });

    it("refuse the image API while nothing serves it", async () => {
      expect((await fetch(`${sandbox.front.endpoint}/v2/`)).status).to.equal(404);
    });
  });

  it("include a customer's identity from STS", async () => {
    const { arn, id, clients } = await makeCustomer(sandbox);
    const identity = await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(identity).to.include({ Arn: arn, UserId: id, Account: "123456789012" });
  });
});
