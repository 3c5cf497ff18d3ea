import { AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { resourceType } from "../resourceType";
import { uniqueId } from "../uniqueId";
import { attachedTo, detach } from "./roleRemains";

interface Inputs {
  role: string;
  policyArn: string;
}

/**
 * A managed policy on a role. Any change replaces it. Imported by `role/policy-arn`, though its id
 * is another one: the role's name and a suffix.
 */
export const rolePolicyAttachment = resourceType<Inputs, Inputs>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: {
    role: { required: true, replaces: true },
    policyArn: { required: true, replaces: true },
  },
  computed: [],
  // As in the real provider: the other way round, what was attached twice would end detached.
  deleteBeforeReplace: true,

  async create({ clients: { iam } }, inputs) {
    const { role, policyArn } = inputs;
    const doing = `attaching IAM Policy (${policyArn}) to IAM Role (${role})`;
    await calling(doing, "IAM: AttachRolePolicy", () =>
      iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })),
    );
    return { id: uniqueId(`${role}-`), state: inputs };
  },

  async read({ clients: { iam } }, id, known) {
    const state = known ?? fromId(id);
    const attached = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM Role Policy Attachment (${id})`, "IAM: ListAttachedRolePolicies", () =>
        attachedTo(iam, state.role),
      ),
    );
    return attached?.includes(state.policyArn) === true ? { id, state } : undefined;
  },

  async delete({ clients: { iam } }, _id, { role, policyArn }) {
    await unlessRefused(["NoSuchEntity"], () => detach(iam, role, policyArn));
  },
});

function fromId(id: string): Inputs {
  const [role = "", ...policyArn] = id.split("/");
  if (policyArn.length === 0) {
    throw new Error(`unexpected format of ID (${id}), expected <role-name>/<policy-arn>`);
  }
  return { role, policyArn: policyArn.join("/") };
}
