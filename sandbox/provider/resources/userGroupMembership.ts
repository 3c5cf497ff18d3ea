import { randomBytes } from "node:crypto";
import { AddUserToGroupCommand, type IAMClient } from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { afterwards, resourceType } from "../resourceType";
import { sameValue } from "../values";
import { groupsOf, removeFromGroup } from "./userRemains";

interface Inputs {
  user: string;
  groups: string[];
}

/**
 * A user's membership in some groups; other memberships of the user are left alone.
 * Groups change in place. Imported by `user/group/group…`.
 */
export const userGroupMembership = resourceType<Inputs, Inputs>({
  token: "aws:iam/userGroupMembership:UserGroupMembership",
  inputs: {
    user: { required: true, replaces: true },
    groups: { required: true, same: sameSet },
  },
  computed: [],

  async create({ clients: { iam } }, inputs) {
    const id = `terraform-${randomBytes(13).toString("hex")}`;
    await addToGroups(iam, id, { user: inputs.user, groups: [] }, inputs.groups);
    return { id, state: inputs };
  },

  async read({ clients: { iam } }, id, known) {
    const { user, groups } = known ?? fromId(id);
    const actual = await unlessRefused(["NoSuchEntity"], () => groupsOf(iam, user));
    if (actual === undefined) return undefined;
    return { id, state: { user, groups: groups.filter((group) => actual.includes(group)) } };
  },

  async update({ clients: { iam } }, id, old, { user, groups }) {
    for (const group of old.groups.filter((name) => !groups.includes(name))) {
      await removeFromGroup(iam, user, group);
    }
    const kept = groups.filter((name) => old.groups.includes(name));
    const added = groups.filter((name) => !old.groups.includes(name));
    await addToGroups(iam, id, { user, groups: kept }, added);
    return { user, groups };
  },

  async delete({ clients: { iam } }, _id, { user, groups }) {
    for (const group of groups) await removeFromGroup(iam, user, group);
  },
});

async function addToGroups(iam: IAMClient, id: string, member: Inputs, groups: readonly string[]) {
  let state = member;
  for (const group of groups) {
    const add = () =>
      calling(`adding User (${member.user}) to Group (${group})`, "IAM: AddUserToGroup", () =>
        iam.send(new AddUserToGroupCommand({ UserName: member.user, GroupName: group })),
      );
    // There is nothing to keep while no group has the user.
    await (state.groups.length === 0 ? add() : afterwards(id, state, add));
    state = { ...state, groups: [...state.groups, group] };
  }
}

function sameSet(left: unknown, right: unknown): boolean {
  return sameValue([...(left as string[])].sort(), [...(right as string[])].sort());
}

function fromId(id: string): Inputs {
  const [user = "", ...groups] = id.split("/");
  if (groups.length === 0) {
    throw new Error(`unexpected format of ID (${id}), expected <user-name>/<group-name1>/...`);
  }
  return { user, groups };
}
