import {
  DeleteLifecyclePolicyCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from "@aws-sdk/client-ecr";
import { calling, unlessRefused } from "../awsErrors";
import { jsonProblem, normalizedJson, sameJson } from "../policyText";
import { resourceType } from "../resourceType";
import { fromEcrId, REGION } from "./ecrId";

interface Inputs {
  repository: string;
  region: string;
  policy: string;
}

interface State extends Inputs {
  registryId: string;
}

const GONE = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];

/** A repository's lifecycle policy. Any change replaces it, as in the real provider. */
export const lifecyclePolicy = resourceType<Inputs, State>({
  token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  inputs: {
    repository: { required: true, replaces: true },
    region: REGION,
    policy: {
      required: true,
      replaces: true,
      same: sameJson,
      normalize: normalizedJson,
      problem: jsonProblem,
    },
  },
  computed: ["registryId"],
  // A repository has only one: deleting the old one last would delete the new one.
  deleteBeforeReplace: true,

  async create({ clients }, inputs) {
    const { repository, region, policy } = inputs;
    const doing = `creating ECR Lifecycle Policy (${repository})`;
    const { registryId = "" } = await calling(doing, "ECR: PutLifecyclePolicy", () =>
      clients.ecr(region).send(
        new PutLifecyclePolicyCommand({
          repositoryName: repository,
          lifecyclePolicyText: policy,
        }),
      ),
    );
    return { id: repository, state: { ...inputs, registryId } };
  },

  async read(context, id, known) {
    const { name, region } = fromEcrId(id, context);
    const where = known?.region ?? region;
    const answer = await unlessRefused(GONE, () =>
      calling(`reading ECR Lifecycle Policy (${name})`, "ECR: GetLifecyclePolicy", () =>
        context.clients.ecr(where).send(new GetLifecyclePolicyCommand({ repositoryName: name })),
      ),
    );
    if (answer === undefined) return undefined;
    const text = answer.lifecyclePolicyText ?? "";
    const policy =
      known !== undefined && sameJson(known.policy, text)
        ? known.policy
        : String(normalizedJson(text));
    const { registryId = "" } = answer;
    return { id: name, state: { repository: name, region: where, policy, registryId } };
  },

  async delete({ clients }, _id, { repository, region }) {
    const doing = `deleting ECR Lifecycle Policy (${repository})`;
    await unlessRefused(GONE, () =>
      calling(doing, "ECR: DeleteLifecyclePolicy", () =>
        clients.ecr(region).send(new DeleteLifecyclePolicyCommand({ repositoryName: repository })),
      ),
    );
  },
});
