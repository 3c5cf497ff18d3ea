import { AwsRefusal } from "./awsAnswer";
import { type AwsCall, textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { checkTags, IAM_LIMITS, lengthWithoutWhiteSpace, quotaExceeded, tagsOf } from "./iamLimits";
import type { IamRuleParts } from "./iamUserRules";
import { KeyedLock } from "./keyedLock";

/**
 * How much a user may have (IAM User Guide, "IAM and AWS STS quotas"). What a user has is asked of
 * the emulator at each call, and calls about one user wait for each other, so that two at once
 * cannot both take the last free place.
 */
export function iamQuotaRules({ administrator }: IamRuleParts): FrontRule[] {
  const lock = new KeyedLock();
  const forUser = (
    action: string,
    check: (user: string, call: AwsCall) => Promise<void>,
  ): FrontRule => ({
    service: "iam",
    actions: [action],
    apply: (call, next) => {
      const user = textOf(call, "UserName");
      if (user === undefined) return next();
      return lock.run(user, async () => {
        await check(user, call);
        return next();
      });
    },
  });
  return [
    forUser("CreateAccessKey", async (user) => {
      const limit = IAM_LIMITS.accessKeysPerUser;
      const keys = await administrator.accessKeys(user);
      if (keys.length >= limit) throw quotaExceeded("AccessKeysPerUser", limit);
    }),
    forUser("AddUserToGroup", async (user, call) => {
      const limit = IAM_LIMITS.groupsPerUser;
      const groups = await administrator.groups(user);
      if (groups.includes(textOf(call, "GroupName") ?? "")) return;
      if (groups.length >= limit) throw quotaExceeded("GroupsPerUser", limit);
    }),
    forUser("AttachUserPolicy", async (user, call) => {
      const limit = IAM_LIMITS.policiesPerUser;
      const attached = await administrator.attachedPolicies(user);
      if (attached.includes(textOf(call, "PolicyArn") ?? "")) return;
      if (attached.length >= limit) throw quotaExceeded("PoliciesPerUser", limit);
    }),
    forUser("TagUser", async (user, call) => {
      const added = tagsOf(call.parameters);
      checkTags(added);
      const keys = [...(await administrator.tagKeys(user)), ...added.map((tag) => tag.key)];
      const limit = IAM_LIMITS.tagsPerUser;
      if (new Set(keys.map((key) => key.toLowerCase())).size > limit) {
        throw quotaExceeded("TagsPerUser", limit);
      }
    }),
    forUser("PutUserPolicy", async (user, call) => {
      const put = textOf(call, "PolicyName") ?? "";
      const others = (await administrator.inlinePolicies(user)).filter((name) => name !== put);
      const texts = await Promise.all(others.map((name) => administrator.inlinePolicy(user, name)));
      const sum = [...texts, textOf(call, "PolicyDocument") ?? ""]
        .map(lengthWithoutWhiteSpace)
        .reduce((total, length) => total + length, 0);
      const limit = IAM_LIMITS.inlinePoliciesOfUser;
      if (sum > limit) {
        const message = `Maximum policy size of ${limit} bytes exceeded for user ${user}`;
        throw new AwsRefusal("LimitExceeded", message, 409);
      }
    }),
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
