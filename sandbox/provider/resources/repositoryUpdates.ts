import {
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type ImageTagMutability,
  type ImageTagMutabilityExclusionFilter,
} from "@aws-sdk/client-ecr";
import { calling } from "../awsErrors";
import type { Context } from "../resourceType";
import { tagChanges, toApi, type Tags } from "../tags";
import { sameValue } from "../values";

/** Inputs of a repository. */
export interface RepositoryInputs {
  name: string;
  region: string;
  imageTagMutability: string;
  imageTagMutabilityExclusionFilters?: { filter: string; filterType: string }[];
  imageScanningConfiguration?: { scanOnPush: boolean };
  encryptionConfigurations?: { encryptionType?: string; kmsKey?: string }[];
  forceDelete?: boolean;
  tags?: Tags;
}

/** A repository as AWS has it. */
export interface RepositoryState extends RepositoryInputs {
  arn: string;
  registryId: string;
  repositoryUrl: string;
  tagsAll: Tags;
}

/** A step of an update: what it changed. */
type Step = (
  context: Context,
  old: RepositoryState,
  inputs: RepositoryInputs,
) => Promise<Partial<RepositoryState>>;

const updateMutability: Step = async ({ clients }, old, inputs) => {
  const { name, region, imageTagMutability } = inputs;
  if (old.imageTagMutability === imageTagMutability && sameValue(filters(old), filters(inputs))) {
    return {};
  }
  const doing = `setting ECR Repository (${name}) image tag mutability`;
  await calling(doing, "ECR: PutImageTagMutability", () =>
    clients.ecr(region).send(
      new PutImageTagMutabilityCommand({
        repositoryName: name,
        imageTagMutability: imageTagMutability as ImageTagMutability,
        imageTagMutabilityExclusionFilters: filters(inputs),
      }),
    ),
  );
  return {
    imageTagMutability,
    imageTagMutabilityExclusionFilters: inputs.imageTagMutabilityExclusionFilters,
  };
};

const updateScanning: Step = async ({ clients }, old, inputs) => {
  const wanted = inputs.imageScanningConfiguration;
  if (wanted === undefined || sameValue(old.imageScanningConfiguration, wanted)) return {};
  const doing = `setting ECR Repository (${inputs.name}) image scanning configuration`;
  await calling(doing, "ECR: PutImageScanningConfiguration", () =>
    clients.ecr(inputs.region).send(
      new PutImageScanningConfigurationCommand({
        repositoryName: inputs.name,
        imageScanningConfiguration: wanted,
      }),
    ),
  );
  return { imageScanningConfiguration: wanted };
};

const updateTags: Step = async ({ clients }, old, inputs) => {
  const { set, remove } = tagChanges(old.tags, inputs.tags);
  const ecr = clients.ecr(inputs.region);
  const doing = `updating tags for ECR Repository (${inputs.name})`;
  if (remove.length > 0) {
    await calling(doing, "ECR: UntagResource", () =>
      ecr.send(new UntagResourceCommand({ resourceArn: old.arn, tagKeys: remove })),
    );
  }
  if (Object.keys(set).length > 0) {
    await calling(doing, "ECR: TagResource", () =>
      ecr.send(new TagResourceCommand({ resourceArn: old.arn, tags: toApi(set) })),
    );
  }
  return { tags: inputs.tags, tagsAll: inputs.tags ?? {} };
};

/** The steps of an update; when one fails, those before it are done. */
export const REPOSITORY_UPDATES: readonly Step[] = [updateMutability, updateScanning, updateTags];

/** Exclusion filters as the API has them. */
export function filters(inputs: RepositoryInputs): ImageTagMutabilityExclusionFilter[] | undefined {
  return inputs.imageTagMutabilityExclusionFilters as ImageTagMutabilityExclusionFilter[];
}
