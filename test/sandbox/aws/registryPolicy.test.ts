/**
 * Proves that the sandbox's ECR keeps a registry policy for each region, refuses invalid ones, and that it
 * is evaluated together with the repositories' policies, unless its scope is V1. The emulator as released
 * does not know these calls.
 * It does not prove how AWS itself combines the two: that is taken from the Amazon ECR User Guide.
 */
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRegistryPolicyCommand,
  GetAccountSettingCommand,
  GetRegistryPolicyCommand,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { expect } from "chai";
import {
  ACCOUNT,
  ADMINISTRATOR,
  type Clients,
  clientsOf,
  freshName,
  makeCustomer,
  pullPolicy,
  refusalOf,
  REGION,
  type SandboxAws,
  startReleasedEmulator,
  startSandboxAws,
} from "./support/sandboxAws";

const ECR = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/`;

function registryPolicy(effect: string, principal: string, resource: string): string {
  const statement = {
    Effect: effect,
    Principal: { AWS: principal },
    Action: ["ecr:BatchGetImage"],
    Resource: resource,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

describe("the registry policy of the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  let repositoryName: string;
  const ecr = () => sandbox.behind.ecr;
  const put = (policyText: string) => ecr().send(new PutRegistryPolicyCommand({ policyText }));

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    repositoryName = freshName("repository");
    await ecr().send(new CreateRepositoryCommand({ repositoryName }));
  });
  afterEach(() => refusalOf(ecr().send(new DeleteRegistryPolicyCommand({}))));

  const mayPull = async (clients: Clients) => {
    const imageIds = [{ imageTag: "1" }];
    const call = clients.ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    return (await refusalOf(call)) === undefined;
  };

  it("is missing at first, set for its own region only, and deleted", async () => {
    const get = new GetRegistryPolicyCommand({});
    const missing = {
      code: "RegistryPolicyNotFoundException",
      message: `Registry policy does not exist in the registry with id '${ACCOUNT}'`,
      status: 400,
    };
    expect(await refusalOf(ecr().send(get))).to.deep.equal(missing);
    const policyText = registryPolicy("Allow", ACCOUNT, "*");
    await put(policyText);
    expect(await ecr().send(get)).to.include({ registryId: ACCOUNT, policyText });
    const elsewhere = clientsOf(sandbox.front.endpoint, ADMINISTRATOR, "us-west-2");
    expect(await refusalOf(elsewhere.ecr.send(get))).to.deep.equal(missing);
    await ecr().send(new DeleteRegistryPolicyCommand({}));
    expect(await refusalOf(ecr().send(get))).to.deep.equal(missing);
  });

  const invalid: Record<string, string> = {
    "a text that is not JSON": "{",
    "a statement without Resource": pullPolicy(ACCOUNT),
    "no statement": "{}",
  };
  for (const [what, text] of Object.entries(invalid)) {
    it(`cannot be ${what}`, async () => {
      expect(await refusalOf(put(text))).to.deep.equal({
        code: "InvalidParameterException",
        message:
          "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'",
        status: 400,
      });
    });
  }

  it("gives access to those that no repository policy names, in the repositories that it names", async () => {
    const { arn, clients } = await makeCustomer(sandbox);
    await put(registryPolicy("Allow", arn, `${ECR}other-*`));
    expect(await mayPull(clients)).to.equal(false);
    await put(registryPolicy("Allow", arn, `${ECR}repository-*`));
    expect(await mayPull(clients)).to.equal(true);
  });

  it("denies access to those that a repository policy names, unless its scope is V1", async () => {
    const { arn, clients } = await makeCustomer(sandbox);
    const policyText = pullPolicy(arn);
    await ecr().send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    expect(await mayPull(clients)).to.equal(true);
    await put(registryPolicy("Deny", arn, "*"));
    expect(await mayPull(clients)).to.equal(false);

    const name = "REGISTRY_POLICY_SCOPE";
    expect((await ecr().send(new GetAccountSettingCommand({ name }))).value).to.equal("V2");
    await ecr().send(new PutAccountSettingCommand({ name, value: "V1" }));
    try {
      expect(await mayPull(clients)).to.equal(true);
    } finally {
      await ecr().send(new PutAccountSettingCommand({ name, value: "V2" }));
    }
  });

  it("cannot be read by a customer", async () => {
    const { clients } = await makeCustomer(sandbox);
    const refusal = await refusalOf(clients.ecr.send(new GetRegistryPolicyCommand({})));
    expect(refusal?.code).to.equal("AccessDeniedException");
  });

  it("control: is not known to the emulator as released", async () => {
    const released = await startReleasedEmulator();
    try {
      const refusal = await refusalOf(released.ecr.send(new GetRegistryPolicyCommand({})));
      expect(refusal?.code).to.equal("InvalidAction");
    } finally {
      await released.stop();
    }
  });
});
