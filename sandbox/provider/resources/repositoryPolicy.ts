import {
  DeleteRepositoryPolicyCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { calling, causeOf, isRefusal, unlessRefused } from "../awsErrors";
import { keptPolicy, POLICY_DOCUMENT } from "../policyText";
import { resourceType, type Context } from "../resourceType";
import { retrying } from "../retrying";
import { fromEcrId, REGION } from "./ecrId";

interface Inputs {
  repository: string;
  region: string;
  policy: string;
}

interface State extends Inputs {
  registryId: string;
}

const GONE = ["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"];

/** The policy of a repository. Its text changes in place. Imported by the repository's name. */
export const repositoryPolicy = resourceType<Inputs, State>({
  token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  inputs: {
    repository: { required: true, replaces: true },
    region: REGION,
    policy: POLICY_DOCUMENT,
  },
  computed: ["registryId"],

  async create(context, inputs) {
    return { id: inputs.repository, state: await put(context, "creating", inputs) };
  },

  async read(context, id, known) {
    const { name, region } = fromEcrId(id, context);
    const where = known?.region ?? region;
    const answer = await unlessRefused(GONE, () =>
      calling(`reading ECR Repository Policy (${name})`, "ECR: GetRepositoryPolicy", () =>
        context.clients.ecr(where).send(new GetRepositoryPolicyCommand({ repositoryName: name })),
      ),
    );
    if (answer === undefined) return undefined;
    const text = answer.policyText ?? "";
    const policy = keptPolicy(known?.policy, text);
    const { registryId = "" } = answer;
    return { id: name, state: { repository: name, region: where, policy, registryId } };
  },

  async update(context, _id, _old, inputs) {
    return put(context, "updating", inputs);
  },

  async delete({ clients }, _id, { repository, region }) {
    const doing = `deleting ECR Repository Policy (${repository})`;
    await unlessRefused(GONE, () =>
      calling(doing, "ECR: DeleteRepositoryPolicy", () =>
        clients.ecr(region).send(new DeleteRepositoryPolicyCommand({ repositoryName: repository })),
      ),
    );
  },
});

/** ECR may not know a user yet that was just created: the call is then retried for a while. */
async function put({ clients, settings }: Context, verb: string, inputs: Inputs): Promise<State> {
  const { repository, region, policy } = inputs;
  const { registryId = "" } = await retrying(
    () =>
      calling(`${verb} ECR Repository Policy (${repository})`, "ECR: SetRepositoryPolicy", () =>
        clients
          .ecr(region)
          .send(new SetRepositoryPolicyCommand({ repositoryName: repository, policyText: policy })),
      ),
    isUnknownPrincipal,
    settings.propagationSeconds,
  );
  return { ...inputs, registryId };
}

function isUnknownPrincipal(error: unknown): boolean {
  return (
    isRefusal(causeOf(error), "InvalidParameterException") &&
    String((error as Error).message).includes("Principal not found")
  );
}
