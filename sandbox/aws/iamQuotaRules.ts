import type { Administrator } from "./administrator";
import { AwsRefusal } from "./awsAnswer";
import { type AwsCall, textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { checkTags, IAM_LIMITS, lengthWithoutWhiteSpace, quotaExceeded, tagsOf } from "./iamLimits";
import type { IamRuleParts } from "./iamUserRules";
import { KeyedLock } from "./keyedLock";
import { UserTallies } from "./userTallies";

/** One quota of a user. */
interface UserQuota {
  action: string;
  limit: number;
  /** How much a call adds for its user; one when it is not given. */
  added?: (call: AwsCall) => number;
  /** What the user has after the call, according to the emulator. */
  after: (administrator: Administrator, user: string, call: AwsCall) => Promise<number>;
  /** How AWS refuses a call that exceeds the limit. */
  refusal: (limit: number, user: string) => AwsRefusal;
}

/** How much a user may have (IAM User Guide, "IAM and AWS STS quotas"). */
const USER_QUOTAS: readonly UserQuota[] = [
  {
    action: "CreateAccessKey",
    limit: IAM_LIMITS.accessKeysPerUser,
    after: async (administrator, user) => (await administrator.accessKeys(user)).length + 1,
    refusal: (limit) => quotaExceeded("AccessKeysPerUser", limit),
  },
  {
    action: "AddUserToGroup",
    limit: IAM_LIMITS.groupsPerUser,
    after: async (administrator, user, call) =>
      distinct([...(await administrator.groups(user)), textOf(call, "GroupName") ?? ""]),
    refusal: (limit) => quotaExceeded("GroupsPerUser", limit),
  },
  {
    action: "AttachUserPolicy",
    limit: IAM_LIMITS.policiesPerUser,
    after: async (administrator, user, call) =>
      distinct([...(await administrator.attachedPolicies(user)), textOf(call, "PolicyArn") ?? ""]),
    refusal: (limit) => quotaExceeded("PoliciesPerUser", limit),
  },
  {
    action: "TagUser",
    limit: IAM_LIMITS.tagsPerUser,
    added: (call) => {
      const added = tagsOf(call.parameters);
      checkTags(added);
      return added.length;
    },
    after: async (administrator, user, call) => {
      const added = tagsOf(call.parameters).map((tag) => tag.key);
      const keys = [...(await administrator.tagKeys(user)), ...added];
      return distinct(keys.map((key) => key.toLowerCase()));
    },
    refusal: (limit) => quotaExceeded("TagsPerUser", limit),
  },
  {
    action: "PutUserPolicy",
    limit: IAM_LIMITS.inlinePoliciesOfUser,
    added: inlineLength,
    after: async (administrator, user, call) => {
      const put = textOf(call, "PolicyName") ?? "";
      const others = (await administrator.inlinePolicies(user)).filter((name) => name !== put);
      const texts = await Promise.all(others.map((name) => administrator.inlinePolicy(user, name)));
      const lengths = [...texts.map(lengthWithoutWhiteSpace), inlineLength(call)];
      return lengths.reduce((total, length) => total + length, 0);
    },
    refusal: (limit, user) => {
      const message = `Maximum policy size of ${limit} bytes exceeded for user ${user}`;
      return new AwsRefusal("LimitExceeded", message, 409);
    },
  },
];

/**
 * Refuses calls that exceed a quota. The emulator is asked what a user has when the calls seen here may have
 * reached the limit, and always for a user that was not created through this front. Calls about one user run
 * one after another, so that two cannot both take the last free place.
 */
export function iamQuotaRules({ administrator }: IamRuleParts): FrontRule[] {
  const lock = new KeyedLock();
  const tallies = new UserTallies();
  const rules = USER_QUOTAS.map((quota): FrontRule => {
    const { action, limit, added = () => 1, after, refusal } = quota;
    return {
      service: "iam",
      actions: [action],
      apply: (call, next) => {
        const user = textOf(call, "UserName");
        if (user === undefined) return next();
        return lock.run(user, async () => {
          const most = tallies.add(user, action, added(call));
          const mayExceed = most === undefined || most > limit;
          if (mayExceed && (await after(administrator, user, call)) > limit) {
            throw refusal(limit, user);
          }
          return next();
        });
      },
    };
  });
  return [...talliedUsers(tallies), ...rules, MANAGED_POLICY_SIZE];
}

const MANAGED_POLICY_SIZE: FrontRule = {
  service: "iam",
  actions: ["CreatePolicy", "CreatePolicyVersion"],
  apply: async (call, next) => {
    const limit = IAM_LIMITS.managedPolicy;
    if (lengthWithoutWhiteSpace(textOf(call, "PolicyDocument") ?? "") > limit) {
      throw quotaExceeded("PolicySize", limit);
    }
    return next();
  },
};

function distinct(names: readonly string[]): number {
  return new Set(names).size;
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
