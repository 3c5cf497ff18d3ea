/**
 * What single resource types of the local AWS plugin do in addition to the common contract.
 *
 * Proves, against a running emulator: secrets are marked as such, once; encryption to an OpenPGP key;
 * pruning of policy versions; that a forced deletion of a user removes all that is attached to it;
 * that what was written is read back; membership leaves other groups alone; regions; the function getUser.
 * Does not prove: that the real plugin does the same.
 */
import {
  AttachRolePolicyCommand,
  PutRolePolicyCommand,
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListPolicyVersionsCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import * as openpgp from "openpgp";
import { smtpPassword } from "../../../sandbox/provider/smtpPassword";
import { secret } from "../../../sandbox/provider/values";
import { document, trust } from "./support/contracts";
import type { Plugin } from "./support/plugin";
import { ACCOUNT, createWorld, REGION, type World } from "./support/world";

const USER = "aws:iam/user:User";
const GROUP = "aws:iam/group:Group";
const KEY = "aws:iam/accessKey:AccessKey";
const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const REPOSITORY = "aws:ecr/repository:Repository";

describe("local AWS plugin: details", function () {
  this.timeout(60_000);
  let world: World;
  let plugin: Plugin;

  before(async () => {
    world = await createWorld();
    plugin = await world.plugin();
  });

  after(() => world.end());

  const failure = (attempt: Promise<unknown>) =>
    attempt.then(
      () => "no failure",
      (error: Error) => error.message,
    );

  describe("access key", () => {
    it("marks secret outputs as secret", async () => {
      await plugin.create(USER, { name: "secretive" });
      const wire = await plugin.createRaw(KEY, { user: "secretive" });
      const plain = Object.keys(wire).filter((key) => typeof wire[key] === "string");
      expect(plain).to.have.members(["user", "status", "createDate"]);
      const { value } = wire.secret as { value: string };
      expect(wire.secret).to.deep.equal(secret(value));
      expect(wire.sesSmtpPasswordV4).to.deep.equal(secret(smtpPassword(value, REGION)));
    });

    it("derives an SMTP password from a version byte and a signature", () => {
      const bytes = Buffer.from(smtpPassword("secret", REGION), "base64");
      expect([bytes[0], bytes.length]).to.deep.equal([4, 33]);
      expect(smtpPassword("secret", "eu-west-1")).not.to.equal(smtpPassword("secret", REGION));
    });

    it("returns the secret only encrypted when there is a pgpKey", async () => {
      const pair = await openpgp.generateKey({ userIDs: [{ name: "Acme" }], format: "object" });
      const pgpKey = Buffer.from(pair.publicKey.write()).toString("base64");
      await plugin.create(USER, { name: "encrypted" });
      const { state } = await plugin.create(KEY, { user: "encrypted", pgpKey });
      expect(state).not.to.have.any.keys("secret", "sesSmtpPasswordV4");
      expect(state.keyFingerprint).to.equal(pair.publicKey.getFingerprint());
      const decrypted = await openpgp.decrypt({
        message: await openpgp.readMessage({
          binaryMessage: new Uint8Array(Buffer.from(String(state.encryptedSecret), "base64")),
        }),
        decryptionKeys: pair.privateKey,
      });
      expect(decrypted.data).to.match(/^\S{20,}$/);
    });

    it("marks secrets once when they were marked already, as in a refresh", async () => {
      await plugin.create(USER, { name: "refreshed" });
      const key = await plugin.create(KEY, { user: "refreshed" });
      const wire = await plugin.readRaw(KEY, key, ["secret", "sesSmtpPasswordV4"]);
      expect(wire.secret).to.deep.equal(secret(key.state.secret));
      expect(wire.sesSmtpPasswordV4).to.deep.equal(secret(key.state.sesSmtpPasswordV4));
    });

    it("leaves an unknown active key in AWS when its secret cannot be encrypted", async () => {
      await plugin.create(USER, { name: "unreadable" });
      const attempt = () => plugin.create(KEY, { user: "unreadable", pgpKey: "bm9uc2Vuc2U=" });
      expect(await failure(attempt())).to.match(/not a base64-encoded OpenPGP public key/);
      await failure(attempt());
      expect(await failure(attempt())).to.match(/LimitExceeded/);
      const list = new ListAccessKeysCommand({ UserName: "unreadable" });
      const { AccessKeyMetadata = [] } = await world.iam.send(list);
      expect(AccessKeyMetadata.map(({ Status }) => Status)).to.deep.equal(["Active", "Active"]);
    });
  });

  it("keeps at most five versions of a policy, and always the newest", async () => {
    const inputs = { name: "versions", policy: document("ecr:A0") };
    let policy = await plugin.create(POLICY, inputs);
    for (let version = 1; version <= 6; version += 1) {
      const news = { ...inputs, policy: document(`ecr:A${version}`) };
      policy = await plugin.update(POLICY, policy, news);
    }
    const list = new ListPolicyVersionsCommand({ PolicyArn: policy.id });
    const { Versions = [] } = await world.iam.send(list);
    expect(Versions).to.have.length(5);
    const read = await plugin.read(POLICY, { id: policy.id });
    expect(read?.state.policy).to.equal(document("ecr:A6"));
  });

  describe("role", () => {
    /** A role with a hand-made inline policy and a hand-attached managed one. */
    async function roleWithPolicies(name: string, forceDetachPolicies: boolean) {
      const assumeRolePolicy = trust(name);
      const role = await plugin.create(ROLE, { name, assumeRolePolicy, forceDetachPolicies });
      const PolicyDocument = document("ecr:*");
      await world.iam.send(
        new PutRolePolicyCommand({ RoleName: name, PolicyName: "by-hand", PolicyDocument }),
      );
      const { id: PolicyArn } = await plugin.create(POLICY, { name, policy: PolicyDocument });
      await world.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
      return role;
    }

    it("is deleted with its policies, if they are detached by force", async () => {
      const role = await roleWithPolicies("role-forced", true);
      await plugin.delete(ROLE, role);
      expect(await plugin.read(ROLE, role)).to.equal(undefined);
    });

    it("is not deleted with a policy, if they are not", async () => {
      const role = await roleWithPolicies("role-unforced", false);
      expect(await failure(plugin.delete(ROLE, role))).to.match(
        /^deleting IAM Role \(role-unforced\): .*DeleteConflict/,
      );
    });

    it("has a session of one to twelve hours", async () => {
      for (const maxSessionDuration of [3_599, 43_201]) {
        const inputs = { name: "long", assumeRolePolicy: trust("long"), maxSessionDuration };
        expect(await failure(plugin.create(ROLE, inputs))).to.match(/3600 - 43200/);
      }
    });
  });

  describe("user", () => {
    async function userWithHandMadeKey(name: string, forceDestroy: boolean) {
      const user = await plugin.create(USER, { name, forceDestroy });
      await plugin.create(GROUP, { name: `${name}-group` });
      await world.iam.send(
        new AddUserToGroupCommand({ UserName: name, GroupName: `${name}-group` }),
      );
      await world.iam.send(new CreateAccessKeyCommand({ UserName: name }));
      return user;
    }

    it("is deleted with hand-made keys and memberships, if forced", async () => {
      const user = await userWithHandMadeKey("forced", true);
      await plugin.delete(USER, user);
      expect(await plugin.read(USER, user)).to.equal(undefined);
    });

    it("is not deleted with a hand-made key, if not forced", async () => {
      const user = await userWithHandMadeKey("unforced", false);
      expect(await failure(plugin.delete(USER, user))).to.match(
        /^deleting IAM User \(unforced\): .*DeleteConflict/,
      );
    });

    it("is deleted with hand-made policies and credentials of every kind, if forced", async () => {
      const UserName = "by-hand";
      const { iam } = world;
      const user = await plugin.create(USER, { name: UserName, forceDestroy: true });
      const PolicyDocument = document("ecr:*");
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "x", PolicyDocument }));
      const { id: PolicyArn } = await plugin.create(POLICY, { name: "x", policy: PolicyDocument });
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Sandbox-1-password" }));
      const created = await iam.send(
        new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }),
      );
      const SerialNumber = created.VirtualMFADevice?.SerialNumber;
      const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
      await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
      await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: "ssh-rsa A" }));
      await iam.send(
        new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: "codecommit" }),
      );

      await plugin.delete(USER, user);
      expect(await plugin.read(USER, user)).to.equal(undefined);
      const devices = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Any" }));
      expect(devices.VirtualMFADevices).to.deep.equal([]);
    });

    it("is read after creation until AWS shows it", async () => {
      world.front.faults.hideNewUsers({ calls: 2 });
      world.front.journal.reset();
      try {
        const { state } = await plugin.create(USER, { name: "slow" });
        expect(state.uniqueId).to.match(/^AIDA/);
      } finally {
        world.front.faults.clear();
      }
      const calls = world.front.journal.calls().map(({ action, status }) => [action, status]);
      expect(calls).to.deep.equal([
        ["CreateUser", 200],
        ["GetUser", 404],
        ["GetUser", 404],
        ["GetUser", 200],
      ]);
    });

    it("is listed by getUsers under its path", async () => {
      await plugin.create(USER, { name: "listed", path: "/customers/" });
      await plugin.create(USER, { name: "elsewhere", path: "/" });
      const { names } = await plugin.invoke("aws:iam/getUsers:getUsers", {
        pathPrefix: "/customers/",
      });
      expect(names).to.include("listed");
      expect(names).not.to.include("elsewhere");
    });

    it("is returned by getUser", async () => {
      const tags = { a: "1" };
      const { state } = await plugin.create(USER, { name: "found", path: "/customers/", tags });
      const found = await plugin.invoke("aws:iam/getUser:getUser", { userName: "found" });
      expect(found).to.deep.include({ arn: state.arn, userId: state.uniqueId, tags });
      expect(found.path).to.equal("/customers/");
      const missing = plugin.invoke("aws:iam/getUser:getUser", { userName: "missing" });
      expect(await failure(missing)).to.match(/^reading IAM User \(missing\): .*NoSuchEntity/);
      expect(await failure(plugin.invoke("aws:iam/getGroup:getGroup", {}))).to.match(
        /unknown func/,
      );
    });
  });

  it("keeps a policy's text with sorted keys, as Go writes JSON", async () => {
    const policy = `{ "Version": "2012-10-17", "Statement": [
      { "Sid": "A<B>&C", "Resource": "*", "Effect": "Allow", "Action": "ecr:*" } ] }`;
    const kept =
      '{"Statement":[{"Action":"ecr:*","Effect":"Allow","Resource":"*","Sid":"A\\u003cB\\u003e\\u0026C"}],"Version":"2012-10-17"}';
    expect((await plugin.check(POLICY, { name: "sorted", policy })).policy).to.equal(kept);
  });

  it("gives an attachment an id with a suffix of its own", async () => {
    const type = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
    const { id: policyArn } = await plugin.create(POLICY, {
      name: "attached-once",
      policy: document("ecr:*"),
    });
    const ids: string[] = [];
    for (const group of ["one", "two"]) {
      await plugin.create(GROUP, { name: group });
      const attachment = await plugin.create(type, { group, policyArn });
      expect(await plugin.read(type, attachment)).to.deep.equal(attachment);
      ids.push(attachment.id);
    }
    expect(ids[0]).to.match(/^one-\d{18}[0-9a-f]{8}$/);
    expect(ids[1]).to.match(/^two-\d{18}[0-9a-f]{8}$/);
    expect(ids[0]?.slice(4)).not.to.equal(ids[1]?.slice(4));
  });

  it("leaves a user's other memberships alone", async () => {
    const type = "aws:iam/userGroupMembership:UserGroupMembership";
    await plugin.create(USER, { name: "social" });
    for (const name of ["ours", "theirs"]) await plugin.create(GROUP, { name });
    await world.iam.send(new AddUserToGroupCommand({ UserName: "social", GroupName: "theirs" }));
    const ours = await plugin.create(type, { user: "social", groups: ["ours"] });
    expect((await plugin.read(type, ours))?.state.groups).to.deep.equal(["ours"]);
    await plugin.delete(type, ours);
    const list = new ListGroupsForUserCommand({ UserName: "social" });
    const { Groups = [] } = await world.iam.send(list);
    expect(Groups.map(({ GroupName }) => GroupName)).to.deep.equal(["theirs"]);
  });

  it("works in the region that a resource names", async () => {
    const inputs = { name: "abroad", region: "eu-west-1" };
    const { id, state } = await plugin.create(REPOSITORY, inputs);
    expect(state.arn).to.equal(`arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/abroad`);
    expect(await plugin.read(REPOSITORY, { id })).to.equal(undefined);
    const abroad = await plugin.read(REPOSITORY, { id: "abroad@eu-west-1" });
    expect(abroad?.state).to.include(inputs);
  });
});
