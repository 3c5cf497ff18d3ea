/**
 * Proves that the program declares the documents that the proof of access is about: runs the program
 * with the SDK's mocks in place of an engine, puts what it declared together again and proves it.
 * Does not prove what the engine or AWS make of it: see test/e2e.
 */
import { expect } from "chai";
import { roleName, USER_PATH, userName } from "../../src/access/arns";
import { proveAccess } from "../../src/access/prove";
import { stackPolicies, type StackPolicies } from "../../src/access/stackPolicies";
import { declareBase, declareCell, declareStack } from "../../src/stack/declareStack";
import { CUSTOMERS, SETTINGS } from "../access/proofSupport";
import { customer, TODAY } from "../access/support";
import { stackConfig } from "../customers/support";
import { declaredBy, type Asked, type Declared } from "../../scripts/release/declaredBy";

const config = stackConfig(SETTINGS);

const ALL_EXIST: Asked = {
  listUsers: () => ({ names: CUSTOMERS.map((customer) => userName(config.namePrefix, customer)) }),
  listRoles: () => ({ names: CUSTOMERS.map((customer) => roleName(config.namePrefix, customer)) }),
};

const declare = (program: () => unknown, asked: Asked = ALL_EXIST) =>
  declaredBy(program, config.account, asked);

function ofType(declared: readonly Declared[], type: string): Declared[] {
  return declared.filter((one) => one.type === type);
}

/** The documents as AWS would get them. */
function policiesOf(declared: readonly Declared[]): StackPolicies {
  const text = ({ inputs }: Declared, key: string) => String(inputs[key]);
  const document = (one: Declared) => JSON.parse(text(one, "policy"));
  const attached = ofType(declared, "aws:iam/groupPolicyAttachment:GroupPolicyAttachment");
  const arns = attached.map(({ inputs }) => inputs["policyArn"]);
  const denies = ofType(declared, "aws:iam/userPolicy:UserPolicy");
  const keys = ofType(declared, "aws:iam/accessKey:AccessKey");
  return {
    group: ofType(declared, "aws:iam/policy:Policy")
      .filter(({ name }) => arns.includes(name))
      .map((one) => ({ name: text(one, "name"), document: document(one) })),
    users: ofType(declared, "aws:iam/user:User").map((user) => {
      const { name, inputs } = user;
      const deny = denies.find((one) => one.inputs["user"] === inputs["name"]);
      return {
        id: name,
        userName: text(user, "name"),
        userGeneration: 1,
        tags: inputs["tags"] as Record<string, string>,
        ...(deny === undefined ? {} : { deny: document(deny) }),
        keys: keys
          .filter((key) => key.inputs["user"] === inputs["name"])
          .map((key) => ({
            generation: Number(key.name.slice(name.length + 1)),
            status: key.inputs["status"] as "Active" | "Inactive",
          })),
      };
    }),
    roles: ofType(declared, "aws:iam/role:Role").map((role) => {
      const { name, inputs } = role;
      const ofIt = (type: string) =>
        ofType(declared, type).filter((one) => one.inputs["role"] === inputs["name"]);
      const [deny] = ofIt("aws:iam/rolePolicy:RolePolicy");
      const attachedToIt = ofIt("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
      // As many policies as the group has, and each of them once.
      expect(new Set(attachedToIt.map((one) => one.inputs["policyArn"])).size).to.equal(2);
      return {
        id: name,
        roleName: text(role, "name"),
        tags: inputs["tags"] as Record<string, string>,
        trust: JSON.parse(text(role, "assumeRolePolicy")),
        ...(deny === undefined ? {} : { deny: document(deny) }),
      };
    }),
    issuers: ofType(declared, "aws:iam/openIdConnectProvider:OpenIdConnectProvider")
      .map((one) => ({
        issuer: text(one, "url"),
        audiences: one.inputs["clientIdLists"] as string[],
      }))
      .sort((a, b) => (a.issuer < b.issuer ? -1 : 1)),
    repositories: ofType(declared, "aws:ecr/repositoryPolicy:RepositoryPolicy").map((one) => ({
      repository: text(one, "repository"),
      region: text(one, "region"),
      document: document(one),
    })),
  };
}

const input = { config, customers: CUSTOMERS, today: TODAY };
const celled = { ...input, config: { ...config, cells: 3 } };

const PROGRAMS: [string, (() => unknown)[]][] = [
  ["one stack", [() => declareStack(input)]],
  [
    "three cells and their base",
    [
      ...[0, 1, 2].map((cell) => () => declareCell(celled, cell)),
      () => declareBase(celled, new Map()),
    ],
  ],
];

for (const [words, programs] of PROGRAMS) {
  describe(`the declared documents of ${words}`, function () {
    this.timeout(60_000);
    const declared: Declared[] = [];
    before(async () => {
      for (const program of programs) declared.push(...(await declare(program)));
    });

    it("are those that stackPolicies renders, but for the hash of unique ids", () => {
      const found = policiesOf(declared);
      const expected = stackPolicies(CUSTOMERS, SETTINGS, TODAY);
      expect(found.users).to.have.length(9);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([...found.users].sort(byId)).to.deep.equal([...expected.users].sort(byId));
      expect(found.roles).to.have.length(3);
      expect([...found.roles].sort(byId)).to.deep.equal([...expected.roles].sort(byId));
      expect(found.issuers).to.have.length(2);
      expect(found.issuers).to.deep.equal(expected.issuers);
      expect(found.group).to.deep.equal(expected.group);
      const withoutHash = ({ repositories }: StackPolicies) =>
        repositories
          .map(({ document: { Id: _, ...rest }, repository, region }) => [repository, region, rest])
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(withoutHash(found)).to.have.length(4);
      expect(withoutHash(found)).to.deep.equal(withoutHash(expected));
    });

    it("give what the files say and nothing else", () => {
      const proof = proveAccess(policiesOf(declared), CUSTOMERS, SETTINGS, TODAY);
      expect(proof.differences).to.deep.equal([]);
      expect(proof.decisions.Allowed).to.be.greaterThan(20);
    });

    it("are all that decides: no one is in another group, under another path or has another policy", () => {
      const types = new Set(declared.map(({ type }) => type));
      expect([...types].sort()).to.deep.equal([
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:iam/accessKey:AccessKey",
        "aws:iam/group:Group",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/user:User",
        "aws:iam/userGroupMembership:UserGroupMembership",
        "aws:iam/userPolicy:UserPolicy",
        "pulumi:providers:aws",
      ]);
      const groups = ofType(declared, "aws:iam/group:Group").map(({ inputs }) => inputs["name"]);
      expect(groups).to.deep.equal(["eu-ecr-customers"]);
      const users = ofType(declared, "aws:iam/user:User");
      expect(users.map(({ inputs }) => inputs["path"])).to.deep.equal(users.map(() => USER_PATH));
      // Without it, a customer whose user holds a key made by hand could not be ended.
      expect(users.map(({ inputs }) => inputs["forceDestroy"])).to.deep.equal(
        users.map(() => true),
      );
      const roles = ofType(declared, "aws:iam/role:Role").map(({ inputs }) => inputs);
      for (const role of roles) {
        const rest = { path: USER_PATH, maxSessionDuration: 3_600, forceDetachPolicies: true };
        expect(role).to.include(rest);
      }
      const names = users.map(({ inputs }) => inputs["name"]).sort();
      const members = ofType(declared, "aws:iam/userGroupMembership:UserGroupMembership");
      expect(members.map(({ inputs }) => inputs["user"]).sort()).to.deep.equal(names);
      for (const { inputs } of members) expect(inputs["groups"]).to.deep.equal(groups);
      expect(ofType(declared, "aws:iam/policy:Policy")).to.have.length(2);
      const attached = ofType(declared, "aws:iam/groupPolicyAttachment:GroupPolicyAttachment");
      expect(attached.map(({ inputs }) => inputs["group"])).to.deep.equal([
        "eu-ecr-customers",
        "eu-ecr-customers",
      ]);
      const denies = ofType(declared, "aws:iam/userPolicy:UserPolicy");
      expect(denies).to.have.length(5);
    });
  });
}

describe("a user that another stack declares", () => {
  const customers = [customer("acme"), customer("globex")];
  const fail = () => {
    throw new Error("a text that no one knows");
  };

  /** The users that the policy of edge-agent names. */
  async function named(asked: Asked): Promise<string[]> {
    const base = { config: stackConfig({ cells: 3 }), customers, today: TODAY };
    const declared = await declare(() => declareBase(base, new Map()), asked);
    const { repositories } = policiesOf(declared);
    return repositories.flatMap(({ document }) => {
      const [own] = document.Statement as { Principal?: { AWS?: string[] } }[];
      return (own?.Principal?.AWS ?? []).map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
    });
  }

  it("is left out of a policy only when the listing of users does not have it", async () => {
    const both = { listUsers: () => ({ names: ["acme", "globex"] }) };
    expect(await named(both)).to.deep.equal(["acme", "globex"]);
    expect(await named({ listUsers: () => ({ names: ["globex"] }) })).to.deep.equal(["globex"]);
  });

  it("stays named without an answer: neither a failed listing nor a failed look-up removes it", async () => {
    const listUsers = () => ({ names: ["acme", "globex"] });
    expect(await named({ listUsers, getUser: fail })).to.deep.equal(["acme", "globex"]);
    expect(await named({ listUsers: fail })).to.deep.equal(["acme", "globex"]);
    expect(await named({ listUsers: fail, getUser: fail })).to.deep.equal(["acme", "globex"]);
  });
});
