/**
 * Proves that the roles of docs/aws-setup are enough, and what for: every call that the engine makes in
 * the life of a stack, as the sandbox's front has seen it, is put to the policy simulator on the very
 * thing it was about; and a preview writes nothing, neither in AWS nor in the state.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { JournalEntry } from "../../sandbox/aws/journal";
import { repositoryArn, roleArn, userArn } from "../../src/access/arns";
import { readBack } from "../../automation/update/readBack";
import { ACCOUNT } from "../awsSetup/support/documents";
import { arn, ask, type Role } from "../awsSetup/support/roles";
import { deploy, expectDone } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

const SANDBOX_ACCOUNT = /\b123456789012\b/g;
const TOKENS = (more: string) =>
  `name: S\nrepositories: [edge-agent, telemetry-sdk]\nidentity: { oidc: { issuer: "https://oidc.soylent.example", ${more} } }\n`;
const ACME = "name: Acme\nrepositories: [dashboard, edge-agent, telemetry-sdk]\n";

/** Calls that know no resource. */
const OF_THE_ACCOUNT =
  /^(List(Users|VirtualMFADevices)|GetAccountAuthorizationDetails|(Generate|Get)CredentialReport|GetRegistryPolicy)$/;

describe("the roles of docs/aws-setup, for the life of a stack", function () {
  const running = withSandbox(this);

  /** Calls since the last check that the role would be refused, each once: `ecr:DeleteRepository`. */
  async function refused(role: Role): Promise<string[]> {
    const calls = running.sandbox.front.journal.calls();
    expect(calls).not.to.have.length(0);
    const found = new Set<string>();
    for (const call of calls) {
      const action = `${call.service}:${call.action}`;
      const policy = call.parameters.PolicyArn?.replace(SANDBOX_ACCOUNT, ACCOUNT);
      // AWS fills the key in for these two calls only, and the simulator knows that.
      const context = policy === undefined ? undefined : { "iam:PolicyARN": policy };
      const answer = await ask(role, { action, resource: resourceOf(call), context });
      if (answer !== "Allowed") found.add(action);
    }
    return [...found].sort();
  }

  /** What a call was about, in the account of the examples. */
  function resourceOf({ service, action, region, parameters }: JournalEntry): string {
    const { UserName, GroupName, RoleName, PolicyArn, PolicyName, repositoryName } = parameters;
    const { OpenIDConnectProviderArn, Url } = parameters;
    if (service === "sts" || OF_THE_ACCOUNT.test(action)) return "*";
    // With `AllUsers` it is about every user.
    if (action === "ListServiceSpecificCredentials" && UserName === undefined)
      return arn("user/any");
    if (service === "ecr") return repositoryArn(ACCOUNT, region, repositoryName ?? "dashboard");
    if (GroupName !== undefined) return arn(`group/${GroupName}`);
    if (UserName !== undefined) return userArn(HOME, UserName);
    if (RoleName !== undefined) return roleArn(HOME, RoleName);
    if (Url !== undefined) return arn(`oidc-provider/${Url.replace("https://", "")}`);
    if (OpenIDConnectProviderArn !== undefined) {
      return OpenIDConnectProviderArn.replace(SANDBOX_ACCOUNT, ACCOUNT);
    }
    if (PolicyArn !== undefined) return PolicyArn.replace(SANDBOX_ACCOUNT, ACCOUNT);
    return arn(`policy/${PolicyName}`);
  }

  /** Every file of the state, with when it was written. */
  function state(): string[] {
    const directory = join(running.project.directory, "state");
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
      .map((name) => join(directory, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => `${file} ${statSync(file).mtimeMs} ${readFileSync(file).length}`)
      .sort();
  }

  beforeEach(() => running.sandbox.front.journal.reset());

  it("deploy: first deployment, with everything that a catalogue and a file can say", async () => {
    running.project.write("acme", ACME);
    running.project.write("globex", `${ACME}status: suspended\n`);
    running.project.write("hooli", `${ACME}expires: 2027-01-31\nkeys: {1: inactive, 2: active}\n`);
    running.project.write(
      "initech",
      'name: I\nrepositories: [dashboard]\nawsAccount: "210987654321"\n',
    );
    running.project.write("soylent", TOKENS("audience: ecr, subjects: [puller]"));
    running.project.write("umbrella", TOKENS("audience: ecr, subjects: [umbrella]"));
    expectDone(await running.project.update());
    expect(await refused("deploy")).to.deep.equal([]);
    expect(await refused("preview")).to.include.members([
      "iam:CreateUser",
      "iam:CreateRole",
      "iam:CreateOpenIDConnectProvider",
    ]);
  });

  it("deploy: changes of all kinds, after a refresh", async () => {
    running.project.write("acme", `${ACME}status: suspended\nsource: {system: crm, id: "1"}\n`);
    running.project.write("globex", ACME.replace(", telemetry-sdk", ""));
    running.project.write("hooli", `${ACME}keys: {2: active}\n`);
    running.project.remove("initech");
    const changed = TOKENS("audience: sts.amazonaws.com, subjects: [other]");
    running.project.write("soylent", `${changed}status: suspended\n`);
    running.project.write("umbrella", TOKENS("audience: sts.amazonaws.com, subjects: [umbrella]"));
    expectDone(await running.project.update({ refresh: true }));
    expect(await refused("deploy")).to.deep.equal([]);
  });

  it("preview: after a refresh, with a change to show, and nothing is written", async () => {
    running.project.remove("hooli");
    const before = state();
    expect(before).not.to.have.length(0);
    expectDone(await running.project.preview({ refresh: true }));
    // As `drift` and `doctor` read.
    await readBack(running.sandbox.view, running.project.load());
    expect(state()).to.deep.equal(before);
    expect(running.sandbox.front.journal.writes()).to.equal(0);
    expect(await refused("preview")).to.deep.equal([]);
  });

  it("deploy: the end of customers, one with a key that was created by hand, one with a role", async () => {
    running.project.remove("umbrella");
    await running.sandbox.view.iam.send(new CreateAccessKeyCommand({ UserName: "hooli" }));
    await deploy(running);
    expect(await refused("deploy")).to.deep.equal([]);
  });

  it("deploy: a complete destroy, except for the deletion of a repository with images", async () => {
    expectDone(await running.project.destroy());
    expect(await refused("deploy")).to.deep.equal(["ecr:DeleteRepository"]);
  });
});
