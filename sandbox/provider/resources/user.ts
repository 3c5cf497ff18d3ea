import {
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
  type IAMClient,
  type User,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { afterwards, resourceType } from "../resourceType";
import { fromApi, tagChanges, TAGS, tagsAll, toApi, type Tags } from "../tags";
import { removeAllOf, removeFromAllGroups } from "./userRemains";

interface Inputs {
  name: string;
  path: string;
  permissionsBoundary?: string;
  forceDestroy: boolean;
  tags?: Tags;
}

interface State extends Inputs {
  arn: string;
  uniqueId: string;
  tagsAll: Tags;
}

const NAME = /^[0-9A-Za-z=,.@\-_+]+$/;

/** An IAM user. Name, path, boundary and tags change in place. Imported by name. */
export const user = resourceType<Inputs, State>({
  token: "aws:iam/user:User",
  inputs: {
    name: {
      autoname: true,
      problem: (value) =>
        NAME.test(String(value)) ? undefined : "must be letters, digits or one of =,.@-_+",
    },
    path: { default: "/" },
    permissionsBoundary: {},
    forceDestroy: { default: false },
    tags: TAGS,
  },
  computed: ["arn", "uniqueId"],
  derived: tagsAll,

  async create({ clients: { iam } }, inputs) {
    const { name } = inputs;
    const { User } = await calling(`creating IAM User (${name})`, "IAM: CreateUser", () =>
      iam.send(
        new CreateUserCommand({
          UserName: name,
          Path: inputs.path,
          PermissionsBoundary: inputs.permissionsBoundary,
          Tags: toApi(inputs.tags),
        }),
      ),
    );
    return { id: name, state: stateOf(User, inputs) };
  },

  async read({ clients: { iam } }, id, known) {
    const name = known?.name ?? id;
    const answer = await unlessRefused(["NoSuchEntity"], () =>
      calling(`reading IAM User (${name})`, "IAM: GetUser", () =>
        iam.send(new GetUserCommand({ UserName: name })),
      ),
    );
    if (answer === undefined) return undefined;
    const found = answer.User;
    const state = stateOf(found, {
      name: found?.UserName ?? name,
      path: found?.Path ?? "/",
      permissionsBoundary: found?.PermissionsBoundary?.PermissionsBoundaryArn,
      // AWS does not store it: it stays as the program set it.
      forceDestroy: known?.forceDestroy ?? false,
      tags: fromApi(found?.Tags),
    });
    return { id: state.name, state };
  },

  async update({ clients: { iam } }, id, old, inputs) {
    const { name } = inputs;
    if (name !== old.name || inputs.path !== old.path) {
      await calling(`updating IAM User (${old.name})`, "IAM: UpdateUser", () =>
        iam.send(
          new UpdateUserCommand({ UserName: old.name, NewUserName: name, NewPath: inputs.path }),
        ),
      );
    }
    const { permissionsBoundary, tags = {}, tagsAll } = old;
    const state = { ...old, ...inputs, permissionsBoundary, tags, tagsAll };
    return afterwards(id, state, async () => {
      await updateBoundary(iam, name, permissionsBoundary, inputs.permissionsBoundary);
      await updateTags(iam, name, tags, inputs.tags);
      return { ...state, ...inputs };
    });
  },

  async delete({ clients: { iam } }, id, state) {
    const name = state.name ?? id;
    await unlessRefused(["NoSuchEntity"], async () => {
      await removeFromAllGroups(iam, name);
      if (state.forceDestroy) await removeAllOf(iam, name);
      await calling(`deleting IAM User (${name})`, "IAM: DeleteUser", () =>
        iam.send(new DeleteUserCommand({ UserName: name })),
      );
    });
  },
});

function stateOf(found: User | undefined, inputs: Inputs): State {
  return {
    ...inputs,
    arn: found?.Arn ?? "",
    uniqueId: found?.UserId ?? "",
    tagsAll: inputs.tags ?? {},
  };
}

async function updateBoundary(iam: IAMClient, name: string, old?: string, wanted?: string) {
  if (old === wanted) return;
  const doing = `updating IAM User (${name}) permissions boundary`;
  if (wanted === undefined) {
    await calling(doing, "IAM: DeleteUserPermissionsBoundary", () =>
      iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: name })),
    );
    return;
  }
  await calling(doing, "IAM: PutUserPermissionsBoundary", () =>
    iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: name, PermissionsBoundary: wanted }),
    ),
  );
}

async function updateTags(iam: IAMClient, name: string, old?: Tags, wanted?: Tags) {
  const { set, remove } = tagChanges(old, wanted);
  const doing = `updating tags for IAM User (${name})`;
  if (remove.length > 0) {
    await calling(doing, "IAM: UntagUser", () =>
      iam.send(new UntagUserCommand({ UserName: name, TagKeys: remove })),
    );
  }
  if (Object.keys(set).length > 0) {
    await calling(doing, "IAM: TagUser", () =>
      iam.send(new TagUserCommand({ UserName: name, Tags: toApi(set) })),
    );
  }
}
