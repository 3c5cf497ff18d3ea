import { AwsRefusal } from "./awsAnswer";
import { type AwsCall, textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { checkTags, IAM_LIMITS, lengthWithoutWhiteSpace, quotaExceeded, tagsOf } from "./iamLimits";
import type { IamRuleParts } from "./iamUserRules";
import { KeyedLock } from "./keyedLock";
import { UserTallies } from "./userTallies";

/** How much a call adds for its user, where that is not one. */
type AmountOf = (call: AwsCall) => number;

/**
 * How much a user may have (IAM User Guide, "IAM and AWS STS quotas"). The emulator is asked what a user
 * has when the calls seen here may have reached the limit, and always for a user that was not created
 * through this front. Calls about one user run one after another, so that two cannot both take the last
 * free place.
 */
export function iamQuotaRules({ administrator }: IamRuleParts): FrontRule[] {
  const lock = new KeyedLock();
  const tallies = new UserTallies();
  const forUser = (
    action: string,
    limit: number,
    check: (user: string, call: AwsCall) => Promise<void>,
    amountOf: AmountOf = () => 1,
  ): FrontRule => ({
    service: "iam",
    actions: [action],
    apply: (call, next) => {
      const user = textOf(call, "UserName");
      if (user === undefined) return next();
      return lock.run(user, async () => {
        const most = tallies.add(user, action, amountOf(call));
        if (most === undefined || most > limit) await check(user, call);
        return next();
      });
    },
  });
  return [
    ...talliedUsers(tallies),
    forUser("CreateAccessKey", IAM_LIMITS.accessKeysPerUser, async (user) => {
      const limit = IAM_LIMITS.accessKeysPerUser;
      const keys = await administrator.accessKeys(user);
      if (keys.length >= limit) throw quotaExceeded("AccessKeysPerUser", limit);
    }),
    forUser("AddUserToGroup", IAM_LIMITS.groupsPerUser, async (user, call) => {
      const limit = IAM_LIMITS.groupsPerUser;
      const groups = await administrator.groups(user);
      if (groups.includes(textOf(call, "GroupName") ?? "")) return;
      if (groups.length >= limit) throw quotaExceeded("GroupsPerUser", limit);
    }),
    forUser("AttachUserPolicy", IAM_LIMITS.policiesPerUser, async (user, call) => {
      const limit = IAM_LIMITS.policiesPerUser;
      const attached = await administrator.attachedPolicies(user);
      if (attached.includes(textOf(call, "PolicyArn") ?? "")) return;
      if (attached.length >= limit) throw quotaExceeded("PoliciesPerUser", limit);
    }),
    forUser(
      "TagUser",
      IAM_LIMITS.tagsPerUser,
      async (user, call) => {
        const added = tagsOf(call.parameters).map((tag) => tag.key);
        const keys = [...(await administrator.tagKeys(user)), ...added];
        const limit = IAM_LIMITS.tagsPerUser;
        if (new Set(keys.map((key) => key.toLowerCase())).size > limit) {
          throw quotaExceeded("TagsPerUser", limit);
        }
      },
      (call) => {
        const added = tagsOf(call.parameters);
        checkTags(added);
        return added.length;
      },
    ),
    forUser(
      "PutUserPolicy",
      IAM_LIMITS.inlinePoliciesOfUser,
      async (user, call) => {
        const put = textOf(call, "PolicyName") ?? "";
        const others = (await administrator.inlinePolicies(user)).filter((name) => name !== put);
        const texts = await Promise.all(
          others.map((name) => administrator.inlinePolicy(user, name)),
        );
        const sum = [...texts.map(lengthWithoutWhiteSpace), inlineLength(call)].reduce(
          (total, length) => total + length,
          0,
        );
        const limit = IAM_LIMITS.inlinePoliciesOfUser;
        if (sum > limit) {
          const message = `Maximum policy size of ${limit} bytes exceeded for user ${user}`;
          throw new AwsRefusal("LimitExceeded", message, 409);
        }
      },
      inlineLength,
    ),
    {
      service: "iam",
      actions: ["CreatePolicy", "CreatePolicyVersion"],
      apply: async (call, next) => {
        const limit = IAM_LIMITS.managedPolicy;
        if (lengthWithoutWhiteSpace(textOf(call, "PolicyDocument") ?? "") > limit) {
          throw quotaExceeded("PolicySize", limit);
        }
        return next();
      },
    },
  ];
}

function inlineLength(call: AwsCall): number {
  return lengthWithoutWhiteSpace(textOf(call, "PolicyDocument") ?? "");
}

/** Tallies start and end with their users. */
function talliedUsers(tallies: UserTallies): FrontRule[] {
  return [
    {
      service: "iam",
      actions: ["CreateUser"],
      apply: async (call, next) => {
        const answer = await next();
        if (answer.status === 200) {
          tallies.begin(textOf(call, "UserName") ?? "", "TagUser", tagsOf(call.parameters).length);
        }
        return answer;
      },
    },
    {
      service: "iam",
      actions: ["DeleteUser", "UpdateUser"],
      apply: (call, next) => {
        tallies.forget(textOf(call, "UserName") ?? "");
        return next();
      },
    },
  ];
}
