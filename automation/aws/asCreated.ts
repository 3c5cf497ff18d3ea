import {
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  type ECRClient,
} from "@aws-sdk/client-ecr";
import {
  GetGroupCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { isDeepStrictEqual } from "node:util";
import { decoded, tagsOf } from "./accountDetails";
import { unlessMissing } from "./missing";
import { readUser } from "./users";

type Tags = Readonly<Record<string, string>>;

/** A resource with the values that its creation passes to AWS. */
export type Creation =
  | { kind: "user"; name: string; path: string; tags: Tags }
  | { kind: "group"; name: string; path: string }
  | { kind: "policy"; arn: string; document: unknown; tags: Tags }
  | {
      kind: "repository";
      name: string;
      region: string;
      tags: Tags;
      mutability: string;
      /** It may have images and policies: an adoption takes over what is in use. */
      mayBeInUse?: boolean;
    };

/** The clients that it reads with. */
export interface CreatedClients {
  iam: IAMClient;
  ecr: (region: string) => ECRClient;
}

/**
 * Whether AWS holds a resource exactly as this creation leaves it: with the same values, and nothing was added to it
 * since. Such a resource gives no one access, and no one uses it.
 */
export function isAsCreated({ iam, ecr }: CreatedClients, creation: Creation): Promise<boolean> {
  switch (creation.kind) {
    case "user":
      return isUser(iam, creation);
    case "group":
      return isGroup(iam, creation);
    case "policy":
      return isPolicy(iam, creation);
    case "repository":
      return isRepository(ecr(creation.region), creation);
  }
}

type Of<Kind> = Extract<Creation, { kind: Kind }>;

async function isUser(iam: IAMClient, { name, path, tags }: Of<"user">): Promise<boolean> {
  const user = await unlessMissing(readUser(iam, name));
  if (user === undefined || user.path !== path) return false;
  const added = [user.groups, user.attachedPolicies, user.inlinePolicies, user.keys];
  return (
    isDeepStrictEqual(user.tags, { ...tags }) &&
    added.every((some) => Object.keys(some).length === 0) &&
    !user.hasLoginProfile
  );
}

async function isGroup(iam: IAMClient, { name, path }: Of<"group">): Promise<boolean> {
  const GroupName = name;
  const found = await unlessMissing(
    Promise.all([
      iam.send(new GetGroupCommand({ GroupName })),
      iam.send(new ListAttachedGroupPoliciesCommand({ GroupName })),
      iam.send(new ListGroupPoliciesCommand({ GroupName })),
    ]),
  );
  if (found === undefined) return false;
  const [{ Group, Users }, attached, inline] = found;
  const added = [Users, attached.AttachedPolicies, inline.PolicyNames];
  return Group?.Path === path && added.every((some = []) => some.length === 0);
}

async function isPolicy(iam: IAMClient, { arn, document, tags }: Of<"policy">): Promise<boolean> {
  const PolicyArn = arn;
  const { Policy } = (await unlessMissing(iam.send(new GetPolicyCommand({ PolicyArn })))) ?? {};
  const {
    DefaultVersionId: VersionId,
    AttachmentCount,
    PermissionsBoundaryUsageCount,
  } = {
    ...Policy,
  };
  const uses = (AttachmentCount ?? 0) + (PermissionsBoundaryUsageCount ?? 0);
  if (Policy === undefined || uses > 0) return false;
  if (!isDeepStrictEqual(tagsOf(Policy.Tags), { ...tags })) return false;
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return isDeepStrictEqual(decoded(version.PolicyVersion?.Document).document, document);
}

async function isRepository(ecr: ECRClient, creation: Of<"repository">): Promise<boolean> {
  const repositoryName = creation.name;
  const answer = await unlessMissing(
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
  );
  const [repository] = answer?.repositories ?? [];
  if (repository?.imageTagMutability !== creation.mutability) return false;
  const { repositoryArn: resourceArn } = repository;
  const tagged = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
  if (!isDeepStrictEqual(tagsOf(tagged.tags), { ...creation.tags })) return false;
  if (creation.mayBeInUse === true) return true;
  const [policy, lifecycle, images] = await Promise.all([
    unlessMissing(ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))),
    unlessMissing(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))),
    ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1 })),
  ]);
  return policy === undefined && lifecycle === undefined && (images.imageIds ?? []).length === 0;
}
