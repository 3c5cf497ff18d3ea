/**
 * What the local AWS plugin does when AWS refuses a call in the middle of an operation.
 *
 * Proves: the wording of errors; that what was created before the failing step is reported with its
 * state, so that the engine keeps it; that a plain refusal reports nothing; waiting for a principal
 * that is not known yet.
 * Does not prove: what the engine does with it (end-to-end tests), nor that AWS fails this way.
 */
import { expect } from "chai";
import { Refused, type Plugin, type Recorded } from "./support/plugin";
import { pullBy } from "./support/contracts";
import { createWorld, type World } from "./support/world";

const USER = "aws:iam/user:User";
const KEY = "aws:iam/accessKey:AccessKey";
const MEMBERSHIP = "aws:iam/userGroupMembership:UserGroupMembership";
const REPOSITORY = "aws:ecr/repository:Repository";
const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

const DENIED = { code: "AccessDenied", message: "not authorized", status: 403 };

describe("local AWS plugin: failures", function () {
  this.timeout(60_000);
  let world: World;
  let plugin: Plugin;

  before(async () => {
    world = await createWorld();
    plugin = await world.plugin();
  });

  afterEach(() => world.front.faults.clear());
  after(() => world.end());

  async function refusal(attempt: Promise<unknown>): Promise<Refused> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Refused);
    return error as Refused;
  }

  it("reports the operation and the resource, with AWS's code and message", async () => {
    await plugin.create(USER, { name: "taken" });
    const { message, halfDone } = await refusal(plugin.create(USER, { name: "taken" }));
    expect(message).to.match(
      /^creating IAM User \(taken\): operation error IAM: CreateUser, https response error StatusCode: 409, RequestID: .*, api error EntityAlreadyExists: .*taken.*/,
    );
    expect(halfDone).to.equal(undefined);
  });

  it("keeps a key whose status could not be set", async () => {
    await plugin.create(USER, { name: "half" });
    world.front.faults.failCall({ action: "UpdateAccessKey", error: DENIED });
    const inputs = { user: "half", status: "Inactive" };
    const { halfDone, message } = await refusal(plugin.create(KEY, inputs));
    expect(message).to.match(/^updating IAM Access Key \(\w+\): .*AccessDenied/);
    expect(halfDone?.reasons).to.deep.equal([message]);
    expect(halfDone?.state).to.include({ user: "half", status: "Active" });
    expect(halfDone?.state.secret).to.match(/.{20,}/);

    const left: Recorded = { id: halfDone?.id ?? "", inputs, state: halfDone?.state ?? {} };
    expect((await plugin.diff(KEY, left, inputs)).paths).to.deep.equal(["status"]);
    const repaired = await plugin.update(KEY, left, inputs);
    expect(repaired.state).to.include({ status: "Inactive", secret: left.state.secret });
  });

  it("keeps the groups that a user is in when one is refused", async () => {
    await plugin.create(USER, { name: "two-groups" });
    await plugin.create("aws:iam/group:Group", { name: "there" });
    const inputs = { user: "two-groups", groups: ["there", "missing"] };
    const { halfDone } = await refusal(plugin.create(MEMBERSHIP, inputs));
    expect(halfDone?.state).to.deep.equal({ user: "two-groups", groups: ["there"] });
    const none = { user: "two-groups", groups: ["missing"] };
    expect((await refusal(plugin.create(MEMBERSHIP, none))).halfDone).to.equal(undefined);
  });

  it("keeps what an update reached before it failed", async () => {
    const made = await plugin.create(USER, { name: "tagged", tags: { a: "1" } });
    world.front.faults.failCall({ action: "TagUser", error: DENIED });
    const news = { name: "tagged", tags: { a: "2" }, forceDestroy: true };
    const { halfDone } = await refusal(plugin.update(USER, made, news));
    expect(halfDone?.id).to.equal("tagged");
    expect(halfDone?.state).to.deep.include({ tags: { a: "1" }, tagsAll: { a: "1" } });
  });

  it("keeps the state of a resource that it is not allowed to read", async () => {
    await plugin.create(USER, { name: "kept" });
    const key = await plugin.create(KEY, { user: "kept" });
    world.front.faults.failCall({ action: "ListAccessKeys", error: DENIED });
    expect((await refusal(plugin.read(KEY, key))).message).to.match(/AccessDenied/);
  });

  it("retries a call that AWS throttles", async () => {
    world.front.faults.failCall({
      action: "CreateUser",
      times: 2,
      error: { code: "Throttling", message: "Rate exceeded", status: 400 },
    });
    await plugin.create(USER, { name: "throttled" });
    expect(world.front.journal.calls("CreateUser").length).to.be.greaterThan(2);
  });

  it("waits for a principal that ECR does not know yet", async () => {
    await plugin.create(REPOSITORY, { name: "waiting" });
    world.front.faults.hideNewUsers({ calls: 3 });
    await plugin.create(USER, { name: "new" });
    world.front.journal.reset();
    await plugin.create(REPOSITORY_POLICY, { repository: "waiting", policy: pullBy("new") });
    expect(world.front.journal.calls("SetRepositoryPolicy").length).to.be.greaterThan(1);
  });

  it("stops waiting after the configured time", async () => {
    const hasty = await world.plugin(undefined, { SANDBOX_PROPAGATION_SECONDS: "1.4" });
    await plugin.create(REPOSITORY, { name: "hasty" });
    world.front.journal.reset();
    const inputs = { repository: "hasty", policy: pullBy("never") };
    const { message } = await refusal(hasty.create(REPOSITORY_POLICY, inputs));
    expect(message).to.match(/^creating ECR Repository Policy \(hasty\): .*Principal not found/);
    // At once, after half a second, and at the end; the second call has 0.9 seconds to be answered.
    expect(world.front.journal.calls("SetRepositoryPolicy")).to.have.length(3);
  });

  it("does not retry an error that is not transient", async () => {
    await plugin.create(REPOSITORY, { name: "at-once" });
    world.front.journal.reset();
    const policy = pullBy().replace('"ecr:BatchGetImage"', '"ecr:BatchGetImage"],"Resource":["*"');
    await refusal(plugin.create(REPOSITORY_POLICY, { repository: "at-once", policy }));
    expect(world.front.journal.calls("SetRepositoryPolicy")).to.have.length(1);
  });
});
