import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { calling } from "./awsErrors";
import { changesOf, deletesFirst } from "./changes";
import { checked } from "./check";
import { AwsClients } from "./clients";
import { failureOf } from "./failure";
import { readBack } from "./readBack";
import { functions } from "./registry";
import { checkResponse, diffResponse } from "./responses";
import type { AnyResourceType, Context } from "./resourceType";
import { withAssumedRoles } from "./assumedRoles";
import { providerSettings, unsupportedSettings } from "./settings";
import { nameOf, typeOf } from "./urns";
import { receive, sameValue, send, UNKNOWN, type Received } from "./values";

const { DiffChanges } = messages.DiffResponse;

/** The provider `aws`: its methods answer the calls of Pulumi's provider protocol. */
export class AwsProvider {
  readonly #environment: NodeJS.ProcessEnv;
  #context: Context | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const { properties } = receive(request.getNews());
    const reason = "is not supported by the sandbox's AWS provider";
    const failures = unsupportedSettings(properties).map((property) => ({ property, reason }));
    return checkResponse(properties, [], failures);
  }

  diffConfig(request: messages.DiffRequest): messages.DiffResponse {
    const olds = receive(request.getOldInputs() ?? request.getOlds()).properties;
    const news = receive(request.getNews()).properties;
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
      .filter((key) => !sameValue(olds[key], news[key]))
      // Another version of the plugin does not change the provider.
      .filter((key) => key !== "version");
    const response = new messages.DiffResponse();
    response.setChanges(keys.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
    response.setDiffsList(keys);
    return response;
  }

  /** @throws Error when the credentials belong to an account that is not allowed. */
  async configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    const settings = await withAssumedRoles(
      providerSettings(receive(request.getArgs()).properties, this.#environment),
    );
    const clients = new AwsClients(settings);
    const identity = await calling(
      "validating provider credentials",
      "STS: GetCallerIdentity",
      () => clients.sts.send(new GetCallerIdentityCommand()),
    );
    const account = identity.Account ?? "";
    const allowed = settings.allowedAccountIds;
    if (allowed.length > 0 && !allowed.includes(account)) {
      throw new Error(`AWS account ID not allowed: ${account}`);
    }
    this.#context = { clients, settings };
    const response = new messages.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    response.setAcceptresources(true);
    response.setAcceptoutputs(true);
    return response;
  }

  check(request: messages.CheckRequest): messages.CheckResponse {
    const type = typeOf(request.getUrn());
    const news = receive(request.getNews());
    const { inputs, failures } = checked(type, news.properties, {
      name: nameOf(request.getUrn()),
      olds: receive(request.getOlds()).properties,
      randomSeed: request.getRandomseed_asU8(),
      region: this.#context?.settings.region,
    });
    return checkResponse(inputs, news.secretKeys, failures);
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    const type = typeOf(request.getUrn());
    const state = receive(request.getOlds()).properties;
    const news = receive(request.getNews()).properties;
    const response = diffResponse(changesOf(type, state, news, request.getIgnorechangesList()));
    response.setDeletebeforereplace(
      response.getReplacesList().length > 0 &&
        deletesFirst(type, state, news, nameOf(request.getUrn())),
    );
    return response;
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const type = typeOf(request.getUrn());
    const received = receive(request.getProperties());
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
      const unknown = Object.fromEntries(type.computed.map((key) => [key, UNKNOWN]));
      const state = { ...unknown, ...received.properties, ...type.derived?.(received.properties) };
      response.setProperties(send(state, secretKeys(type, received)));
      return response;
    }
    return reporting(type, received, async () => {
      const made = await type.create(this.#configured(), received.properties);
      const { id, state } =
        type.readAfterCreate === false
          ? made
          : await readBack(this.#configured(), type, made, true);
      response.setId(id);
      response.setProperties(send(state, secretKeys(type, received)));
      return response;
    });
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const type = typeOf(request.getUrn());
    const olds = receive(request.getProperties());
    const oldInputs = receive(request.getInputs());
    const known = Object.keys(olds.properties).length > 0 ? olds.properties : undefined;
    const found = await type.read(this.#configured(), request.getId(), known);
    const response = new messages.ReadResponse();
    if (found === undefined) return response;
    const names = Object.keys(type.inputs).filter(
      (key) => known === undefined || key in oldInputs.properties,
    );
    const inputs = Object.fromEntries(names.map((key) => [key, found.state[key]]));
    response.setId(found.id);
    response.setProperties(send(found.state, secretKeys(type, olds)));
    response.setInputs(send(inputs, oldInputs.secretKeys));
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const type = typeOf(request.getUrn());
    const old = receive(request.getOlds()).properties;
    const received = receive(request.getNews());
    const response = new messages.UpdateResponse();
    if (request.getPreview()) {
      const names = Object.keys(type.inputs).filter((key) => type.inputs[key]?.keptIfUnset);
      const kept = Object.fromEntries([...type.computed, ...names].map((key) => [key, old[key]]));
      const state = { ...kept, ...received.properties, ...type.derived?.(received.properties) };
      response.setProperties(send(state, secretKeys(type, received)));
      return response;
    }
    return reporting(type, received, async () => {
      if (type.update === undefined) throw new Error(`${type.token} has no update in place`);
      const id = request.getId();
      const updated = await type.update(this.#configured(), id, old, received.properties);
      const { state } = await readBack(this.#configured(), type, { id, state: updated }, false);
      response.setProperties(send(state, secretKeys(type, received)));
      return response;
    });
  }

  async delete(request: messages.DeleteRequest): Promise<Empty> {
    const state = receive(request.getProperties()).properties;
    await typeOf(request.getUrn()).delete(this.#configured(), request.getId(), state);
    return new Empty();
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const call = functions.get(request.getTok());
    if (call === undefined) throw new Error(`unknown function ${request.getTok()}`);
    const response = new messages.InvokeResponse();
    const result = await call(this.#configured(), receive(request.getArgs()).properties);
    response.setReturn(send(result));
    return response;
  }

  #configured(): Context {
    if (this.#context === undefined) throw new Error("the provider is not configured");
    return this.#context;
  }
}

async function reporting<T>(type: AnyResourceType, received: Received, action: () => Promise<T>) {
  try {
    return await action();
  } catch (error) {
    throw failureOf(error, received.properties, secretKeys(type, received)) as Error;
  }
}

/** Each key once: its reader cannot unwrap a value that is marked as secret twice. */
function secretKeys(type: AnyResourceType, { secretKeys }: Received): ReadonlySet<string> {
  return new Set([...secretKeys, ...(type.secrets ?? [])]);
}
