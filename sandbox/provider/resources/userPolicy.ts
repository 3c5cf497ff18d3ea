import {
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { keptPolicy, POLICY_DOCUMENT } from "../policyText";
import { resourceType, type Context } from "../resourceType";

interface Inputs {
  name: string;
  user: string;
  policy: string;
}

/** An inline policy of a user. Its text changes in place. Imported by `user:name`. */
export const userPolicy = resourceType<Inputs, Inputs>({
  token: "aws:iam/userPolicy:UserPolicy",
  inputs: {
    name: { autoname: true, replaces: true },
    user: { required: true, replaces: true },
    policy: POLICY_DOCUMENT,
  },
  computed: [],

  async create(context, inputs) {
    await put(context, "creating", inputs);
    return { id: `${inputs.user}:${inputs.name}`, state: inputs };
  },

  async read({ clients: { iam } }, id, known) {
    const { user, name } = known ?? fromId(id);
    const answer = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM User Policy (${id})`, "IAM: GetUserPolicy", () =>
        iam.send(new GetUserPolicyCommand({ UserName: user, PolicyName: name })),
      ),
    );
    if (answer === undefined) return undefined;
    const text = decodeURIComponent(answer.PolicyDocument ?? "");
    const policy = keptPolicy(known?.policy, text);
    return { id, state: { user, name, policy } };
  },

  async update(context, _id, _old, inputs) {
    await put(context, "updating", inputs);
    return inputs;
  },

  async delete({ clients: { iam } }, id, { user, name }) {
    await unlessRefused(["NoSuchEntity"], () =>
      calling(`deleting IAM User Policy (${id})`, "IAM: DeleteUserPolicy", () =>
        iam.send(new DeleteUserPolicyCommand({ UserName: user, PolicyName: name })),
      ),
    );
  },
});

async function put({ clients: { iam } }: Context, verb: string, { user, name, policy }: Inputs) {
  await calling(`${verb} IAM User Policy (${user}:${name})`, "IAM: PutUserPolicy", () =>
    iam.send(
      new PutUserPolicyCommand({ UserName: user, PolicyName: name, PolicyDocument: policy }),
    ),
  );
}

function fromId(id: string): { user: string; name: string } {
  const [user, name] = id.split(":");
  if (!user || !name) throw new Error(`unexpected format of ID (${id}), expected user:name`);
  return { user, name };
}
