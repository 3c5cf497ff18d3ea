/**
 * Proves which resources are adopted after AWS has refused to create them: those that it holds exactly as their
 * creation leaves them. test/e2e/unanswered.test.ts does the same with lost answers.
 */
import { expect } from "chai";
import { createdEarlier, withResources } from "../../../automation/engine/adoption";

const HOME = { account: "123456789012", region: "eu-central-1" };
const EXISTS = "api error EntityAlreadyExists: User with name acme already exists.";

function failure(type: string, name: string, inputs: Record<string, unknown>, message = EXISTS) {
  const urn = `urn:pulumi:dev::p::${type}::${name}`;
  return { urn, type, name, message, creation: { urn, type, custom: true, inputs } };
}

const USER = failure("aws:iam/user:User", "acme", {
  name: "eu-acme",
  path: "/customers/",
  tags: { a: "b" },
});

describe("a resource that AWS refuses to create because it exists", () => {
  /** AWS that answers for every creation in the same way. @param asked - receives what was asked. */
  const aws = (answer: () => boolean, asked: unknown[] = []) => ({
    isAsCreated: (creation: unknown) => {
      asked.push(creation);
      return new Promise<boolean>((resolve) => resolve(answer()));
    },
  });

  it("may be a repository in use, and nothing else in use, in an adoption", async () => {
    const asked: unknown[] = [];
    const repository = failure(
      "aws:ecr/repository:Repository",
      "edge@eu-west-1",
      { name: "edge", imageTagMutability: "IMMUTABLE" },
      "api error RepositoryAlreadyExistsException: exists",
    );
    const found = await createdEarlier(
      [USER, repository],
      HOME,
      aws(() => true, asked),
      true,
    );
    expect(found).to.have.length(2);
    const created = { name: "edge", region: "eu-central-1", tags: {}, mutability: "IMMUTABLE" };
    expect(asked).to.deep.equal([
      { kind: "user", name: "eu-acme", path: "/customers/", tags: { a: "b" } },
      { kind: "repository", ...created, mayBeInUse: true },
    ]);
  });

  it("is adopted with its id and inputs when AWS holds it as it was created", async () => {
    const asked: unknown[] = [];
    const found = await createdEarlier(
      [
        USER,
        failure("aws:iam/group:Group", "customers", { name: "ecr-customers", path: "/" }),
        failure("aws:iam/policy:Policy", "login", { name: "Login", policy: '{"a":1}' }),
        failure(
          "aws:ecr/repository:Repository",
          "edge@eu-west-1",
          { name: "edge", region: "eu-west-1", imageTagMutability: "IMMUTABLE" },
          "api error RepositoryAlreadyExistsException: exists",
        ),
      ],
      HOME,
      aws(() => true, asked),
    );
    expect(found.map(({ id }) => id)).to.deep.equal([
      "eu-acme",
      "ecr-customers",
      "arn:aws:iam::123456789012:policy/Login",
      "edge",
    ]);
    expect(found[0]).to.deep.equal({
      ...USER.creation,
      id: "eu-acme",
      outputs: USER.creation.inputs,
    });
    expect(asked).to.deep.equal([
      { kind: "user", name: "eu-acme", path: "/customers/", tags: { a: "b" } },
      { kind: "group", name: "ecr-customers", path: "/" },
      {
        kind: "policy",
        arn: "arn:aws:iam::123456789012:policy/Login",
        document: { a: 1 },
        tags: {},
      },
      { kind: "repository", name: "edge", region: "eu-west-1", tags: {}, mutability: "IMMUTABLE" },
    ]);
  });

  it("is left when AWS holds another one of the name, or cannot be asked", async () => {
    const other = await createdEarlier(
      [USER],
      HOME,
      aws(() => false),
    );
    expect(other).to.deep.equal([]);
    const denied = aws(() => {
      const error = Object.assign(new Error("no"), { $fault: "client", $metadata: {} });
      error.name = "AccessDenied";
      throw error;
    });
    expect(await createdEarlier([USER], HOME, denied)).to.deep.equal([]);
  });

  it("is not looked for after another failure, or for what can be created again", async () => {
    const asked: unknown[] = [];
    const failures = [
      failure("aws:iam/user:User", "acme", {}, "api error AccessDenied: no"),
      { ...USER, creation: undefined },
      failure("aws:iam/accessKey:AccessKey", "acme-1", { user: "acme" }),
    ];
    expect(
      await createdEarlier(
        failures,
        HOME,
        aws(() => true, asked),
      ),
    ).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  it("joins the state once", () => {
    const present = { urn: "a", type: "t", id: "1" };
    const state = { version: 3, deployment: { resources: [present] } };
    const added = [
      { urn: "a", type: "t", id: "2" },
      { urn: "b", type: "t", id: "3" },
    ];
    expect(withResources(state, added)).to.deep.equal({
      version: 3,
      deployment: { resources: [present, { urn: "b", type: "t", id: "3" }] },
    });
  });
});
