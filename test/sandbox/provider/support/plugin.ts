import { spawn } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { receive, send, type Properties } from "../../../../sandbox/provider/values";

/** A resource as the engine would record it. */
export interface Recorded {
  id: string;
  inputs: Properties;
  state: Properties;
}

/** A call that failed, with the resource that the plugin reports as created nevertheless. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly halfDone: { id: string; state: Properties; reasons: string[] } | undefined,
  ) {
    super(message);
  }
}

/** Speaks to a plugin as the engine does: over gRPC, to a process of its own. */
export class Plugin {
  readonly #client: ResourceProviderClient;

  private constructor(
    port: number,
    readonly pid: number,
    readonly exited: Promise<unknown>,
    readonly stop: () => Promise<void>,
  ) {
    const credentials = grpc.credentials.createInsecure();
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials);
  }

  /** @param executable - what the engine would start. */
  static async start(executable: string, environment: NodeJS.ProcessEnv): Promise<Plugin> {
    const child = spawn(executable, ["127.0.0.1:0"], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return new Plugin(Number(String(line).trim()), child.pid ?? 0, exited, async () => {
      child.kill("SIGKILL");
      await exited;
    });
  }

  async configure(inputs: Properties): Promise<messages.ConfigureResponse> {
    const request = new messages.ConfigureRequest();
    request.setArgs(send(inputs));
    return this.#call("configure", request);
  }

  async checkConfig(inputs: Properties): Promise<string[]> {
    const request = new messages.CheckRequest();
    request.setNews(send(inputs));
    const answer: messages.CheckResponse = await this.#call("checkConfig", request);
    return answer.getFailuresList().map((failure) => failure.getProperty());
  }

  async check(type: string, news: Properties, name = "thing"): Promise<Properties> {
    const request = new messages.CheckRequest();
    request.setUrn(urn(type, name));
    request.setNews(send(news));
    request.setRandomseed(Buffer.from("0123456789"));
    const answer: messages.CheckResponse = await this.#call("check", request);
    const failures = answer.getFailuresList().map((failure) => failure.getReason());
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return receive(answer.getInputs()).properties;
  }

  /** Check, then create. @returns what the engine would record. */
  async create(type: string, news: Properties): Promise<Recorded> {
    const inputs = await this.check(type, news);
    const answer = await this.#create(type, inputs, false);
    const state = receive(answer.getProperties()).properties;
    return { id: answer.getId(), inputs, state };
  }

  /** The response to a preview of a creation. */
  async previewCreate(type: string, news: Properties): Promise<Properties> {
    const answer = await this.#create(type, await this.check(type, news), true);
    return receive(answer.getProperties()).properties;
  }

  /** The properties of a creation as they are on the wire, secrets still marked. */
  async createRaw(type: string, news: Properties): Promise<Properties> {
    const answer = await this.#create(type, await this.check(type, news), false);
    return answer.getProperties()?.toJavaScript() as Properties;
  }

  async diff(
    type: string,
    { id, inputs, state }: Recorded,
    news: Properties,
    ignored: string[] = [],
  ) {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setOldInputs(send(inputs));
    request.setOlds(send(state));
    request.setNews(send(await this.check(type, news)));
    request.setIgnorechangesList(ignored);
    const answer: messages.DiffResponse = await this.#call("diff", request);
    return {
      changed: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
      paths: answer
        .getDetaileddiffMap()
        .toArray()
        .map(([path]) => path),
      deleteFirst: answer.getDeletebeforereplace(),
    };
  }

  /** Check, then update in place. */
  async update(type: string, old: Recorded, news: Properties, preview = false): Promise<Recorded> {
    const inputs = await this.check(type, news);
    const request = new messages.UpdateRequest();
    request.setId(old.id);
    request.setUrn(urn(type));
    request.setOldInputs(send(old.inputs));
    request.setOlds(send(old.state));
    request.setNews(send(inputs));
    request.setPreview(preview);
    const answer: messages.UpdateResponse = await this.#call("update", request);
    return { id: old.id, inputs, state: receive(answer.getProperties()).properties };
  }

  /** A refresh of what is recorded, or, when given an id only, an import. */
  async read(type: string, what: Recorded | { id: string }): Promise<Recorded | undefined> {
    const request = new messages.ReadRequest();
    request.setId(what.id);
    request.setUrn(urn(type));
    if ("state" in what) {
      request.setProperties(send(what.state));
      request.setInputs(send(what.inputs));
    }
    const answer: messages.ReadResponse = await this.#call("read", request);
    if (answer.getId() === "") return undefined;
    const inputs = receive(answer.getInputs()).properties;
    return { id: answer.getId(), inputs, state: receive(answer.getProperties()).properties };
  }

  /** A refresh's answer as it is on the wire, with the recorded `secrets` marked as the engine does. */
  async readRaw(type: string, what: Recorded, secrets: readonly string[]): Promise<Properties> {
    const request = new messages.ReadRequest();
    request.setId(what.id);
    request.setUrn(urn(type));
    request.setProperties(send(what.state, secrets));
    request.setInputs(send(what.inputs));
    const answer: messages.ReadResponse = await this.#call("read", request);
    return answer.getProperties()?.toJavaScript() as Properties;
  }

  async delete(type: string, { id, inputs, state }: Recorded): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setUrn(urn(type));
    request.setOldInputs(send(inputs));
    request.setProperties(send(state));
    await this.#call("delete", request);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(send(args));
    const answer: messages.InvokeResponse = await this.#call("invoke", request);
    return receive(answer.getReturn()).properties;
  }

  construct(request: messages.ConstructRequest): Promise<messages.ConstructResponse> {
    return this.#call("construct", request);
  }

  #create(type: string, inputs: Properties, preview: boolean): Promise<messages.CreateResponse> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(send(inputs));
    request.setPreview(preview);
    return this.#call("create", request);
  }

  #call<Response>(method: keyof ResourceProviderClient, request: unknown): Promise<Response> {
    type Method = (
      request: unknown,
      callback: (error: grpc.ServiceError | null, response: Response) => void,
    ) => void;
    return new Promise((resolve, reject) =>
      (this.#client[method] as unknown as Method).call(this.#client, request, (error, response) =>
        error === null ? resolve(response) : reject(refusalOf(error)),
      ),
    );
  }
}

function urn(type: string, name = "thing"): string {
  return `urn:pulumi:test::project::${type}::${name}`;
}

function refusalOf(error: grpc.ServiceError): Refused {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const packed = Buffer.isBuffer(details) ? Status.deserializeBinary(details).getDetailsList() : [];
  const [failure] = packed.map((any) =>
    any.unpack(
      messages.ErrorResourceInitFailed.deserializeBinary,
      "pulumirpc.ErrorResourceInitFailed",
    ),
  );
  return new Refused(
    error.details,
    failure
      ? {
          id: failure.getId(),
          state: receive(failure.getProperties()).properties,
          reasons: failure.getReasonsList(),
        }
      : undefined,
  );
}
