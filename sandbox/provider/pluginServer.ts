import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ProviderHandshakeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { failureOf } from "./failure";

/** Answers one kind of request. What it throws is sent to the engine as an error. */
export type Answer = (request: never) => Promise<unknown> | unknown;

/** The calls of Pulumi's provider protocol that a plugin answers, by their name in the protocol. */
export type Answers = Readonly<Record<string, Answer>>;

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const PARENT_CHECK_MS = 1_000;

/**
 * Serves a provider on the loopback interface and prints its port on standard output, as the engine
 * expects. The process ends on a signal, or when the engine that started it has ended.
 *
 * @returns the port.
 */
export async function servePlugin(version: string, answers: Answers): Promise<number> {
  const server = new grpc.Server(UNLIMITED);
  const common: Answers = {
    handshake,
    attach: () => new Empty(),
    cancel: () => new Empty(),
    getPluginInfo: () => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    },
  };
  const all = Object.entries({ ...common, ...answers });
  server.addService(
    ResourceProviderService,
    Object.fromEntries(all.map(([name, answer]) => [name, unary(answer)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  endWithTheEngine();
  process.stdout.write(`${port}\n`);
  return port;
}

function unary(answer: Answer): grpc.handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request as never))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(isAnswerable(error) ? error : failureOf(error)),
      );
  };
}

/** A failure that already has the form that the engine expects. */
function isAnswerable(error: unknown): error is Partial<grpc.ServiceError> {
  return typeof error === "object" && error !== null && "metadata" in error;
}

function handshake(): ProviderHandshakeResponse {
  const response = new ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  return response;
}

/** A killed engine sends no signal; but this process then has another parent. */
function endWithTheEngine(): void {
  const engine = process.ppid;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  setInterval(() => {
    if (process.ppid !== engine) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}
