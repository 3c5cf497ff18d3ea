import { ConstructResponse, type ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { pluginVersion } from "../pluginVersion";
import { receive, send, UNKNOWN, type Properties } from "../values";
import { lifecycleText } from "./lifecycleRules";
import { Registration, type Child, type Registered } from "./registration";

/** Token of the only component in this plugin. */
const REPOSITORY_TOKEN = "awsx:ecr:Repository";

/**
 * Creates `awsx.ecr.Repository`: a repository and its lifecycle policy, as children of a component.
 * It speaks to the engine directly: loading Pulumi's SDK would take most of a second.
 *
 * @throws Error when the request is for another component.
 */
export async function construct(request: ConstructRequest): Promise<ConstructResponse> {
  if (request.getType() !== REPOSITORY_TOKEN) {
    throw new Error(`unknown resource type ${request.getType()}`);
  }
  const registration = new Registration(request);
  try {
    const urn = await registration.component();
    const made = await children(registration, request, urn);
    await registration.done(urn, made.outputs);
    const response = new ConstructResponse();
    response.setUrn(urn);
    response.setState(send(made.outputs));
    for (const [output, resource] of Object.entries(made.sources)) {
      const dependencies = new ConstructResponse.PropertyDependencies();
      dependencies.setUrnsList([resource.urn]);
      response.getStatedependenciesMap().set(output, dependencies);
    }
    return response;
  } finally {
    registration.close();
  }
}

async function children(registration: Registration, request: ConstructRequest, parent: string) {
  const { lifecyclePolicy, ...inputs } = receive(request.getInputs()).properties;
  const child = { name: request.getName(), parent, version: pluginVersion("aws") };
  const text = lifecycleText(lifecyclePolicy as Properties | undefined);

  const repository = await registration.child({
    ...child,
    token: "aws:ecr/repository:Repository",
    inputs,
    dependencies: dependenciesOf(request, Object.keys(inputs)),
  });
  const sources: Record<string, Registered> = { repository, url: repository };
  if (text !== undefined) {
    sources.lifecyclePolicy = await registration.child({
      ...child,
      token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      inputs: {
        repository: repository.outputs.name ?? UNKNOWN,
        region: inputs.region,
        policy: text,
      },
      dependencies: { repository: [repository.urn] },
    });
  }
  const outputs: Properties = {
    repository: repository.reference,
    lifecyclePolicy: sources.lifecyclePolicy?.reference,
    url: repository.outputs.repositoryUrl ?? UNKNOWN,
  };
  return { outputs, sources };
}

function dependenciesOf(request: ConstructRequest, inputs: string[]): Child["dependencies"] {
  const all = request.getInputdependenciesMap();
  return Object.fromEntries(inputs.map((input) => [input, all.get(input)?.getUrnsList() ?? []]));
}
