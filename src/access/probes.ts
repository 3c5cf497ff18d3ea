import type { AccountId } from "../customers/model";
import { repositoryArn, USER_PATH, type Home } from "./arns";
import { placeOf } from "./compiledStack";
import type { Catalogue } from "./model";
import { partitionOf, type Partition } from "./partition";

/** A question to AWS, without who asks. */
export interface Question {
  action: string;
  /** An ARN, or `*` for an action that knows no resource. */
  resource: string;
  /** Repository and region whose policy has a say; missing where there is none. */
  place?: string;
  /** The repository that it pulls from: the answer may be "yes". */
  pulls?: string;
  /** It asks for a login: the answer may be "yes". */
  logsIn?: boolean;
}

/** Written down here a second time, so that a typo in `PULL_ACTIONS` is found. */
const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** What no one may do to a repository: push, delete, read or write its policy, list, tag. */
const NEVER_ON_REPOSITORY = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:InitiateLayerUpload",
  "ecr:UploadLayerPart",
  "ecr:CompleteLayerUpload",
  "ecr:PutImage",
  "ecr:BatchDeleteImage",
  "ecr:DeleteRepository",
  "ecr:GetRepositoryPolicy",
  "ecr:SetRepositoryPolicy",
  "ecr:DeleteRepositoryPolicy",
  "ecr:PutLifecyclePolicy",
  "ecr:PutImageTagMutability",
  "ecr:TagResource",
  "ecr:ListImages",
  "ecr:DescribeImages",
  "ecr:DescribeRepositories",
];

/** What no one may do to a user, above all to itself: a tag is a grant, a key is an identity. */
const NEVER_ON_USER = [
  "iam:GetUser",
  "iam:CreateUser",
  "iam:DeleteUser",
  "iam:CreateAccessKey",
  "iam:UpdateAccessKey",
  "iam:DeleteAccessKey",
  "iam:CreateLoginProfile",
  "iam:TagUser",
  "iam:UntagUser",
  "iam:PutUserPolicy",
  "iam:DeleteUserPolicy",
  "iam:AttachUserPolicy",
  "iam:PutUserPermissionsBoundary",
];

/** What has no resource, and only our own users can ask our registry for. */
const NEVER_ON_REGISTRY = [
  "ecr:DescribeRegistry",
  "ecr:GetRegistryPolicy",
  "ecr:PutRegistryPolicy",
];

/** The questions about repositories: each of the catalogue in each of its regions, and elsewhere. */
export function repositoryQuestions(account: AccountId, catalogue: Catalogue): Question[] {
  const known = [...catalogue].flatMap(([repository, { regions }]) =>
    regions.flatMap((region): Question[] => {
      const resource = repositoryArn(account, region, repository);
      const place = placeOf(repository, region);
      return [
        ...PULL.map((action) => ({ action, resource, place, pulls: repository })),
        ...NEVER_ON_REPOSITORY.map((action) => ({ action, resource, place })),
      ];
    }),
  );
  return [
    ...known,
    ...elsewhere(catalogue).flatMap(([repository, region]) => {
      const resource = repositoryArn(account, region, repository);
      return [...PULL, "ecr:PutImage", "ecr:CreateRepository"].map((action) => ({
        action,
        resource,
      }));
    }),
  ];
}

/** A region of each partition that no catalogue is likely to have. */
const FOREIGN_REGIONS: Readonly<Record<Partition, string>> = {
  aws: "ap-southeast-7",
  "aws-cn": "cn-south-9",
  "aws-us-gov": "us-gov-north-9",
};

/** A repository that is in no catalogue, and each of the catalogue in a region that is not its own. */
function elsewhere(catalogue: Catalogue): [repository: string, region: string][] {
  const regions = [...new Set([...catalogue.values()].flatMap((settings) => settings.regions))];
  const foreign = FOREIGN_REGIONS[partitionOf(regions[0] ?? "")];
  const others = [...catalogue].flatMap(([repository, settings]): [string, string][] => {
    const region = [...regions, foreign].find((one) => !settings.regions.includes(one));
    return region === undefined ? [] : [[repository, region]];
  });
  return [
    ...regions.map((region): [string, string] => ["not/in/the/catalogue", region]),
    ...others,
  ];
}

/**
 * The questions about the account beside its repositories; the answer is always "no".
 *
 * Not among them: what AWS lets everyone do without a policy (`sts:GetCallerIdentity`,
 * `sts:GetSessionToken`).
 *
 * @param user - ARN of the one who asks, if it is a user of this account.
 */
export function accountQuestions(home: Home, user: string | undefined): Question[] {
  const partition = partitionOf(home.region);
  const iam = `arn:${partition}:iam::${home.account}`;
  const another = `${iam}:user${USER_PATH}another`;
  const on = (resource: string, actions: readonly string[]) =>
    actions.map((action): Question => ({ action, resource }));
  return [
    ...on(user ?? another, NEVER_ON_USER),
    ...on(another, ["iam:CreateAccessKey", "iam:TagUser"]),
    ...on(`${iam}:group/ecr-customers`, ["iam:AddUserToGroup", "iam:PutGroupPolicy"]),
    ...on(`${iam}:policy/any`, ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]),
    ...on(`${iam}:role/any`, ["sts:AssumeRole", "iam:PassRole", "iam:UpdateAssumeRolePolicy"]),
    ...on(`arn:${partition}:sts::${home.account}:federated-user/any`, ["sts:GetFederationToken"]),
  ];
}

/** What a session of a role of ours must not do to the role itself. @param role - its ARN. */
export function roleQuestions(role: string): Question[] {
  return NEVER_ON_ROLE.map((action) => ({ action, resource: role }));
}

const NEVER_ON_ROLE = [
  "sts:AssumeRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:DeleteRole",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:PutRolePolicy",
  "iam:DeleteRolePolicy",
  "iam:AttachRolePolicy",
  "iam:DetachRolePolicy",
  "iam:DeleteRolePermissionsBoundary",
];

/** The questions without a resource: the login, and what no one may do to the registry. */
export function registryQuestions(): Question[] {
  return [
    { action: "ecr:GetAuthorizationToken", resource: "*", logsIn: true },
    ...NEVER_ON_REGISTRY.map((action) => ({ action, resource: "*" })),
  ];
}
