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
  /** Logical name → the role's name in IAM, and the policies that are attached to it. */
  roles: ReadonlyMap<string, string>;
  /** URL → whose tokens the account accepts of it. */
  issuers: ReadonlyMap<string, string>;
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
    roles: new Map(
      policies.roles.map(({ id, roleName }) => {
        const its = ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
          .filter(({ inputs }) => inputs["role"] === roleName)
          .map(({ inputs }) => nameOfPolicy(String(inputs["policyArn"])));
        return [id, `${roleName} with ${its.sort().join(" and ")}`];
      }),
    ),
    issuers: new Map(
      ofType("aws:iam/openIdConnectProvider:OpenIdConnectProvider").map(({ inputs }) => [
        String(inputs["url"]),
        JSON.stringify(inputs["clientIdLists"]),
      ]),
    ),
    unknown: unknown.map(({ subject, at, found }) => `${subject}: ${at}: ${found}`),
  };
}

/** A policy's name by its ARN, or by the name that stands for its ARN while nothing is deployed. */
function nameOfPolicy(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
