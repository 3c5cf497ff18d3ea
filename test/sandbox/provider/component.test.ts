/**
 * The component awsx:ecr:Repository of the local awsx plugin.
 *
 * Proves: the lifecycle policy's text; and, against a server in place of the engine, which children
 * the plugin registers, with which provider, and what it returns.
 * Does not prove: that the real engine accepts it (end-to-end tests), nor what the real awsx does with
 * inputs that this project does not use.
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { expect } from "chai";
import { lifecycleText } from "../../../sandbox/provider/component/lifecycleRules";
import { pluginVersion } from "../../../sandbox/provider/pluginVersion";
import {
  receive,
  resourceReference,
  send,
  UNKNOWN,
  type Properties,
} from "../../../sandbox/provider/values";
import { Plugin } from "./support/plugin";
import { executable } from "./support/world";

const PROVIDER = "urn:pulumi:test::project::pulumi:providers:aws::aws::1234";
const URL = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/edge";
const INPUTS = {
  name: "edge",
  region: "eu-west-1",
  imageTagMutability: "IMMUTABLE",
  lifecyclePolicy: { rules: [{ tagStatus: "untagged", maximumAgeLimit: 3650 }] },
};

describe("local awsx plugin: lifecycle policy", () => {
  const rules = (input: Properties) =>
    (JSON.parse(lifecycleText(input) ?? "") as { rules: Properties[] }).rules;

  it("has each rule, the one for any image last", () => {
    const any = { tagStatus: "any", maximumNumberOfImages: 100 };
    const tagged = { tagStatus: "tagged", tagPrefixList: ["v"], maximumAgeLimit: 30 };
    expect(rules({ rules: [any, tagged] })).to.deep.equal([
      {
        rulePriority: 1,
        selection: {
          tagStatus: "tagged",
          tagPrefixList: ["v"],
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 30,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 100 },
        action: { type: "expire" },
      },
    ]);
  });

  it("removes untagged images after a day by default, and is missing when skipped", () => {
    const [rule] = rules({});
    expect(rule?.selection).to.deep.include({ tagStatus: "untagged", countNumber: 1 });
    expect(lifecycleText({ skip: true })).to.equal(undefined);
    expect(lifecycleText({ rules: UNKNOWN })).to.equal(UNKNOWN);
  });

  it("refuses a rule without a limit, or with two", () => {
    for (const limits of [{}, { maximumAgeLimit: 1, maximumNumberOfImages: 1 }]) {
      const attempt = () => lifecycleText({ rules: [{ tagStatus: "any", ...limits }] });
      expect(attempt).to.throw("either maximumAgeLimit or maximumNumberOfImages");
    }
  });
});

describe("local awsx plugin: component", function () {
  this.timeout(30_000);
  let engine: grpc.Server;
  let endpoint: string;
  let plugin: Plugin;
  let registered: RegisterResourceRequest[] = [];
  let finished: Properties[] = [];
  let known = true;

  before(async () => {
    engine = new grpc.Server();
    engine.addService(ResourceMonitorService, {
      registerResource: ((call, callback) => {
        registered.push(call.request);
        callback(null, answerTo(call.request, known));
      }) as grpc.handleUnaryCall<RegisterResourceRequest, RegisterResourceResponse>,
      registerResourceOutputs: ((call, callback) => {
        finished.push(receive(call.request.getOutputs()).properties);
        callback(null, new Empty());
      }) as grpc.handleUnaryCall<RegisterResourceOutputsRequest, Empty>,
    });
    const port = await new Promise<number>((resolve, reject) =>
      engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    endpoint = `127.0.0.1:${port}`;
    plugin = await Plugin.start(await executable("awsx"), {});
  });

  beforeEach(() => {
    [registered, finished, known] = [[], [], true];
  });

  after(async () => {
    await plugin.stop();
    engine.forceShutdown();
  });

  function request(inputs: Properties, type = "awsx:ecr:Repository"): ConstructRequest {
    const message = new ConstructRequest();
    message.setType(type);
    message.setName("edge@eu-west-1");
    message.setParent("urn:parent");
    message.setMonitorendpoint(endpoint);
    message.setInputs(send(inputs));
    message.getProvidersMap().set("aws", PROVIDER);
    return message;
  }

  const inputsOf = (index: number) => receive(registered[index]?.getObject()).properties;

  it("registers a repository and its lifecycle policy as its children", async () => {
    const answer = await plugin.construct(request(INPUTS));
    expect(registered.map((each) => [each.getType(), each.getName(), each.getParent()])).to.eql([
      ["awsx:ecr:Repository", "edge@eu-west-1", "urn:parent"],
      ["aws:ecr/repository:Repository", "edge@eu-west-1", "urn:0"],
      ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "edge@eu-west-1", "urn:0"],
    ]);
    const children = registered.slice(1);
    expect(children.map((each) => each.getProvider())).to.deep.equal([PROVIDER, PROVIDER]);
    expect(inputsOf(1)).to.deep.equal({
      name: "edge",
      region: "eu-west-1",
      imageTagMutability: "IMMUTABLE",
    });
    expect(inputsOf(2)).to.deep.equal({
      repository: "edge",
      region: "eu-west-1",
      policy: lifecycleText(INPUTS.lifecyclePolicy),
    });
    expect(registered[2]?.getDependenciesList()).to.deep.equal(["urn:1"]);

    const version = pluginVersion("aws");
    const outputs = {
      repository: resourceReference("urn:1", "edge", version),
      lifecyclePolicy: resourceReference("urn:2", "edge", version),
      url: URL,
    };
    expect(answer.getUrn()).to.equal("urn:0");
    expect(answer.getState()?.toJavaScript()).to.deep.equal(outputs);
    expect(finished).to.deep.equal([outputs]);
  });

  it("knows in a preview only what follows from its inputs", async () => {
    known = false;
    const answer = await plugin.construct(request(INPUTS));
    expect(inputsOf(2)).to.include({ repository: "edge" });
    expect(receive(answer.getState()).properties.url).to.equal(UNKNOWN);
  });

  it("has no lifecycle policy when that is skipped", async () => {
    const inputs = { ...INPUTS, lifecyclePolicy: { skip: true } };
    const answer = await plugin.construct(request(inputs));
    expect(registered).to.have.length(2);
    expect(receive(answer.getState()).properties).not.to.have.property("lifecyclePolicy");
  });

  it("refuses another component", async () => {
    const error = await plugin.construct(request({}, "awsx:ec2:Vpc")).catch((e: Error) => e);
    expect((error as Error).message).to.equal("unknown resource type awsx:ec2:Vpc");
    expect(registered).to.be.empty;
  });

  function answerTo(asked: RegisterResourceRequest, created: boolean): RegisterResourceResponse {
    const answer = new RegisterResourceResponse();
    answer.setUrn(`urn:${registered.length - 1}`);
    const inputs = receive(asked.getObject()).properties;
    const url = asked.getType().startsWith("aws:ecr/repository:")
      ? { repositoryUrl: created ? URL : UNKNOWN }
      : {};
    if (asked.getCustom() && created) answer.setId("edge");
    answer.setObject(send({ ...inputs, ...url }));
    return answer;
  }
});
