// Runs the program with the SDK's mocks in the place of an engine.
import * as pulumi from "@pulumi/pulumi";

/** A resource as the program declares it. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** What AWS answers when the program asks for users and roles. */
export interface Asked {
  listUsers: (inputs: Readonly<Record<string, unknown>>) => { names: string[] };
  getUser?: (name: string) => void;
  listRoles?: () => { names: string[] };
}

/**
 * All resources that `program` declares in `account`, in the order of declaration.
 *
 * @param sdk - the SDK that the program itself uses.
 */
export async function declaredBy(
  program: () => unknown,
  account: string,
  { listUsers, getUser, listRoles = () => ({ names: [] }) }: Asked = {
    listUsers: () => ({ names: [] }),
  },
  { runtime }: Pick<typeof pulumi, "runtime"> = pulumi,
  project?: { name: string; stack: string },
): Promise<Declared[]> {
  const declared: Declared[] = [];
  const arnOf = (name: string, kind = "user") =>
    `arn:aws:iam::${account}:${kind}/customers/${name}`;
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs }) {
      declared.push({ type, name, inputs });
      const kind = { "aws:iam/user:User": "user", "aws:iam/role:Role": "role" }[type];
      const arn = kind === undefined ? name : arnOf(String(inputs["name"]), kind);
      // A component's own resource is an output of it.
      const made = type === "awsx:ecr:Repository" ? { repository: { name: inputs["name"] } } : {};
      return { id: name, state: { ...inputs, uniqueId: `AIDA${name}`, arn, ...made } };
    },
    // The base stack asks AWS for users and roles that the cells declare.
    call({ token, inputs }) {
      if (token === "aws:iam/getRoles:getRoles") return listRoles();
      if (token === "aws:iam/getRole:getRole") {
        const name = String(inputs["name"]);
        return { arn: arnOf(name, "role"), uniqueId: `AROA${name}` };
      }
      if (token === "aws:iam/getUsers:getUsers") return listUsers(inputs);
      if (token !== "aws:iam/getUser:getUser") throw new Error(`unexpected call of ${token}`);
      const name = String(inputs["userName"]);
      getUser?.(name);
      return { arn: arnOf(name), userId: `AIDA${name}` };
    },
  };
  // The organization that the self-managed backends have.
  await runtime.setMocks(mocks, project?.name, project?.stack, false, "organization");
  await program();
  // What was declared last is registered a few turns later.
  await runtime.disconnect();
  return declared;
}
