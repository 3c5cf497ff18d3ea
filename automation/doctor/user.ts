import { GROUP_NAME, USER_PATH, userName } from "../../src/access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { LOGIN_POLICY_NAME } from "../../src/access/loginPolicy";
import { TAGGED_PULL_POLICY_NAME } from "../../src/access/taggedPull";
import { userTags } from "../../src/access/tags";
import type { StackConfig } from "../../src/config";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { UserView } from "../aws/client";
import { canonicalJson } from "../output/json";
import { UPDATE, type Finding } from "./finding";
import type { DoctorView } from "./view";

/** The policy that AWS attaches to a user whose key was found in public (IAM user guide, "AWS managed policies"). */
const QUARANTINE = /^AWSCompromisedKeyQuarantine/;

/** The customer that is diagnosed, and what it is compared with. */
export interface DiagnosedCustomer {
  customer: Customer;
  config: StackConfig;
  today: IsoDate;
}

/** Diagnoses the IAM user: whether it exists, what it may do by itself, whether it is denied. */
export function diagnoseUser(diagnosed: DiagnosedCustomer, view: DoctorView): Finding[] {
  const { user } = view;
  if (user === undefined) {
    const name = userName(diagnosed.config.namePrefix, diagnosed.customer.id);
    const message = `AWS has no user ${name}`;
    return [{ level: "bad", about: "user", message, fix: UPDATE }];
  }
  return [
    ...leak(diagnosed, user),
    ...identity(user),
    ...login(diagnosed, user, view.groupPolicies),
    ...extraRights(user),
    ...tags(diagnosed, user),
    ...deny(diagnosed, user),
  ];
}

function leak({ customer }: DiagnosedCustomer, { name, attachedPolicies }: UserView): Finding[] {
  const quarantine = attachedPolicies.find((policy) => QUARANTINE.test(policy));
  if (quarantine === undefined) return [];
  return [
    {
      level: "bad",
      about: "leak",
      message: `A KEY HAS LEAKED: AWS found a key of ${name} in public, and attached ${quarantine}`,
      fix: `\`ecr-customers revoke ${customer.id} --now\`, then docs/keys.md, "A key has leaked". Do not detach the policy before the keys are deleted.`,
    },
  ];
}

function identity({ name, path, arn }: UserView): Finding[] {
  if (path === USER_PATH) {
    return [{ level: "good", about: "user", message: `user ${name} exists, ${arn}` }];
  }
  const message = `user ${name} is under ${path}, not under ${USER_PATH}, so its ARN is not the one that policies name`;
  return [{ level: "bad", about: "user", message, fix: UPDATE }];
}

function login(
  { config }: DiagnosedCustomer,
  user: UserView,
  groupPolicies: readonly string[] | undefined,
): Finding[] {
  const group = `${config.namePrefix}${GROUP_NAME}`;
  const bad = (message: string): Finding[] => [
    { level: "bad", about: "login", message, fix: UPDATE },
  ];
  if (groupPolicies === undefined)
    return bad(`AWS has no group ${group}, so no customer can log in`);
  if (!user.groups.includes(group))
    return bad(`it is not in the group ${group}, so it cannot log in`);
  const wanted = [LOGIN_POLICY_NAME];
  const isTagged = [...config.repositories.values()].some(({ grants }) => grants === "tagged");
  if (isTagged) wanted.push(TAGGED_PULL_POLICY_NAME);
  const missing = wanted
    .map((policy) => `${config.namePrefix}${policy}`)
    .filter((policy) => !groupPolicies.includes(policy));
  if (missing.length > 0) return bad(`the group ${group} lacks ${missing.join(" and ")}`);
  return [
    { level: "good", about: "login", message: `it is in the group ${group}, which may log in` },
  ];
}

/** Within one account, an identity's own policies add to what repository policies allow. */
function extraRights(user: UserView): Finding[] {
  const warn = (message: string, fix: string): Finding => ({
    level: "warning",
    about: "user",
    message,
    fix,
  });
  const attached = user.attachedPolicies.filter((policy) => !QUARANTINE.test(policy));
  const inline = Object.keys(user.inlinePolicies).filter((policy) => policy !== DENY_POLICY_NAME);
  const fix = "It was attached by hand. Find out in CloudTrail who did it and why, then remove it.";
  return [
    ...attached.map((policy) =>
      warn(`policy ${policy} is attached to the user, but not declared`, fix),
    ),
    ...inline.map((policy) =>
      warn(`inline policy ${policy} is attached to the user, but not declared`, fix),
    ),
    ...(user.hasLoginProfile
      ? [
          warn(
            "the user has a password for the AWS console",
            `Run \`aws iam delete-login-profile --user-name ${user.name}\`.`,
          ),
        ]
      : []),
  ];
}

function tags({ customer, config, today }: DiagnosedCustomer, user: UserView): Finding[] {
  const wanted = userTags(customer, config.repositories, today);
  const keys = new Set([...Object.keys(wanted), ...Object.keys(user.tags)]);
  return [...keys]
    .filter((key) => wanted[key] !== user.tags[key])
    .map((key) => {
      const isGrant = key.startsWith("pull:");
      const message =
        wanted[key] === undefined
          ? `the user has the tag ${key}, which its file does not declare`
          : `tag ${key} is ${user.tags[key] ?? "missing"}, but ${wanted[key]} according to the files`;
      return { level: isGrant ? "bad" : "warning", about: "user", message, fix: UPDATE };
    });
}

function deny({ customer, today }: DiagnosedCustomer, user: UserView): Finding[] {
  const found = user.inlinePolicies[DENY_POLICY_NAME];
  const wanted = denyPolicy(customer);
  if (canonicalJson(found) === canonicalJson(wanted)) {
    if (wanted === undefined) return [];
    const when =
      customer.status === "suspended"
        ? "is suspended"
        : customer.expires !== undefined && customer.expires < today
          ? `had its last day on ${customer.expires}`
          : undefined;
    if (when === undefined) return [];
    return [
      { level: "good", about: "deny", message: `it ${when}, and AWS denies it everything in ECR` },
    ];
  }
  if (wanted === undefined) {
    return [
      {
        level: "bad",
        about: "deny",
        message: "AWS denies it everything in ECR, but according to its file it is active",
        fix: `It may have been revoked without a change of its file. If it should have access, run \`aws iam delete-user-policy --user-name ${user.name} --policy-name ${DENY_POLICY_NAME}\`, then \`ecr-customers up --refresh\`.`,
      },
    ];
  }
  const message =
    found === undefined
      ? "AWS does not deny it anything, but according to its file it should"
      : "AWS does not deny it what its file says";
  return [{ level: "bad", about: "deny", message, fix: UPDATE }];
}
