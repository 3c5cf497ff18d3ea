// Runs the program with the SDK's mocks in the place of an engine.
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { userArn } from "../../src/access/arns";

export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** What AWS answers when the program asks for users. */
export interface Asked {
  listUsers: () => { names: string[] };
  getUser?: (name: string) => void;
}

/** All resources that `program` declares in `account`, in the order of declaration. */
export async function declaredBy(
  program: () => unknown,
  account: string,
  { listUsers, getUser }: Asked,
): Promise<Declared[]> {
  const declared: Declared[] = [];
  await pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      declared.push({ type, name, inputs });
      const arn = userArn(account, String(inputs["name"]));
      const outputs = { uniqueId: `AIDA${name}`, arn: type === "aws:iam/user:User" ? arn : name };
      // A component's own resource is an output of it.
      const made = type === "awsx:ecr:Repository" ? { repository: { name: inputs["name"] } } : {};
      return { id: name, state: { ...inputs, ...outputs, ...made } };
    },
    // The base stack asks AWS for users that the cells declare.
    call({ token, inputs }) {
      if (token === "aws:iam/getUsers:getUsers") return listUsers();
      expect(token).to.equal("aws:iam/getUser:getUser");
      const name = String(inputs["userName"]);
      getUser?.(name);
      return { arn: userArn(account, name), userId: `AIDA${name}` };
    },
  });
  await program();
  // What was declared last is registered a few turns later.
  await pulumi.runtime.disconnect();
  return declared;
}
