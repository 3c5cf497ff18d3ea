/**
 * Proves that the sandbox's AWS reports which services and actions a user has used, by jobs as IAM's: not ready at once,
 * and for those only who may ask. The delay of up to four hours is not imitated.
 */
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
} from "@aws-sdk/client-iam";
import { DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { makeCustomer, refusalOf, type SandboxAws, startSandboxAws } from "./support/sandboxAws";

describe("the services that a user has used, in the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
  });
  after(() => sandbox.stop());

  const report = async (Arn: string, Granularity?: "ACTION_LEVEL") => {
    const { iam } = sandbox.behind;
    const command = new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity });
    const { JobId } = await iam.send(command);
    const get = () => iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    expect((await get()).JobStatus).to.equal("IN_PROGRESS");
    const { JobStatus, ServicesLastAccessed = [] } = await get();
    expect(JobStatus).to.equal("COMPLETED");
    return ServicesLastAccessed;
  };

  it("are those of its keys' calls, denied ones too, with the actions if asked for", async () => {
    const user = await makeCustomer(sandbox);
    expect(await report(user.arn, "ACTION_LEVEL")).to.deep.equal([]);
    const denied = await refusalOf(user.clients.ecr.send(new DescribeRepositoriesCommand({})));
    expect(denied?.code).to.equal("AccessDeniedException");
    const [ecr] = await report(user.arn, "ACTION_LEVEL");
    expect(ecr?.ServiceNamespace).to.equal("ecr");
    expect(ecr?.LastAuthenticated).to.be.instanceOf(Date);
    const actions = ecr?.TrackedActionsLastAccessed?.map(({ ActionName }) => ActionName);
    expect(actions).to.deep.equal(["DescribeRepositories"]);
    const [plain] = await report(user.arn);
    expect(plain?.TrackedActionsLastAccessed).to.equal(undefined);
  });

  it("are refused for a user that does not exist, an unknown job, and to whoever may not ask", async () => {
    const { iam } = sandbox.behind;
    const arn = "arn:aws:iam::123456789012:user/no-one";
    const missing = new GenerateServiceLastAccessedDetailsCommand({ Arn: arn });
    expect(await refusalOf(iam.send(missing))).to.include({ code: "NoSuchEntity", status: 404 });
    const unknown = new GetServiceLastAccessedDetailsCommand({
      JobId: "00000000-0000-0000-0000-000000000000",
    });
    expect(await refusalOf(iam.send(unknown))).to.include({ code: "NoSuchEntity", status: 404 });
    const user = await makeCustomer(sandbox);
    const own = new GenerateServiceLastAccessedDetailsCommand({ Arn: user.arn });
    const refused = await refusalOf(user.clients.iam.send(own));
    expect(refused).to.include({ code: "AccessDenied", status: 403 });
  });
});
