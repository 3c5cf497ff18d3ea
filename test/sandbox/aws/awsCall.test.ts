/**
 * Proves, without a socket, how calls are parsed, refused and recorded in both protocols, and how
 * faults count. That the SDK's clients read these refusals is proved in refusals.test.ts.
 */
import { expect } from "chai";
import { AwsRefusal, errorCodeOf, refusalAnswer, xmlText } from "../../../sandbox/aws/awsAnswer";
import { type AwsCall, isWrite, parseCall } from "../../../sandbox/aws/awsCall";
import { Faults } from "../../../sandbox/aws/faults";
import { endToEnd } from "../../../sandbox/aws/forwarder";
import { KeyedLock } from "../../../sandbox/aws/keyedLock";

function signed(service: string): string[] {
  const scope = `AKIAEXAMPLE/20260102/eu-central-1/${service}/aws4_request`;
  const value = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
  return ["Authorization", value];
}

function iamCall(action: string, parameters: Record<string, string> = {}): AwsCall {
  return parseCall({
    method: "POST",
    url: "/",
    rawHeaders: [...signed("iam"), "content-type", "application/x-www-form-urlencoded"],
    body: Buffer.from(new URLSearchParams({ Action: action, ...parameters }).toString()),
  });
}

function ecrCall(action: string, document: string): AwsCall {
  const target = `AmazonEC2ContainerRegistry_V20150921.${action}`;
  return parseCall({
    method: "POST",
    url: "/",
    rawHeaders: [...signed("ecr"), "X-Amz-Target", target],
    body: Buffer.from(document),
  });
}

describe("parseCall", () => {
  it("reads a Query call from its form", () => {
    const call = iamCall("CreateUser", { UserName: "ä b" });
    expect(call).to.include({
      service: "iam",
      action: "CreateUser",
      region: "eu-central-1",
      accessKeyId: "AKIAEXAMPLE",
      protocol: "query",
    });
    expect(call.parameters.UserName).to.equal("ä b");
  });

  it("reads a JSON call from its target", () => {
    const call = ecrCall("SetRepositoryPolicy", '{"repositoryName":"a/b"}');
    expect(call).to.include({ service: "ecr", action: "SetRepositoryPolicy", protocol: "json" });
    expect(call.parameters).to.deep.equal({ repositoryName: "a/b" });
  });

  it("leaves empty what it cannot parse", () => {
    expect(ecrCall("DeleteRepository", "{").parameters).to.deep.equal({});
    const call = parseCall({ method: "GET", url: "/", rawHeaders: [], body: Buffer.alloc(0) });
    expect(call).to.include({ service: "", action: "", region: "", accessKeyId: "" });
  });
});

describe("isWrite", () => {
  it("distinguishes reads from writes by their names", () => {
    const reads = [
      "GetUser",
      "ListUsers",
      "DescribeImages",
      "BatchGetImage",
      "GenerateCredentialReport",
    ];
    const writes = ["CreateUser", "TagUser", "BatchDeleteImage", "SetRepositoryPolicy"];
    expect([...reads, ...writes].filter(isWrite)).to.deep.equal(writes);
  });
});

describe("refusalAnswer", () => {
  const refusal = new AwsRefusal("NoSuchEntity", "no <user> & nothing", 404);

  it("is XML for IAM", () => {
    const answer = refusalAnswer(iamCall("GetUser"), refusal);
    expect(answer.status).to.equal(404);
    expect(errorCodeOf(answer)).to.equal("NoSuchEntity");
    expect(xmlText(answer, "Message")).to.equal("no <user> & nothing");
  });

  it("is JSON for ECR", () => {
    const answer = refusalAnswer(ecrCall("DescribeImages", "{}"), refusal);
    expect(errorCodeOf(answer)).to.equal("NoSuchEntity");
    const document = JSON.parse(answer.body.toString()) as unknown;
    expect(document).to.deep.equal({ __type: "NoSuchEntity", message: refusal.message });
  });

  it("has no error code for a successful response", () => {
    const body = Buffer.from('{"__type":"x"}');
    expect(errorCodeOf({ status: 200, rawHeaders: [], body })).to.equal(undefined);
  });
});

describe("Faults", () => {
  const outcome = (faults: Faults, call: AwsCall) =>
    faults.beforeCall(call).then(
      ({ loseAnswer }) => (loseAnswer ? "lost" : "passed"),
      (error: AwsRefusal) => error.code,
    );

  it("spreads a ratio evenly, and exactly", async () => {
    const faults = new Faults();
    faults.throttle({ ratio: 1 / 3 });
    const outcomes: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      outcomes.push(await outcome(faults, iamCall("GetUser")));
    }
    expect(outcomes.filter((code) => code === "Throttling")).to.have.length(100);
    expect(outcomes.slice(0, 6).map((code) => code === "Throttling")).to.deep.equal([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it("counts only writes for a lost response, and loses one", async () => {
    const faults = new Faults();
    faults.loseResponse(2);
    const outcomes: string[] = [];
    for (const action of ["CreateUser", "GetUser", "TagUser", "TagUser"]) {
      outcomes.push(await outcome(faults, iamCall(action)));
    }
    expect(outcomes).to.deep.equal(["passed", "passed", "lost", "passed"]);
  });

  it("removes all faults on clear", async () => {
    const faults = new Faults();
    faults.failCall({ times: Infinity, error: { code: "X", message: "", status: 500 } });
    faults.throttle({ everyNth: 1 });
    faults.loseResponse(1);
    faults.hideNewUsers({ calls: 9 });
    faults.newUserVisibilityDelay.userMade("acme");
    faults.clear();
    expect(await outcome(faults, iamCall("CreateUser"))).to.equal("passed");
    expect(faults.newUserVisibilityDelay.hides("acme", "iam")).to.equal(false);
  });
});

describe("endToEnd", () => {
  it("drops the headers of the connection and keeps the others as sent, including repeated ones", () => {
    const headers = ["Host", "h:1", "Connection", "close", "X-A", "1", "X-A", "2"];
    expect(endToEnd([...headers, "Transfer-Encoding", "chunked"])).to.deep.equal([
      ...["Host", "h:1", "X-A", "1", "X-A", "2"],
    ]);
  });
});

describe("KeyedLock", () => {
  it("runs work of one key in turn and of another at once, and continues after an error", async () => {
    const lock = new KeyedLock();
    const order: string[] = [];
    const work = (name: string, ms: number) => async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      order.push(name);
      if (name === "first") throw new Error(name);
    };
    const first = lock.run("a", work("first", 20)).catch((error: Error) => error.message);
    await Promise.all([lock.run("a", work("second", 0)), lock.run("b", work("other", 0))]);
    expect(await first).to.equal("first");
    expect(order).to.deep.equal(["other", "first", "second"]);
  });
});
