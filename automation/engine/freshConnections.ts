import { isSdkUnchanged } from "./unchangedSdk";

/**
 * Gives each of the SDK's clients connections of its own. gRPC shares them by address within a process, and each engine
 * listens on a port that the operating system chooses: now and then the port of an engine that has ended. Its failed
 * connection would be the new engine's, whose first call then fails: "14 UNAVAILABLE: No connection established. Last
 * error: null". For after the SDK is loaded.
 */
export function useFreshConnections(): void {
  if (isSdkUnchanged()) return;
  // The objects themselves: the SDK spreads them into the options of each client that it makes.
  const { grpcChannelOptions, grpcClientOptions } =
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require("@pulumi/pulumi/runtime/settings") as Record<
      "grpcChannelOptions" | "grpcClientOptions",
      Record<string, unknown>
    >;
  for (const options of [grpcChannelOptions, grpcClientOptions]) {
    options["grpc.use_local_subchannel_pool"] = 1;
  }
}
