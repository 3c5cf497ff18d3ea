/**
 * Proves that the front injects faults into the chosen calls, with the errors that the SDK's clients see
 * as throttling, invisibility or a lost response, and that the journal records the calls. It says nothing
 * about how often or when AWS fails.
 */
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  ADMINISTRATOR,
  freshName,
  pullPolicy,
  refusalOf,
  REGION,
  type SandboxAws,
  startSandboxAws,
} from "./support/sandboxAws";

describe("the faults and the journal of the sandbox's AWS", () => {
  let sandbox: SandboxAws;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
  });
  after(() => sandbox.stop());
  afterEach(() => sandbox.front.faults.clear());
  beforeEach(() => sandbox.front.journal.reset());

  const createUser = (UserName: string, Path?: string) =>
    sandbox.behind.iam.send(new CreateUserCommand({ UserName, Path }));
  const getUser = (UserName: string) => sandbox.behind.iam.send(new GetUserCommand({ UserName }));
  const codeOf = async (call: Promise<unknown>) => (await refusalOf(call))?.code;

  it("fails matching calls from the n-th on, the given number of times, without effect", async () => {
    const [name, other] = [freshName(), freshName()];
    const error = { code: "ServiceFailure", message: "sandbox", status: 500 };
    sandbox.front.faults.failCall({
      action: "GetUser",
      userName: name,
      nth: 2,
      times: 2,
      error,
    });
    await createUser(name);
    await createUser(other);
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 4; index += 1) {
      codes.push(await codeOf(getUser(name)));
      expect(await codeOf(getUser(other))).to.equal(undefined);
    }
    expect(codes).to.deep.equal([undefined, "ServiceFailure", "ServiceFailure", undefined]);
  });

  it("fails a call about a repository with an error in ECR's format", async () => {
    const repositoryName = freshName("repository");
    const error = { code: "ServerException", message: "sandbox", status: 500 };
    sandbox.front.faults.failCall({ repository: repositoryName, times: Infinity, error });
    const call = () => sandbox.behind.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    for (let index = 0; index < 2; index += 1) {
      expect(await refusalOf(call())).to.deep.equal({
        code: "ServerException",
        message: "sandbox",
        status: 500,
      });
    }
    sandbox.front.faults.clear();
    expect(await refusalOf(call())).to.equal(undefined);
  });

  it("throttles every third call, with each service's own error", async () => {
    sandbox.front.faults.throttle({ everyNth: 3 });
    const list = () => codeOf(sandbox.behind.iam.send(new ListUsersCommand({})));
    const describeAll = () => codeOf(sandbox.behind.ecr.send(new DescribeRepositoriesCommand({})));
    expect([await list(), await list(), await list()]).to.deep.equal([
      undefined,
      undefined,
      "Throttling",
    ]);
    expect([await describeAll(), await describeAll(), await describeAll()]).to.deep.equal([
      undefined,
      undefined,
      "ThrottlingException",
    ]);
  });

  it("throttles a random share of the calls, the same ones for the same seed", async () => {
    const throttled = async (seed: number) => {
      sandbox.front.faults.throttle({ ratio: 0.4, seed });
      const found: number[] = [];
      for (let index = 0; index < 50; index += 1) {
        if ((await codeOf(sandbox.behind.iam.send(new ListUsersCommand({})))) !== undefined) {
          found.push(index);
        }
      }
      return found;
    };
    const first = await throttled(1);
    expect(first.length).to.be.within(12, 28);
    expect(await throttled(1)).to.deep.equal(first);
    expect(await throttled(2)).not.to.deep.equal(first);
  });

  it("adds latency to all calls, or to those of one action", async () => {
    const took = async (call: () => Promise<unknown>) => {
      const start = process.hrtime.bigint();
      await call();
      return Number(process.hrtime.bigint() - start) / 1e6;
    };
    const list = () => sandbox.behind.iam.send(new ListUsersCommand({}));
    sandbox.front.faults.delay(200);
    expect(await took(list)).to.be.at.least(199);
    sandbox.front.faults.delay(200, "ListUsers");
    expect(await took(list)).to.be.at.least(399);
  });

  it("throttles IAM's writes and reads beyond a rate, each by itself, and no other service", async () => {
    // One call passes, and the next one after a quarter of an hour.
    sandbox.front.faults.limitRate(0.001);
    const codes = (calls: number, send: () => Promise<unknown>) =>
      Promise.all(Array.from({ length: calls }, () => codeOf(send())));
    const reads = await codes(5, () => sandbox.behind.iam.send(new ListUsersCommand({})));
    const writes = await codes(5, () => createUser(freshName()));
    const others = await codes(5, () =>
      sandbox.behind.ecr.send(new DescribeRepositoriesCommand({})),
    );
    const oneOfFive = [...Array.from({ length: 4 }, () => "Throttling"), undefined];
    expect(reads).to.have.members(oneOfFive);
    expect(writes).to.have.members(oneOfFive);
    expect(others).to.deep.equal(Array.from({ length: 5 }, () => undefined));
  });

  it("answers no call while the network is down, and afterwards those that still wait", async () => {
    const [kept, lost] = [freshName(), freshName()];
    sandbox.front.faults.stopAnswering();
    const waiting = createUser(kept);
    const giveUp = new AbortController();
    const abandoned = sandbox.behind.iam.send(new CreateUserCommand({ UserName: lost }), {
      abortSignal: giveUp.signal,
    });
    const journal = sandbox.front.journal;
    while (journal.calls("CreateUser").length < 2) await nextTurn();
    expect(journal.calls().map(({ status }) => status)).to.deep.equal([undefined, undefined]);
    giveUp.abort();
    expect(await codeOf(abandoned)).to.equal("AbortError");
    // The front learns of the end of the connection a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500));

    sandbox.front.faults.answerAgain();
    expect((await waiting).User?.UserName).to.equal(kept);
    expect(await codeOf(getUser(lost))).to.equal("NoSuchEntity");
  });

  it("drops the network at the k-th write, which does not take effect", async () => {
    const [first, second] = [freshName(), freshName()];
    const { faults } = sandbox.front;
    faults.atCall(2, () => faults.stopAnswering());
    await createUser(first);
    const waiting = createUser(second);
    while (sandbox.front.journal.calls("CreateUser").length < 2) await nextTurn();
    const bare = new GetUserCommand({ UserName: second });
    expect(await codeOf(sandbox.bare.iam.send(bare))).to.equal("NoSuchEntity");
    faults.clear();
    await waiting;
  });

  it("is recognized as throttling by the SDK, which retries", async () => {
    sandbox.front.faults.throttle({ ratio: 0.5 });
    const options = { endpoint: sandbox.front.endpoint, region: REGION, maxAttempts: 3 };
    const iam = new IAMClient({ ...options, credentials: ADMINISTRATOR });
    for (let index = 0; index < 4; index += 1) await iam.send(new ListUsersCommand({}));
    const throttled = sandbox.front.journal
      .calls()
      .filter(({ errorCode }) => errorCode === "Throttling");
    expect(throttled).to.have.length.greaterThan(2);
  });

  it("hides a new user for a number of calls, from IAM and from ECR independently", async () => {
    const [name, repositoryName, GroupName] = [freshName(), freshName("r"), freshName("group")];
    await sandbox.behind.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    await sandbox.behind.iam.send(new CreateGroupCommand({ GroupName }));
    sandbox.front.faults.hideNewUsers({ calls: 2 });
    const { User: user } = await createUser(name, "/customers/");
    const policyText = pullPolicy(user?.Arn ?? "");
    const put = () =>
      refusalOf(
        sandbox.behind.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })),
      );
    const join = new AddUserToGroupCommand({ UserName: name, GroupName });
    expect(await codeOf(getUser(name))).to.equal("NoSuchEntity");
    expect(await codeOf(sandbox.behind.iam.send(join))).to.equal("NoSuchEntity");
    expect(await refusalOf(getUser(name))).to.equal(undefined);
    expect((await put())?.message).to.include("Principal not found");
    expect((await put())?.message).to.include("Principal not found");
    expect(await put()).to.equal(undefined);
  });

  it("hides a new user for a time", async () => {
    const [before, name] = [freshName(), freshName()];
    await createUser(before);
    sandbox.front.faults.hideNewUsers({ ms: 2_000 });
    await createUser(name);
    expect(await codeOf(getUser(name))).to.equal("NoSuchEntity");
    expect(await refusalOf(getUser(before))).to.equal(undefined);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await refusalOf(getUser(name))).to.equal(undefined);
  });

  it("loses the response of the k-th write, which takes effect", async () => {
    const [first, second] = [freshName(), freshName()];
    sandbox.front.faults.loseResponse(2);
    await createUser(first);
    await getUser(first);
    const refusal = await refusalOf(createUser(second));
    // The SDK's name for a connection that was reset; there is no HTTP status.
    expect(refusal).to.include({ code: "TimeoutError", status: undefined });
    expect((await getUser(second)).User?.UserName).to.equal(second);
    expect(await codeOf(createUser(second))).to.equal("EntityAlreadyExists");
  });

  it("runs a callback before the k-th write, and waits for it", async () => {
    const [first, second] = [freshName(), freshName()];
    const seen: (string | undefined)[] = [];
    sandbox.front.faults.atCall(2, async () => {
      seen.push(await codeOf(getUser(first)), await codeOf(getUser(second)));
    });
    await createUser(first);
    await createUser(second);
    expect(seen).to.deep.equal([undefined, "NoSuchEntity"]);
  });

  it("records for each call the key, the action, the subject and the outcome", async () => {
    const name = freshName();
    const start = new Date();
    await createUser(name);
    await getUser(name);
    await refusalOf(createUser(name));
    const calls = sandbox.front.journal.calls();
    expect(
      calls.map(({ index, action, status, errorCode }) => [index, action, status, errorCode]),
    ).to.deep.equal([
      [0, "CreateUser", 200, undefined],
      [1, "GetUser", 200, undefined],
      [2, "CreateUser", 409, "EntityAlreadyExists"],
    ]);
    expect(calls[0]).to.deep.include({
      service: "iam",
      region: "eu-central-1",
      accessKeyId: ADMINISTRATOR.accessKeyId,
      parameters: { UserName: name },
    });
    expect(calls[0]?.userAgent).to.include("aws-sdk-js");
    expect(calls[0]?.at.getTime()).to.be.within(start.getTime(), Date.now());
    expect(sandbox.front.journal.writes()).to.equal(2);
    expect(sandbox.front.journal.calls("GetUser")).to.have.length(1);
    sandbox.front.journal.reset();
    expect(sandbox.front.journal.calls()).to.deep.equal([]);
  });
});
