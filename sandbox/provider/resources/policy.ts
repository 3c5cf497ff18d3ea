import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  type IAMClient,
  type Policy,
  type PolicyVersion,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { keptPolicy, POLICY_DOCUMENT, samePolicy } from "../policyText";
import { afterwards, resourceType } from "../resourceType";
import { fromApi, tagChanges, TAGS, tagsAll, toApi, type Tags } from "../tags";

interface Inputs {
  name: string;
  path: string;
  description?: string;
  policy: string;
  tags?: Tags;
}

interface State extends Inputs {
  arn: string;
  policyId: string;
  attachmentCount: number;
  tagsAll: Tags;
}

/** AWS keeps five versions of a managed policy and refuses a sixth. */
const MAX_VERSIONS = 5;

/** A managed policy. Its text and tags change in place, everything else replaces it. Imported by ARN. */
export const policy = resourceType<Inputs, State>({
  token: "aws:iam/policy:Policy",
  inputs: {
    name: { autoname: true, replaces: true },
    path: { default: "/", replaces: true },
    description: { replaces: true },
    policy: POLICY_DOCUMENT,
    tags: TAGS,
  },
  computed: ["arn", "policyId", "attachmentCount"],
  derived: tagsAll,

  async create({ clients: { iam } }, inputs) {
    const doing = `creating IAM Policy (${inputs.name})`;
    const { Policy } = await calling(doing, "IAM: CreatePolicy", () =>
      iam.send(
        new CreatePolicyCommand({
          PolicyName: inputs.name,
          Path: inputs.path,
          Description: inputs.description,
          PolicyDocument: inputs.policy,
          Tags: toApi(inputs.tags),
        }),
      ),
    );
    const state = stateOf(Policy, inputs);
    return { id: state.arn, state };
  },

  async read({ clients: { iam } }, arn, known) {
    return unlessRefused(["NoSuchEntity"], async () => {
      const doing = `reading IAM Policy (${arn})`;
      const { Policy } = await calling(doing, "IAM: GetPolicy", () =>
        iam.send(new GetPolicyCommand({ PolicyArn: arn })),
      );
      const { PolicyVersion } = await calling(doing, "IAM: GetPolicyVersion", () =>
        iam.send(
          new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }),
        ),
      );
      const text = decodeURIComponent(PolicyVersion?.Document ?? "");
      const state = stateOf(Policy, {
        name: Policy?.PolicyName ?? "",
        path: Policy?.Path ?? "/",
        description: Policy?.Description,
        policy: keptPolicy(known?.policy, text),
        tags: fromApi(Policy?.Tags),
      });
      return { id: arn, state };
    });
  },

  async update({ clients: { iam } }, arn, old, inputs) {
    const state = { ...old, policy: inputs.policy };
    if (!samePolicy(old.policy, inputs.policy)) {
      await makeRoom(iam, arn);
      await calling(`updating IAM Policy (${arn})`, "IAM: CreatePolicyVersion", () =>
        iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: arn,
            PolicyDocument: inputs.policy,
            SetAsDefault: true,
          }),
        ),
      );
    }
    return afterwards(arn, state, async () => {
      const { set, remove } = tagChanges(old.tags, inputs.tags);
      const doing = `updating tags for IAM Policy (${arn})`;
      if (remove.length > 0) {
        await calling(doing, "IAM: UntagPolicy", () =>
          iam.send(new UntagPolicyCommand({ PolicyArn: arn, TagKeys: remove })),
        );
      }
      if (Object.keys(set).length > 0) {
        await calling(doing, "IAM: TagPolicy", () =>
          iam.send(new TagPolicyCommand({ PolicyArn: arn, Tags: toApi(set) })),
        );
      }
      return { ...state, tags: inputs.tags, tagsAll: inputs.tags ?? {} };
    });
  },

  async delete({ clients: { iam } }, arn) {
    await unlessRefused(["NoSuchEntity"], async () => {
      for (const version of await oldVersions(iam, arn)) await deleteVersion(iam, arn, version);
      await calling(`deleting IAM Policy (${arn})`, "IAM: DeletePolicy", () =>
        iam.send(new DeletePolicyCommand({ PolicyArn: arn })),
      );
    });
  },
});

function stateOf(found: Policy | undefined, inputs: Inputs): State {
  return {
    ...inputs,
    arn: found?.Arn ?? "",
    policyId: found?.PolicyId ?? "",
    attachmentCount: found?.AttachmentCount ?? 0,
    tagsAll: inputs.tags ?? {},
  };
}

async function makeRoom(iam: IAMClient, arn: string): Promise<void> {
  const versions = await oldVersions(iam, arn);
  const oldest = versions[0];
  if (oldest !== undefined && versions.length + 1 >= MAX_VERSIONS) {
    await deleteVersion(iam, arn, oldest);
  }
}

/** Versions that are not the default, oldest first. */
async function oldVersions(iam: IAMClient, arn: string): Promise<PolicyVersion[]> {
  const { Versions = [] } = await calling(
    `listing IAM Policy (${arn}) versions`,
    "IAM: ListPolicyVersions",
    () => iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn })),
  );
  // Versions of the same second differ by their number: v1, v2, …
  const age = ({ VersionId = "" }: PolicyVersion) => Number(VersionId.slice(1));
  return Versions.filter((version) => !version.IsDefaultVersion).sort((a, b) => age(a) - age(b));
}

async function deleteVersion(iam: IAMClient, arn: string, { VersionId }: PolicyVersion) {
  await calling(`deleting IAM Policy (${arn}) version`, "IAM: DeletePolicyVersion", () =>
    iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId })),
  );
}
