/**
 * Proves that a call to an engine succeeds although an engine that has ended had the same port, and that it fails with
 * the SDK's own options. In processes of their own, because the options are the SDK's for the whole process.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "../../..");
const MODULE = join(ROOT, "automation/engine/freshConnections.ts");

/** Calls an engine at a port, ends it, keeps its failing client, starts another one there, and calls that. */
const SCRIPT = `
  const grpc = require("@grpc/grpc-js");
  const { grpcClientOptions } = require("@pulumi/pulumi/runtime/settings");
  const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
  const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb");
  const { GetRootResourceRequest, GetRootResourceResponse } = require("@pulumi/pulumi/proto/engine_pb");
  require(${JSON.stringify(MODULE)}).useFreshConnections();

  const start = (port) => new Promise((resolve, reject) => {
    const server = new grpc.Server();
    const answer = (_, callback) => callback(null, new GetRootResourceResponse());
    server.addService(EngineService, { log: answer, getRootResource: answer, setRootResource: answer });
    server.bindAsync("127.0.0.1:" + port, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve({ server, port: bound }));
  });
  const client = (port) =>
    new EngineClient("127.0.0.1:" + port, grpc.credentials.createInsecure(), grpcClientOptions);
  const call = (engine) => new Promise((resolve) =>
    engine.getRootResource(new GetRootResourceRequest(), (error) => resolve(error?.details ?? "answered")));

  (async () => {
    const first = await start(0);
    const old = client(first.port);
    await call(old);
    first.server.forceShutdown();
    while ((await call(old)) === "answered");
    const second = await start(first.port);
    console.log(await call(client(second.port)));
    process.exit(0);
  })();
`;

function run(environment: NodeJS.ProcessEnv): string {
  const argv = ["--require", "tsx/cjs", "--eval", SCRIPT];
  const env = { ...process.env, ...environment };
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: "utf8",
    cwd: ROOT,
    env,
  });
  return stdout + stderr;
}

describe("an engine at the port of one that has ended", function () {
  this.timeout(60_000);

  it("is called over a connection of its own", () => {
    expect(run({})).to.equal("answered\n");
  });

  it("is not reached with the SDK's own options", () => {
    expect(run({ ECR_CUSTOMERS_UNCHANGED_SDK: "1" })).to.match(
      /^No connection established\. Last error: /,
    );
  });
});
