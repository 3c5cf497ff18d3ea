import { AwsRefusal } from "./awsAnswer";

/** IAM User Guide, "IAM and AWS STS quotas"; none of these can be raised. */
export const IAM_LIMITS = {
  userName: 64,
  userPath: 512,
  tagsPerUser: 50,
  tagKey: 128,
  tagValue: 256,
  accessKeysPerUser: 2,
  groupsPerUser: 10,
  policiesPerUser: 10,
  /** All inline policies of a user together; white space is not counted. */
  inlinePoliciesOfUser: 2_048,
  /** White space is not counted. */
  managedPolicy: 6_144,
} as const;

/** Length as IAM counts it for policies. */
export function lengthWithoutWhiteSpace(text: string): number {
  return text.replace(/\s/g, "").length;
}

/** @throws AwsRefusal when IAM would refuse the name (IAM API Reference, CreateUser: UserName). */
export function checkUserName(name: string): void {
  if (name.length > IAM_LIMITS.userName) {
    throw validation("userName", `have length less than or equal to ${IAM_LIMITS.userName}`);
  }
  if (!/^[A-Za-z0-9_+=,.@-]+$/.test(name)) {
    throw new AwsRefusal(
      "ValidationError",
      "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
  }
}

/** @throws AwsRefusal when IAM would refuse the path (IAM API Reference, CreateUser: Path). */
export function checkUserPath(path: string): void {
  if (path.length > IAM_LIMITS.userPath) {
    throw validation("path", `have length less than or equal to ${IAM_LIMITS.userPath}`);
  }
  if (!/^\/([\x21-\x7e]+\/)?$/.test(path)) {
    throw new AwsRefusal(
      "ValidationError",
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
  }
}

/** The tags of a Query call, in their order. */
export function tagsOf(parameters: Record<string, unknown>): { key: string; value: string }[] {
  const tags: { key: string; value: string }[] = [];
  for (let index = 1; ; index += 1) {
    const key = parameters[`Tags.member.${index}.Key`];
    if (typeof key !== "string") return tags;
    const value = parameters[`Tags.member.${index}.Value`];
    tags.push({ key, value: typeof value === "string" ? value : "" });
  }
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_TEXT_IN_MESSAGES = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";

/** @throws AwsRefusal when IAM would refuse one of the tags (IAM User Guide, "Tags for AWS IAM resources"). */
export function checkTags(tags: readonly { key: string; value: string }[]): void {
  if (tags.length > IAM_LIMITS.tagsPerUser) {
    throw validation("tags", `have length less than or equal to ${IAM_LIMITS.tagsPerUser}`);
  }
  const seen = new Set<string>();
  for (const [index, { key, value }] of tags.entries()) {
    const at = `tags.${index + 1}.member`;
    if (key === "") throw validation(`${at}.key`, "have length greater than or equal to 1");
    if (key.length > IAM_LIMITS.tagKey) {
      throw validation(`${at}.key`, `have length less than or equal to ${IAM_LIMITS.tagKey}`);
    }
    if (value.length > IAM_LIMITS.tagValue) {
      throw validation(`${at}.value`, `have length less than or equal to ${IAM_LIMITS.tagValue}`);
    }
    if (!TAG_TEXT.test(key)) {
      throw validation(`${at}.key`, `satisfy regular expression pattern: ${TAG_TEXT_IN_MESSAGES}+`);
    }
    if (!TAG_TEXT.test(value)) {
      throw validation(
        `${at}.value`,
        `satisfy regular expression pattern: ${TAG_TEXT_IN_MESSAGES}*`,
      );
    }
    if (/^aws:/i.test(key)) {
      throw new AwsRefusal("InvalidInput", "Tag keys that begin with aws: are reserved for AWS.");
    }
    if (seen.has(key.toLowerCase())) {
      throw new AwsRefusal(
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    seen.add(key.toLowerCase());
  }
}

/** IAM's LimitExceeded, with the quota's name as in GetAccountSummary. */
export function quotaExceeded(quota: string, limit: number): AwsRefusal {
  return new AwsRefusal("LimitExceeded", `Cannot exceed quota for ${quota}: ${limit}`, 409);
}

/** IAM's message for a parameter that violates its model. */
function validation(parameter: string, must: string): AwsRefusal {
  return new AwsRefusal(
    "ValidationError",
    `1 validation error detected: Value at '${parameter}' failed to satisfy constraint: Member must ${must}`,
  );
}
