/**
 * Proves, by calls signed as the customer and authorized by the emulator, that a repository policy is
 * bound to the users and roles that it named when it was saved: a re-created user with the same ARN has
 * no access until the policy is set again. In the control, the bare emulator gives it access.
 * It does not prove it for pulls with a registry token, nor that ECR itself does so: AWS documents it for
 * resource policies in general.
 */
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { startFront } from "../../../sandbox/aws/front";
import {
  ACCOUNT,
  ADMINISTRATOR,
  type Clients,
  clientsOf,
  freshName,
  makeCustomer,
  pullPolicy,
  refusalOf,
  type SandboxAws,
  startSandboxAws,
} from "./support/sandboxAws";

describe("the binding of repository policies to users", () => {
  let sandbox: SandboxAws;
  let repositoryName: string;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    repositoryName = freshName("repository");
    await sandbox.behind.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  });

  const put = (policyText: string, clients = sandbox.behind) =>
    clients.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));

  const stored = async () => {
    const command = new GetRepositoryPolicyCommand({ repositoryName });
    return (await sandbox.behind.ecr.send(command)).policyText ?? "";
  };

  /** Whether the customer may pull: the repository is empty, so a permitted call finds no image. */
  const mayPull = async (clients: Clients) => {
    const command = new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "1" }] });
    try {
      const answer = await clients.ecr.send(command);
      expect(answer.failures?.[0]?.failureCode).to.equal("ImageNotFound");
      return true;
    } catch (error) {
      expect((error as Error).name).to.equal("AccessDeniedException");
      return false;
    }
  };

  const remove = async (clients: Clients, UserName: string, AccessKeyId: string) => {
    await clients.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await clients.iam.send(new DeleteUserCommand({ UserName }));
  };

  const recreate = async (clients: Clients, UserName: string, endpoint: string) => {
    await clients.iam.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
    const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
    return clientsOf(endpoint, {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    });
  };

  it("gives access to those that the policy names, and to no one else", async () => {
    const [named, other] = [await makeCustomer(sandbox), await makeCustomer(sandbox)];
    await put(pullPolicy(named.arn));
    expect(await mayPull(named.clients)).to.equal(true);
    expect(await mayPull(other.clients)).to.equal(false);
  });

  it("shows a deleted user's id in place of its ARN, and leaves the other principals", async () => {
    const [gone, stays] = [await makeCustomer(sandbox), await makeCustomer(sandbox)];
    await put(pullPolicy(gone.arn, stays.arn));
    await remove(sandbox.behind, gone.name, gone.accessKeyId);
    expect(JSON.parse(await stored())).to.deep.equal(JSON.parse(pullPolicy(gone.id, stays.arn)));
    expect(await mayPull(stays.clients)).to.equal(true);
  });

  it("refuses the text with such an id, and accepts the ARN again only with a new user", async () => {
    const { name, arn, accessKeyId } = await makeCustomer(sandbox);
    await put(pullPolicy(arn));
    await remove(sandbox.behind, name, accessKeyId);
    expect((await refusalOf(put(await stored())))?.message).to.include("Principal not found");
    expect((await refusalOf(put(pullPolicy(arn))))?.message).to.include("Principal not found");
  });

  it("gives a re-created user no access until the policy is set again", async () => {
    const { name, arn, accessKeyId } = await makeCustomer(sandbox);
    await put(pullPolicy(arn));
    await remove(sandbox.behind, name, accessKeyId);
    const again = await recreate(sandbox.behind, name, sandbox.front.endpoint);
    expect(await mayPull(again)).to.equal(false);
    await put(pullPolicy(arn));
    expect(await mayPull(again)).to.equal(true);
  });

  it("control: the bare emulator gives the re-created user access", async () => {
    const { name, arn, accessKeyId } = await makeCustomer(sandbox);
    await put(pullPolicy(arn));
    await remove(sandbox.bare, name, accessKeyId);
    const again = await recreate(sandbox.bare, name, sandbox.emulator.endpoint);
    expect(await mayPull(again)).to.equal(true);
  });

  it("binds in every region and repository that names the user", async () => {
    const { name, arn, id, accessKeyId } = await makeCustomer(sandbox);
    const elsewhere = clientsOf(sandbox.front.endpoint, ADMINISTRATOR, "us-west-2");
    const places = [
      { ecr: sandbox.behind.ecr, repositoryName },
      { ecr: sandbox.behind.ecr, repositoryName: freshName("repository") },
      { ecr: elsewhere.ecr, repositoryName },
    ];
    for (const place of places.slice(1))
      await place.ecr.send(new CreateRepositoryCommand({ repositoryName: place.repositoryName }));
    const policyText = pullPolicy(arn);
    for (const place of places) {
      await place.ecr.send(
        new SetRepositoryPolicyCommand({ repositoryName: place.repositoryName, policyText }),
      );
    }
    await remove(sandbox.behind, name, accessKeyId);
    for (const place of places) {
      const answer = await place.ecr.send(
        new GetRepositoryPolicyCommand({ repositoryName: place.repositoryName }),
      );
      expect(answer.policyText).to.include(id).and.not.include(arn);
    }
  });

  it("stays correct when policies are set while their users are being deleted", async () => {
    const customers = await Promise.all(Array.from({ length: 8 }, () => makeCustomer(sandbox)));
    const text = pullPolicy(...customers.map(({ arn }) => arn));
    await put(text);
    await Promise.all([
      ...customers.map(({ name, accessKeyId }) => remove(sandbox.behind, name, accessKeyId)),
      ...Array.from({ length: 8 }, () => refusalOf(put(text))),
    ]);
    expect(await stored()).not.to.include("arn:aws:iam");
    for (const { id } of customers) expect(await stored()).to.include(id);
  });

  it("follows a renamed user, which keeps its access", async () => {
    const { name, arn, clients } = await makeCustomer(sandbox);
    await put(pullPolicy(arn));
    const NewUserName = freshName("renamed");
    const rename = new UpdateUserCommand({ UserName: name, NewUserName, NewPath: "/former/" });
    await sandbox.behind.iam.send(rename);
    const renamed = `arn:aws:iam::${ACCOUNT}:user/former/${NewUserName}`;
    expect(JSON.parse(await stored())).to.deep.equal(JSON.parse(pullPolicy(renamed)));
    expect(await mayPull(clients)).to.equal(true);
    expect((await refusalOf(put(pullPolicy(arn))))?.message).to.include("Principal not found");
  });

  it("gives access to sessions of a role that it names, and not to those of a re-created role", async () => {
    const RoleName = freshName("role");
    const create = async () => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
      });
      const command = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument });
      return (await sandbox.behind.iam.send(command)).Role;
    };
    const session = async () => {
      const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "puller" });
      const { Credentials } = await sandbox.behind.sts.send(command);
      return clientsOf(sandbox.front.endpoint, {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken,
      });
    };
    const role = await create();
    expect(await mayPull(await session())).to.equal(false);
    await put(pullPolicy(role?.Arn ?? ""));
    expect(await mayPull(await session())).to.equal(true);

    await sandbox.behind.iam.send(new DeleteRoleCommand({ RoleName }));
    expect(await stored())
      .to.include(role?.RoleId)
      .and.not.include(role?.Arn);
    await create();
    expect(await mayPull(await session())).to.equal(false);
  });

  it("covers policies and users that existed before the front was started", async () => {
    const { name, arn, id, accessKeyId } = await makeCustomer(sandbox);
    await put(pullPolicy(arn), sandbox.bare);
    const front = await startFront({
      emulator: sandbox.emulator.endpoint,
      account: ACCOUNT,
      administrator: ADMINISTRATOR,
    });
    try {
      await remove(clientsOf(front.endpoint), name, accessKeyId);
      expect(await stored()).to.include(id);
    } finally {
      await front.stop();
    }
  });
});
