import {
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  UpdateGroupCommand,
  type Group,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { resourceType } from "../resourceType";

interface Inputs {
  name: string;
  path: string;
}

interface State extends Inputs {
  arn: string;
  uniqueId: string;
}

/** An IAM group. Name and path change in place. Imported by name. */
export const group = resourceType<Inputs, State>({
  token: "aws:iam/group:Group",
  inputs: { name: { autoname: true }, path: { default: "/" } },
  computed: ["arn", "uniqueId"],

  async create({ clients: { iam } }, { name, path }) {
    const { Group } = await calling(`creating IAM Group (${name})`, "IAM: CreateGroup", () =>
      iam.send(new CreateGroupCommand({ GroupName: name, Path: path })),
    );
    return { id: name, state: stateOf(Group, name) };
  },

  async read({ clients: { iam } }, id, known) {
    const name = known?.name ?? id;
    const answer = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM Group (${name})`, "IAM: GetGroup", () =>
        iam.send(new GetGroupCommand({ GroupName: name, MaxItems: 1 })),
      ),
    );
    return answer === undefined ? undefined : { id: name, state: stateOf(answer.Group, name) };
  },

  async update({ clients: { iam } }, _id, old, { name, path }) {
    await calling(`updating IAM Group (${old.name})`, "IAM: UpdateGroup", () =>
      iam.send(new UpdateGroupCommand({ GroupName: old.name, NewGroupName: name, NewPath: path })),
    );
    return { ...old, name, path };
  },

  async delete({ clients: { iam } }, id, state) {
    const name = state.name ?? id;
    await unlessRefused(["NoSuchEntity"], () =>
      calling(`deleting IAM Group (${name})`, "IAM: DeleteGroup", () =>
        iam.send(new DeleteGroupCommand({ GroupName: name })),
      ),
    );
  },
});

function stateOf(found: Group | undefined, name: string): State {
  return {
    name,
    path: found?.Path ?? "/",
    arn: found?.Arn ?? "",
    uniqueId: found?.GroupId ?? "",
  };
}
