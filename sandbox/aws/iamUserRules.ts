import type { Administrator } from "./administrator";
import { AwsRefusal, xmlText, type AwsAnswer } from "./awsAnswer";
import { textOf } from "./awsCall";
import type { Faults } from "./faults";
import type { FrontRule } from "./frontRule";
import { checkTags, checkUserName, checkUserPath, tagsOf } from "./iamLimits";
import type { PrincipalBindings } from "./principalBindings";
import type { UserDirectory } from "./userDirectory";

/** What the IAM rules work with. */
export interface IamRuleParts {
  administrator: Administrator;
  users: UserDirectory;
  bindings: PrincipalBindings;
  faults: Faults;
}

/** Creation, renaming and deletion of users and roles. */
export function iamUserRules(parts: IamRuleParts): FrontRule[] {
  return [
    hiddenUsers(parts),
    createUser(parts),
    renameUser(parts),
    deleteUser(parts),
    deleteRole(parts),
  ];
}

/** A user that is not visible yet. */
function hiddenUsers({ faults }: IamRuleParts): FrontRule {
  return {
    service: "iam",
    apply: async (call, next) => {
      const name = textOf(call, "UserName");
      if (
        name !== undefined &&
        call.action !== "CreateUser" &&
        faults.newUserVisibilityDelay.hides(name, "iam")
      ) {
        throw noSuchUser(name);
      }
      return next();
    },
  };
}

function createUser({ users, faults }: IamRuleParts): FrontRule {
  return {
    service: "iam",
    actions: ["CreateUser"],
    apply: async (call, next) => {
      const name = textOf(call, "UserName") ?? "";
      checkUserName(name);
      checkUserPath(textOf(call, "Path") ?? "/");
      checkTags(tagsOf(call.parameters));
      // Names are unique whatever their case (IAM User Guide, "IAM and AWS STS quotas").
      if (users.isTaken(name)) {
        const message = `User with name ${name} already exists.`;
        throw new AwsRefusal("EntityAlreadyExists", message, 409);
      }
      return users.holding(name, async () => {
        const answer = await next();
        const arn = xmlText(answer, "Arn");
        const id = xmlText(answer, "UserId");
        if (answer.status === 200 && arn !== undefined && id !== undefined) {
          users.added({ name, arn, id });
          faults.newUserVisibilityDelay.userMade(name);
        }
        return answer;
      });
    },
  };
}

/** A renamed user is the same user: policies that name it follow (IAM User Guide, "Rename an IAM user"). */
function renameUser({ administrator, users, bindings }: IamRuleParts): FrontRule {
  return {
    service: "iam",
    actions: ["UpdateUser"],
    apply: async (call, next) => {
      const name = textOf(call, "UserName") ?? "";
      const newName = textOf(call, "NewUserName") ?? name;
      checkUserName(newName);
      checkUserPath(textOf(call, "NewPath") ?? "/");
      const before = await users.find(name);
      if (before === undefined) return next();
      const account = before.arn.slice(0, before.arn.indexOf("/"));
      const path =
        textOf(call, "NewPath") ??
        before.arn.slice(account.length, before.arn.lastIndexOf("/") + 1);
      let answer: AwsAnswer | undefined;
      await bindings.renaming(before, `${account}${path}${newName}`, async () => {
        answer = await next();
        if (answer.status !== 200) return undefined;
        users.removed(name);
        const after = await administrator.user(newName);
        if (after !== undefined) users.added(after);
        return after;
      });
      return answer ?? next();
    },
  };
}

/** A deleted role leaves its id in the policies that name it, as a user does. */
function deleteRole({ administrator, bindings }: IamRuleParts): FrontRule {
  return {
    service: "iam",
    actions: ["DeleteRole"],
    apply: async (call, next) => {
      const role = await administrator.role(textOf(call, "RoleName") ?? "");
      const answer = await next();
      if (answer.status === 200 && role !== undefined) await bindings.deleted(role);
      return answer;
    },
  };
}

/**
 * A user that still has something attached cannot be deleted (IAM API Reference, DeleteUser). The emulator
 * checks access keys and attached policies, but not groups, inline policies and the password.
 */
function deleteUser({ administrator, users, bindings }: IamRuleParts): FrontRule {
  return {
    service: "iam",
    actions: ["DeleteUser"],
    apply: async (call, next) => {
      const name = textOf(call, "UserName") ?? "";
      const user = await users.find(name);
      if (user === undefined) return next();
      const [groups, inline, hasLoginProfile] = await Promise.all([
        administrator.groups(name),
        administrator.inlinePolicies(name),
        administrator.hasLoginProfile(name),
      ]);
      if (groups.length > 0) throw deleteConflict("must remove users from group first");
      if (inline.length > 0) throw deleteConflict("must delete policies first");
      if (hasLoginProfile) throw deleteConflict("must delete login profile first");
      const answer = await next();
      if (answer.status === 200) {
        users.removed(name);
        await bindings.deleted(user);
      }
      return answer;
    },
  };
}

export function noSuchUser(name: string): AwsRefusal {
  return new AwsRefusal("NoSuchEntity", `The user with name ${name} cannot be found.`, 404);
}

function deleteConflict(remedy: string): AwsRefusal {
  return new AwsRefusal("DeleteConflict", `Cannot delete entity, ${remedy}.`, 409);
}
