import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { receive, resourceReference, send, UNKNOWN, type Properties } from "../values";

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A resource that the engine has registered. */
export interface Registered {
  urn: string;
  outputs: Properties;
  /** How another resource's output refers to it. */
  reference: Properties;
}

/** A child of a component. */
export interface Child {
  token: string;
  name: string;
  parent: string;
  inputs: Properties;
  /** Per input, the URNs of the resources that it comes from. */
  dependencies: Readonly<Record<string, string[]>>;
  /** Version of the plugin that the child's provider is. */
  version: string;
}

/** Registers a component and its children with the engine that asked for the component. */
export class Registration {
  readonly #request: ConstructRequest;
  readonly #monitor: ResourceMonitorClient;

  constructor(request: ConstructRequest) {
    this.#request = request;
    this.#monitor = new ResourceMonitorClient(
      request.getMonitorendpoint(),
      grpc.credentials.createInsecure(),
      UNLIMITED,
    );
  }

  /** @returns the component's URN. */
  async component(): Promise<string> {
    const message = this.#message(this.#request.getType(), this.#request.getName(), {});
    message.setParent(this.#request.getParent());
    message.setDependenciesList(this.#request.getDependenciesList());
    message.setAliasesList(this.#request.getAliasesList());
    message.setAliasspecs(true);
    return (await this.#register(message)).getUrn();
  }

  /** Registers a child, with the `aws` provider that the component was given. */
  async child(child: Child): Promise<Registered> {
    const message = this.#message(child.token, child.name, child.inputs);
    message.setCustom(true);
    message.setParent(child.parent);
    message.setVersion(child.version);
    message.setProvider(this.#request.getProvidersMap().get("aws") ?? "");
    for (const [input, urns] of Object.entries(child.dependencies)) {
      const dependencies = new RegisterResourceRequest.PropertyDependencies();
      dependencies.setUrnsList(urns);
      message.getPropertydependenciesMap().set(input, dependencies);
    }
    message.setDependenciesList([...new Set(Object.values(child.dependencies).flat())]);
    const answer = await this.#register(message);
    const id = answer.getId() === "" ? UNKNOWN : answer.getId();
    return {
      urn: answer.getUrn(),
      outputs: receive(answer.getObject()).properties,
      reference: resourceReference(answer.getUrn(), id, child.version),
    };
  }

  /** Reports the component's outputs, and that it has no more children. */
  async done(urn: string, outputs: Properties): Promise<void> {
    const message = new RegisterResourceOutputsRequest();
    message.setUrn(urn);
    message.setOutputs(send(outputs));
    await new Promise<void>((resolve, reject) =>
      this.#monitor.registerResourceOutputs(message, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  }

  close(): void {
    this.#monitor.close();
  }

  #message(token: string, name: string, inputs: Properties): RegisterResourceRequest {
    const message = new RegisterResourceRequest();
    message.setType(token);
    message.setName(name);
    message.setObject(send(inputs));
    message.setProtect(this.#request.getProtect() ?? false);
    message.setRetainondelete(this.#request.getRetainondelete() ?? false);
    message.setAcceptsecrets(true);
    message.setAcceptresources(true);
    message.setSupportspartialvalues(true);
    return message;
  }

  #register(message: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return new Promise((resolve, reject) =>
      this.#monitor.registerResource(message, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  }
}
