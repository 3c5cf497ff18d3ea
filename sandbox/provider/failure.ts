import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { HalfDone } from "./resourceType";
import { send, type Properties } from "./values";

/**
 * A failure for the engine. A HalfDone carries the resource as it is now, so that the engine keeps it in
 * its state and the next update continues from there.
 *
 * @param inputs - the inputs to record with a half-done resource.
 * @param secretKeys - properties that are secret.
 */
export function failureOf(
  error: unknown,
  inputs: Properties = {},
  secretKeys: Iterable<string> = [],
): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const failure = { code: status.UNKNOWN, details: message, metadata: new Metadata() };
  if (!(error instanceof HalfDone)) return failure;

  const secrets = [...secretKeys];
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(send(error.state as Properties, secrets));
  detail.setInputs(send(inputs, secrets));
  detail.setReasonsList([message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(status.UNKNOWN);
  details.setMessage(message);
  details.addDetails(packed);
  // gRPC's standard key for structured errors.
  failure.metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return failure;
}
