// What one version of the program makes of a vendor, read from what it declares.
import { compileStack, type CompiledStack } from "../../src/access/compiledStack";
import type { Catalogue } from "../../src/access/model";
import type { StackPolicies } from "../../src/access/stackPolicies";
import type { Declared } from "./declaredBy";

/** What one version makes of a vendor. */
export interface Version {
  compiled: CompiledStack;
  /** Logical name → IAM user name. */
  users: ReadonlyMap<string, string>;
  /** Logical name of a key → its status. */
  keys: ReadonlyMap<string, string>;
  unknown: string[];
}

/** Puts together what was declared in parts. */
export function readVersion(declared: readonly Declared[], catalogue: Catalogue): Version {
  const ofType = (type: string) => declared.filter((one) => one.type === type);
  const document = ({ inputs }: Declared) => JSON.parse(String(inputs["policy"])) as never;
  const attached = new Set(
    ofType("aws:iam/groupPolicyAttachment:GroupPolicyAttachment").map(({ inputs }) =>
      String(inputs["policyArn"]),
    ),
  );
  const members = new Set(
    ofType("aws:iam/userGroupMembership:UserGroupMembership").map(({ inputs }) =>
      String(inputs["user"]),
    ),
  );
  const denies = new Map(
    ofType("aws:iam/userPolicy:UserPolicy").map((one) => [String(one.inputs["user"]), one]),
  );
  const users = ofType("aws:iam/user:User").map(({ name, inputs }) => ({
    id: name,
    userName: String(inputs["name"]),
    tags: (inputs["tags"] ?? {}) as Record<string, string>,
  }));
  const policies: StackPolicies = {
    group: ofType("aws:iam/policy:Policy")
      .filter(({ name }) => attached.has(name))
      .map((one) => ({ name: one.name, document: document(one) })),
    users: users
      .filter(({ userName }) => members.has(userName))
      .map((user) => {
        const deny = denies.get(user.userName);
        const own = deny === undefined ? {} : { deny: document(deny) as never };
        return { ...user, ...own, userGeneration: 1, keys: [] };
      }),
    roles: ofType("aws:iam/role:Role").map(({ name, inputs }) => {
      const deny = ofType("aws:iam/rolePolicy:RolePolicy").find(
        (one) => one.inputs["role"] === inputs["name"],
      );
      return {
        id: name,
        roleName: String(inputs["name"]),
        tags: (inputs["tags"] ?? {}) as Record<string, string>,
        trust: JSON.parse(String(inputs["assumeRolePolicy"])) as never,
        ...(deny === undefined ? {} : { deny: document(deny) as never }),
      };
    }),
    issuers: [],
    repositories: ofType("aws:ecr/repositoryPolicy:RepositoryPolicy").map((one) => ({
      repository: String(one.inputs["repository"]),
      region: String(one.inputs["region"]),
      document: document(one),
    })),
  };
  const { compiled, unknown } = compileStack(policies, catalogue);
  return {
    compiled,
    users: new Map(users.map(({ id, userName }) => [id, userName])),
    keys: new Map(
      ofType("aws:iam/accessKey:AccessKey").map(({ name, inputs }) => [
        name,
        `${String(inputs["status"])} of ${String(inputs["user"])}`,
      ]),
    ),
    unknown: unknown.map(({ subject, at, found }) => `${subject}: ${at}: ${found}`),
  };
}
