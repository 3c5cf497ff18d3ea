import {
  AttachGroupPolicyCommand,
  DetachGroupPolicyCommand,
  paginateListAttachedGroupPolicies,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { resourceType } from "../resourceType";
import { uniqueId } from "../uniqueId";

interface Inputs {
  group: string;
  policyArn: string;
}

/**
 * A managed policy on a group. Any change replaces it. Imported by `group/policy-arn`, though its id
 * is another one: the group's name and a suffix.
 */
export const groupPolicyAttachment = resourceType<Inputs, Inputs>({
  token: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  inputs: {
    group: { required: true, replaces: true },
    policyArn: { required: true, replaces: true },
  },
  computed: [],
  // As in the real provider: the other way round, what was attached twice would end detached.
  deleteBeforeReplace: true,

  async create({ clients: { iam } }, inputs) {
    const { group, policyArn } = inputs;
    const doing = `attaching IAM Policy (${policyArn}) to IAM Group (${group})`;
    await calling(doing, "IAM: AttachGroupPolicy", () =>
      iam.send(new AttachGroupPolicyCommand({ GroupName: group, PolicyArn: policyArn })),
    );
    return { id: uniqueId(`${group}-`), state: inputs };
  },

  async read({ clients: { iam } }, id, known) {
    const state = known ?? fromId(id);
    const isThere = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM Group Policy Attachment (${id})`, "IAM: ListAttachedGroupPolicies", () =>
        isAttached(iam, state),
      ),
    );
    return isThere ? { id, state } : undefined;
  },

  async delete({ clients: { iam } }, _id, { group, policyArn }) {
    const doing = `detaching IAM Policy (${policyArn}) from IAM Group (${group})`;
    await unlessRefused(["NoSuchEntity"], () =>
      calling(doing, "IAM: DetachGroupPolicy", () =>
        iam.send(new DetachGroupPolicyCommand({ GroupName: group, PolicyArn: policyArn })),
      ),
    );
  },
});

function fromId(id: string): Inputs {
  const [group = "", ...policyArn] = id.split("/");
  if (policyArn.length === 0) {
    throw new Error(`unexpected format of ID (${id}), expected <group-name>/<policy-arn>`);
  }
  return { group, policyArn: policyArn.join("/") };
}

async function isAttached(client: IAMClient, { group, policyArn }: Inputs): Promise<boolean> {
  for await (const page of paginateListAttachedGroupPolicies({ client }, { GroupName: group })) {
    if (page.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn)) return true;
  }
  return false;
}
