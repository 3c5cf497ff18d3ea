import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  type EncryptionType,
  type ImageTagMutability,
  type Repository,
} from "@aws-sdk/client-ecr";
import { calling, unlessRefused } from "../awsErrors";
import { afterwards, resourceType } from "../resourceType";
import { fromApi, TAGS, tagsAll, toApi, type Tags } from "../tags";
import { sameValue } from "../values";
import { fromEcrId, REGION } from "./ecrId";
import {
  filters,
  REPOSITORY_UPDATES,
  type RepositoryInputs as Inputs,
  type RepositoryState as State,
} from "./repositoryUpdates";

const GONE = ["RepositoryNotFoundException"];

/** A repository. Mutability, scanning and tags change in place. Imported by name. */
export const repository = resourceType<Inputs, State>({
  token: "aws:ecr/repository:Repository",
  inputs: {
    name: { autoname: true, replaces: true },
    region: REGION,
    imageTagMutability: { default: "MUTABLE" },
    imageTagMutabilityExclusionFilters: {},
    imageScanningConfiguration: { keptIfUnset: true },
    encryptionConfigurations: { keptIfUnset: true, replaces: true, same: sameEncryption },
    forceDelete: {},
    tags: TAGS,
  },
  computed: ["arn", "registryId", "repositoryUrl"],
  derived: tagsAll,

  async create({ clients }, inputs) {
    const { name, encryptionConfigurations: [encryption] = [] } = inputs;
    const doing = `creating ECR Repository (${name})`;
    const answer = await calling(doing, "ECR: CreateRepository", () =>
      clients.ecr(inputs.region).send(
        new CreateRepositoryCommand({
          repositoryName: name,
          imageTagMutability: inputs.imageTagMutability as ImageTagMutability,
          imageTagMutabilityExclusionFilters: filters(inputs),
          imageScanningConfiguration: inputs.imageScanningConfiguration,
          encryptionConfiguration: encryption && {
            encryptionType: (encryption.encryptionType ?? "AES256") as EncryptionType,
            kmsKey: encryption.kmsKey,
          },
          tags: toApi(inputs.tags),
        }),
      ),
    );
    return { id: name, state: created(answer.repository, inputs) };
  },

  async read(context, id, known) {
    const { name, region } = known ?? fromEcrId(id, context);
    const ecr = context.clients.ecr(region);
    const doing = `reading ECR Repository (${name})`;
    return unlessRefused(GONE, async () => {
      const answer = await calling(doing, "ECR: DescribeRepositories", () =>
        ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
      );
      const found = answer.repositories?.[0];
      const { tags } = await calling(doing, "ECR: ListTagsForResource", () =>
        ecr.send(new ListTagsForResourceCommand({ resourceArn: found?.repositoryArn })),
      );
      return { id: name, state: stateOf(found, inputsOf(found, region, fromApi(tags), known)) };
    });
  },

  async update(context, id, old, inputs) {
    let state: State = { ...old, forceDelete: inputs.forceDelete };
    for (const step of REPOSITORY_UPDATES) {
      const before = state;
      state = { ...before, ...(await afterwards(id, before, () => step(context, old, inputs))) };
    }
    return state;
  },

  async delete({ clients }, _id, { name, region, forceDelete }) {
    await unlessRefused(GONE, () =>
      calling(`deleting ECR Repository (${name})`, "ECR: DeleteRepository", () =>
        clients
          .ecr(region)
          .send(new DeleteRepositoryCommand({ repositoryName: name, force: forceDelete })),
      ),
    );
  },
});

function stateOf(found: Repository | undefined, inputs: Inputs): State {
  return {
    ...inputs,
    arn: found?.repositoryArn ?? "",
    registryId: found?.registryId ?? "",
    repositoryUrl: found?.repositoryUri ?? "",
    tagsAll: inputs.tags ?? {},
  };
}

function inputsOf(
  found: Repository | undefined,
  region: string,
  tags: Tags | undefined,
  known: State | undefined,
): Inputs {
  const { encryptionType, kmsKey } = found?.encryptionConfiguration ?? {};
  return {
    name: found?.repositoryName ?? "",
    region,
    imageTagMutability: found?.imageTagMutability ?? "MUTABLE",
    imageTagMutabilityExclusionFilters: found?.imageTagMutabilityExclusionFilters?.map((item) => ({
      filter: item.filter ?? "",
      filterType: item.filterType ?? "",
    })),
    imageScanningConfiguration: {
      scanOnPush: found?.imageScanningConfiguration?.scanOnPush ?? false,
    },
    encryptionConfigurations: encryptionType && [{ encryptionType, kmsKey }],
    forceDelete: known?.forceDelete,
    tags,
  };
}

/** What the program does not set is as AWS created it. */
function created(found: Repository | undefined, inputs: Inputs): State {
  const { tags, region } = inputs;
  return stateOf(found, { ...inputsOf(found, region, tags, undefined), ...inputs });
}

/** AES256 is AWS's default. */
function sameEncryption(left: unknown, right: unknown): boolean {
  const [a, b] = [left, right].map((value) => {
    const [first] = value as NonNullable<Inputs["encryptionConfigurations"]>;
    return { encryptionType: "AES256", ...first };
  });
  return sameValue(a, b);
}
