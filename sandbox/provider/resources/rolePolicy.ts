import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { keptPolicy, POLICY_DOCUMENT } from "../policyText";
import { resourceType, type Context } from "../resourceType";

interface Inputs {
  name: string;
  role: string;
  policy: string;
}

/** An inline policy of a role. Its text changes in place. Imported by `role:name`. */
export const rolePolicy = resourceType<Inputs, Inputs>({
  token: "aws:iam/rolePolicy:RolePolicy",
  inputs: {
    name: { autoname: true, replaces: true },
    role: { required: true, replaces: true },
    policy: POLICY_DOCUMENT,
  },
  computed: [],

  async create(context, inputs) {
    await put(context, "creating", inputs);
    return { id: `${inputs.role}:${inputs.name}`, state: inputs };
  },

  async read({ clients: { iam } }, id, known) {
    const { role, name } = known ?? fromId(id);
    const answer = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM Role Policy (${id})`, "IAM: GetRolePolicy", () =>
        iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name })),
      ),
    );
    if (answer === undefined) return undefined;
    const text = decodeURIComponent(answer.PolicyDocument ?? "");
    return { id, state: { role, name, policy: keptPolicy(known?.policy, text) } };
  },

  async update(context, _id, _old, inputs) {
    await put(context, "updating", inputs);
    return inputs;
  },

  async delete({ clients: { iam } }, id, { role, name }) {
    await unlessRefused(["NoSuchEntity"], () =>
      calling(`deleting IAM Role Policy (${id})`, "IAM: DeleteRolePolicy", () =>
        iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: name })),
      ),
    );
  },
});

async function put({ clients: { iam } }: Context, verb: string, { role, name, policy }: Inputs) {
  await calling(`${verb} IAM Role Policy (${role}:${name})`, "IAM: PutRolePolicy", () =>
    iam.send(
      new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policy }),
    ),
  );
}

function fromId(id: string): { role: string; name: string } {
  const [role, name] = id.split(":");
  if (!role || !name) throw new Error(`unexpected format of ID (${id}), expected role:name`);
  return { role, name };
}
