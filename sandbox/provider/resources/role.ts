import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  type IAMClient,
  type Role,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { keptPolicy, POLICY_DOCUMENT, samePolicy } from "../policyText";
import { afterwards, resourceType } from "../resourceType";
import { fromApi, tagChanges, TAGS, tagsAll, toApi, type Tags } from "../tags";
import { removeInstanceProfiles, removePolicies } from "./roleRemains";

interface Inputs {
  name: string;
  path: string;
  assumeRolePolicy: string;
  description?: string;
  maxSessionDuration: number;
  permissionsBoundary?: string;
  forceDetachPolicies: boolean;
  tags?: Tags;
}

interface State extends Inputs {
  arn: string;
  uniqueId: string;
  createDate: string;
  tagsAll: Tags;
}

/** Seconds of a session, as the real provider and IAM allow them. */
const [SHORTEST, LONGEST] = [3_600, 43_200];

/**
 * An IAM role. Name and path replace it; trust, description, length of sessions, boundary and tags change in
 * place. Imported by name; `forceDetachPolicies` is false then (terraform-provider-aws, internal/service/iam/role.go).
 */
export const role = resourceType<Inputs, State>({
  token: "aws:iam/role:Role",
  inputs: {
    name: { autoname: true, replaces: true },
    path: { default: "/", replaces: true },
    assumeRolePolicy: POLICY_DOCUMENT,
    description: {},
    maxSessionDuration: {
      default: SHORTEST,
      problem: (value) =>
        Number(value) >= SHORTEST && Number(value) <= LONGEST
          ? undefined
          : `must be in the range (${SHORTEST} - ${LONGEST})`,
    },
    permissionsBoundary: {},
    forceDetachPolicies: { default: false },
    tags: TAGS,
  },
  computed: ["arn", "uniqueId", "createDate"],
  derived: tagsAll,

  async create({ clients: { iam } }, inputs) {
    const { name } = inputs;
    const { Role } = await calling(`creating IAM Role (${name})`, "IAM: CreateRole", () =>
      iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: inputs.path,
          AssumeRolePolicyDocument: inputs.assumeRolePolicy,
          Description: inputs.description,
          MaxSessionDuration: inputs.maxSessionDuration,
          PermissionsBoundary: inputs.permissionsBoundary,
          Tags: toApi(inputs.tags),
        }),
      ),
    );
    return { id: name, state: stateOf(Role, inputs) };
  },

  async read({ clients: { iam } }, id, known) {
    const answer = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM Role (${id})`, "IAM: GetRole", () =>
        iam.send(new GetRoleCommand({ RoleName: id })),
      ),
    );
    if (answer === undefined) return undefined;
    const found = answer.Role;
    const trust = decodeURIComponent(found?.AssumeRolePolicyDocument ?? "");
    const state = stateOf(found, {
      name: found?.RoleName ?? id,
      path: found?.Path ?? "/",
      assumeRolePolicy: keptPolicy(known?.assumeRolePolicy, trust),
      description: found?.Description,
      maxSessionDuration: found?.MaxSessionDuration ?? SHORTEST,
      permissionsBoundary: found?.PermissionsBoundary?.PermissionsBoundaryArn,
      // AWS does not store it: it stays as the program set it.
      forceDetachPolicies: known?.forceDetachPolicies ?? false,
      tags: fromApi(found?.Tags),
    });
    return { id, state };
  },

  async update({ clients: { iam } }, id, old, inputs) {
    if (!samePolicy(old.assumeRolePolicy, inputs.assumeRolePolicy)) {
      await calling(
        `updating IAM Role (${id}) assume role policy`,
        "IAM: UpdateAssumeRolePolicy",
        () =>
          iam.send(
            new UpdateAssumeRolePolicyCommand({
              RoleName: id,
              PolicyDocument: inputs.assumeRolePolicy,
            }),
          ),
      );
    }
    const state = { ...old, assumeRolePolicy: inputs.assumeRolePolicy };
    return afterwards(id, state, async () => {
      await updateWords(iam, id, old, inputs);
      await updateBoundary(iam, id, old.permissionsBoundary, inputs.permissionsBoundary);
      await updateTags(iam, id, old.tags, inputs.tags);
      return { ...old, ...inputs, tagsAll: inputs.tags ?? {} };
    });
  },

  async delete({ clients: { iam } }, id, state) {
    await unlessRefused(["NoSuchEntity"], async () => {
      await removeInstanceProfiles(iam, id);
      if (state.forceDetachPolicies) await removePolicies(iam, id);
      await calling(`deleting IAM Role (${id})`, "IAM: DeleteRole", () =>
        iam.send(new DeleteRoleCommand({ RoleName: id })),
      );
    });
  },
});

function stateOf(found: Role | undefined, inputs: Inputs): State {
  return {
    ...inputs,
    arn: found?.Arn ?? "",
    uniqueId: found?.RoleId ?? "",
    createDate: `${found?.CreateDate?.toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length)}Z`,
    tagsAll: inputs.tags ?? {},
  };
}

async function updateWords(iam: IAMClient, id: string, old: State, inputs: Inputs) {
  // AWS shows an empty one where none was given, and the real provider compares that with nothing.
  if ((old.description ?? "") !== (inputs.description ?? "")) {
    await calling(`updating IAM Role (${id}) description`, "IAM: UpdateRoleDescription", () =>
      iam.send(
        new UpdateRoleDescriptionCommand({ RoleName: id, Description: inputs.description ?? "" }),
      ),
    );
  }
  if (old.maxSessionDuration !== inputs.maxSessionDuration) {
    await calling(`updating IAM Role (${id}) MaxSessionDuration`, "IAM: UpdateRole", () =>
      iam.send(
        new UpdateRoleCommand({ RoleName: id, MaxSessionDuration: inputs.maxSessionDuration }),
      ),
    );
  }
}

async function updateBoundary(iam: IAMClient, id: string, old?: string, wanted?: string) {
  if (old === wanted) return;
  const doing = `updating IAM Role (${id}) permissions boundary`;
  if (wanted === undefined) {
    await calling(doing, "IAM: DeleteRolePermissionsBoundary", () =>
      iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: id })),
    );
    return;
  }
  await calling(doing, "IAM: PutRolePermissionsBoundary", () =>
    iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: id, PermissionsBoundary: wanted })),
  );
}

async function updateTags(iam: IAMClient, id: string, old?: Tags, wanted?: Tags) {
  const { set, remove } = tagChanges(old, wanted);
  const doing = `updating tags for IAM Role (${id})`;
  if (remove.length > 0) {
    await calling(doing, "IAM: UntagRole", () =>
      iam.send(new UntagRoleCommand({ RoleName: id, TagKeys: remove })),
    );
  }
  if (Object.keys(set).length > 0) {
    await calling(doing, "IAM: TagRole", () =>
      iam.send(new TagRoleCommand({ RoleName: id, Tags: toApi(set) })),
    );
  }
}
