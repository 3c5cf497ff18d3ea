/**
 * Proves what happens to a resource that AWS has created although its answer was lost, so that no state has it: the same
 * run, or the next one when the network stays down, adopts it. Whatever was created or changed by others is never
 * adopted, although it has the same name.
 */
import { CreateRepositoryCommand, PutLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import {
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { expectAsFilesSay, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const UP = ["up", "--yes"];
const RULE = {
  rulePriority: 1,
  selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 9 },
  action: { type: "expire" },
};
const ALLOW = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
const CUSTOMER = "name: Customer\nrepositories: [edge-agent]\n";

describe("a creation whose answer was lost", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);

  afterEach(() => running.sandbox.front.faults.clear());

  const iam = () => running.sandbox.view.iam;
  const tagsOf = (customer: string) => [{ Key: "ecr-customers:customer", Value: customer }];

  async function expectDone(): Promise<string> {
    const { code, stdout, stderr } = await customersScript(running, UP);
    expect(code, stderr).to.equal(0);
    await expectAsFilesSay(running);
    await expectNothingToDo(running);
    return stdout;
  }

  /** The names in the line that says what was adopted. */
  function adopted(stdout: string): string[] {
    const [, names = ""] = /^Adopted, because .*: (.*)\.$/m.exec(stdout) ?? [];
    return names.split(", ").sort();
  }

  it("is adopted by the same run: group, policy, user", async () => {
    for (const action of ["CreateGroup", "CreatePolicy", "CreateUser"]) {
      running.sandbox.front.faults.loseResponse(1, action);
    }
    running.project.write("acme", CUSTOMER);
    const names = adopted(await expectDone());
    expect(names).to.deep.equal(["Group of customers", "Policy of login", "user of acme"]);
  });

  it("is adopted by the next run when the network stays down", async () => {
    const { front, view } = running.sandbox;
    running.project.write("globex", CUSTOMER);
    let restore = () => Promise.resolve();
    // The call that has just arrived takes effect; its connection is gone.
    front.faults.atCall(
      1,
      async () => void (restore = await front.refuseConnections()),
      "CreateUser",
    );
    const interrupted = await customersScript(running, UP);
    await restore();
    expect(interrupted.code, interrupted.stderr).to.equal(1);
    expect(interrupted.stderr).to.match(/^ {2}globex: user: /m);
    const { uniqueId } = await view.user("globex");
    expect(adopted(await expectDone())).to.deep.equal(["user of globex"]);
    expect((await view.user("globex")).uniqueId).to.equal(uniqueId);
  });

  const keysOf = async (user: string) => Object.keys((await running.sandbox.view.user(user)).keys);

  it("of a key leaves no second key when AWS's SDK repeats it", async () => {
    running.sandbox.front.faults.loseResponse(1, "CreateAccessKey");
    running.project.write("initech", CUSTOMER);
    const { code, stderr } = await customersScript(running, UP);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/^Deleted key AKIA\w+ of initech: /m);
    expect(await keysOf("initech")).to.have.length(1);
    await expectDone();
  });

  it("of a key is deleted by the next run when the network stays down", async () => {
    const { front } = running.sandbox;
    running.project.write("umbrella", CUSTOMER);
    let restore = () => Promise.resolve();
    front.faults.atCall(
      1,
      async () => void (restore = await front.refuseConnections()),
      "CreateAccessKey",
    );
    const interrupted = await customersScript(running, UP);
    await restore();
    expect(interrupted.code, interrupted.stderr).to.equal(1);
    const [lost] = await keysOf("umbrella");
    expect(lost).to.match(/^AKIA/);
    const { code, stdout, stderr } = await customersScript(running, UP);
    expect(stderr).to.contain(`Deleted key ${lost} of umbrella: `);
    expect([code, stdout.includes("handover umbrella")], stderr).to.deep.equal([0, true]);
    const left = await keysOf("umbrella");
    expect(left).to.have.length(1);
    expect(left).not.to.include(lost);
    await expectDone();
  });

  const FOREIGN: readonly (readonly [string, (UserName: string) => Promise<unknown>])[] = [
    [
      "without tags",
      (UserName) => iam().send(new CreateUserCommand({ UserName, Path: "/customers/" })),
    ],
    [
      "of another stack's customer",
      (UserName) =>
        iam().send(new CreateUserCommand({ UserName, Path: "/customers/", Tags: tagsOf("other") })),
    ],
    [
      "with tags of its own beside ours",
      (UserName) =>
        iam().send(
          new CreateUserCommand({
            UserName,
            Path: "/customers/",
            Tags: [...tagsOf(UserName), { Key: "team", Value: "sales" }],
          }),
        ),
    ],
    [
      "under another path",
      (UserName) => iam().send(new CreateUserCommand({ UserName, Tags: tagsOf(UserName) })),
    ],
    [
      "with a key",
      async (UserName) => {
        await iam().send(
          new CreateUserCommand({ UserName, Path: "/customers/", Tags: tagsOf(UserName) }),
        );
        await iam().send(new CreateAccessKeyCommand({ UserName }));
      },
    ],
  ];
  for (const [at, [which, create]] of FOREIGN.entries()) {
    it(`is no reason to adopt a user ${which}`, async () => {
      const name = `hooli-${at}`;
      await create(name);
      const before = await running.sandbox.view.user(name);
      running.project.write(name, CUSTOMER);
      const { code, stdout, stderr } = await customersScript(running, UP);
      expect(code).to.equal(1);
      expect(adopted(stdout)).to.deep.equal([""]);
      expect(stderr).to.match(
        new RegExp(`^ {2}${name}: user: EntityAlreadyExists: .*do not delete it`, "m"),
      );
      expect(await running.sandbox.view.user(name)).to.deep.equal(before);
      running.project.remove(name);
    });
  }
});

describe("a creation in a cell whose answer was lost", function () {
  const running = withSandbox(this, `${SETTINGS}  ecr-customers:cells: "2"\n`);
  this.timeout(240_000);

  afterEach(() => running.sandbox.front.faults.clear());

  it("is adopted into the state of its cell, by the same run", async () => {
    for (const id of ["acme", "globex", "hooli"]) running.project.write(id, CUSTOMER);
    running.sandbox.front.faults.loseResponse(1, "CreateGroup");
    running.sandbox.front.faults.loseResponse(1, "CreateUser");
    const { code, stdout, stderr } = await customersScript(running, UP);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(
      /^Adopted, because .*: (Group of customers, user|user of \w+, Group) of \w+\.$/m,
    );
    const again = await customersScript(running, [...UP, "--refresh"]);
    expect([again.code, again.stdout.includes("Nothing to do.")], again.stderr).to.deep.equal([
      0,
      true,
    ]);
  });
});

describe("a repository whose creation was not answered", function () {
  const running = withSandbox(
    this,
    SETTINGS.replace("edge-agent: {}", "edge-agent: { create: true }"),
  );
  this.timeout(240_000);

  afterEach(() => running.sandbox.front.faults.clear());

  it("is adopted with the images setting that it was created with", async () => {
    running.project.write("acme", CUSTOMER);
    running.sandbox.front.faults.loseResponse(1, "CreateRepository");
    const { code, stdout, stderr } = await customersScript(running, UP);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^Adopted, because .*: repository in eu-central-1 of edge-agent\.$/m);
    await expectAsFilesSay(running);
    await expectNothingToDo(running);
  });

  it("counts as such only without policy, lifecycle policy and images, with the same settings", async () => {
    const { ecr } = running.sandbox.view;
    const creation = {
      kind: "repository",
      name: "other",
      region: "eu-central-1",
      tags: {},
      mutability: "IMMUTABLE",
    } as const;
    const isAsCreated = () => running.sandbox.view.isAsCreated(creation);
    expect(await isAsCreated()).to.equal(false);
    const repositoryName = creation.name;
    const create = { repositoryName, imageTagMutability: creation.mutability };
    await ecr.send(new CreateRepositoryCommand(create));
    expect(await isAsCreated()).to.equal(true);
    const { view } = running.sandbox;
    expect(await view.isAsCreated({ ...creation, mutability: "MUTABLE" })).to.equal(false);
    expect(await view.isAsCreated({ ...creation, tags: { a: "b" } })).to.equal(false);
    const lifecyclePolicyText = JSON.stringify({ rules: [RULE] });
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    expect(await isAsCreated()).to.equal(false);
  });

  it("has brothers in IAM: a group and a policy that are in use are not as created", async () => {
    const { view } = running.sandbox;
    const { iam } = view;
    const group = { kind: "group", name: "others", path: "/" } as const;
    await iam.send(new CreateGroupCommand({ GroupName: group.name }));
    expect(await view.isAsCreated(group)).to.equal(true);
    expect(await view.isAsCreated({ ...group, path: "/x/" })).to.equal(false);
    const document = { Version: "2012-10-17", Statement: [ALLOW] };
    const PolicyDocument = JSON.stringify(document);
    const created = await iam.send(
      new CreatePolicyCommand({ PolicyName: "others", PolicyDocument }),
    );
    const PolicyArn = created.Policy?.Arn ?? "";
    const policy = { kind: "policy", arn: PolicyArn, document, tags: {} } as const;
    expect(await view.isAsCreated(policy)).to.equal(true);
    expect(await view.isAsCreated({ ...policy, document: {} })).to.equal(false);
    await iam.send(new AttachGroupPolicyCommand({ GroupName: group.name, PolicyArn }));
    expect(await view.isAsCreated(group)).to.equal(false);
    expect(await view.isAsCreated(policy)).to.equal(false);
  });
});
