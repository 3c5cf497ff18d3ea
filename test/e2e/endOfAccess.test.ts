/**
 * Proves how access ends: in an emergency by a role that may do nothing else, without the engine, and an
 * update afterwards agrees; running it again finishes a run that was killed at any of its calls; and
 * permanently, in two steps, with the id never used again. Also that the doctor shows each state, and that
 * no secret is written anywhere. Judged by what AWS holds and by a signed pull.
 */
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { userArn } from "../../src/access/arns";
import { ACCOUNT } from "../awsSetup/support/documents";
import { ask } from "../awsSetup/support/roles";
import type { ScriptRun } from "../automation/support/script";
import { customerKey, signedPull, type CustomerKey } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";
const HOME = { account: ACCOUNT, region: "eu-central-1" };

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
/** With the time of the script's runs in this process as its mark. */
const DENIED = {
  [DENY_POLICY_NAME]: denyPolicy({ status: "suspended", revoked: "2026-11-23T12:00:00Z" }),
};

/** All that revoking needs. */
const ALLOWED = [
  "sts:GetCallerIdentity",
  "iam:ListUsers",
  "iam:GetUser",
  "iam:ListAccessKeys",
  "iam:UpdateAccessKey",
  "iam:ListUserPolicies",
  "iam:GetUserPolicy",
  "iam:PutUserPolicy",
];

describe("the end of access", function () {
  const running = withSandbox(this, SETTINGS);
  const written: string[] = [];
  /** Environment of the revoke role. */
  let role: Record<string, string>;
  const secrets: CustomerKey[] = [];

  async function customers(
    line: string,
    environment: Record<string, string> = {},
  ): Promise<ScriptRun> {
    const run = await customersScript(running, line.split(" "), { environment });
    written.push(run.stdout, run.stderr);
    return run;
  }
  const asRole = (line: string) => customers(line, role);
  const path = (id: string) => join(running.project.directory, `customers/${id}.yaml`);
  const text = (id: string) => readFileSync(path(id), "utf8");

  async function pull(key: CustomerKey): Promise<string> {
    return signedPull(running)(key, "edge-agent").then(
      () => "pulled",
      (error: Error) => error.name,
    );
  }

  before(async function () {
    this.timeout(12 * 60_000);
    const { project, sandbox } = running;
    for (const id of ["acme", "globex", "hooli"]) {
      project.write(id, `name: ${id}\nrepositories: [edge-agent, sdk]\n`);
    }
    project.write("own", 'name: Own\nrepositories: [edge-agent]\nawsAccount: "210987654321"\n');
    const { code, stderr } = await customers("up --yes");
    expect(code, stderr).to.equal(0);
    secrets.push(customerKey(running, "acme-1"), customerKey(running, "globex-1"));

    const UserName = "revoker";
    const { iam } = sandbox.view;
    await iam.send(new CreateUserCommand({ UserName }));
    // The emulator does not know the path of a user when it judges an IAM call; that the role of
    // docs/aws-setup allows each call on that user is asked of the policy simulator below.
    const statement = { Effect: "Allow", Action: ALLOWED, Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "revoke", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    role = {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
    };
  });

  it("has not come before a revocation: the doctor finds nothing wrong, and the customer can pull", async () => {
    const { code, stdout } = await customers("doctor acme");
    expect(stdout).to.contain("acme should pull edge-agent in eu-central-1, sdk in eu-central-1.");
    expect(stdout).to.contain("AWS holds what the files say.");
    expect(code, stdout).to.equal(0);
    const own = await customers("doctor own --json");
    expect([own.code, JSON.parse(own.stdout).findings.length]).to.deep.equal([0, 1]);
    expect(await pull(secrets[0]!)).to.equal("pulled");
  });

  it("is only described without --now, without a call to AWS", async () => {
    const calls = running.sandbox.front.journal.calls().length;
    const { code, stdout, stderr } = await asRole("revoke acme");
    expect(code).to.equal(2);
    expect(stdout).to.contain("set every key inactive that AWS lists");
    expect(stderr).to.equal(
      "Nothing was written. `npm run customers -- revoke acme --now` does it.\n",
    );
    expect(running.sandbox.front.journal.calls()).to.have.length(calls);
  });

  it("takes effect at once with the revoke role, for every key, and is written to the file", async () => {
    const { sandbox } = running;
    await sandbox.view.iam.send(new CreateAccessKeyCommand({ UserName: "globex" }));
    const calls = sandbox.front.journal.calls().length;
    for (const id of ["acme", "globex"]) {
      const { code, stdout, stderr } = await asRole(`revoke ${id} --now`);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.contain("Read back from AWS: denied, no key active.");
      expect(stdout).to.contain("Images already pulled cannot be taken back");
      const user = await sandbox.view.user(id);
      expect(user.inlinePolicies).to.deep.equal(DENIED);
      expect(new Set(Object.values(user.keys))).to.deep.equal(new Set(["Inactive"]));
      expect(text(id)).to.equal(
        `name: ${id}\nrepositories: [edge-agent, sdk]\nstatus: suspended # 2026-11-23 revoked\nrevoked: 2026-11-23T12:00:00Z\nkeys: { 1: inactive }\n`,
      );
    }
    expect(Object.keys((await sandbox.view.user("globex")).keys)).to.have.length(2);
    const asked = sandbox.front.journal
      .calls()
      .slice(calls)
      .filter(({ accessKeyId }) => accessKeyId === role["AWS_ACCESS_KEY_ID"]);
    const actions = asked.map(({ service, action }) => `${service}:${action}`);
    expect(actions).to.include("iam:PutUserPolicy");
    expect(actions.filter((action) => !ALLOWED.includes(action))).to.deep.equal([]);
    for (const { service, action, parameters } of asked) {
      const { UserName } = parameters;
      const resource = UserName === undefined ? "*" : userArn(HOME, UserName);
      const answer = await ask("revoke", { action: `${service}:${action}`, resource });
      expect(answer, action).to.equal("Allowed");
    }
    for (const key of secrets) expect(await pull(key)).to.match(/UnrecognizedClient|InvalidClient/);
    // Were the key to work again, the deny would still hold.
    await sandbox.view.setKeyStatus("acme", secrets[0]?.accessKeyId ?? "", "Active");
    expect(await pull(secrets[0]!)).to.match(/AccessDenied/);
    expect((await asRole("revoke acme --now")).code).to.equal(0);
    expect(text("acme").match(/suspended/g)).to.have.length(1);
  });

  it("is not complete while a policy still names the customer: offboard refuses and says which", async () => {
    const { code, stderr } = await customers("offboard acme");
    expect(code).to.equal(2);
    expect(stderr).to.match(/in the policy of edge-agent in eu-central-1 names .*customer acme/);
    expect(stderr).to.contain("user acme: the tag pull:sdk is not in its file");
    expect(existsSync(path("acme"))).to.equal(true);
    expect((await customers("doctor acme")).stdout).to.match(/WRONG.*names .*customer acme/);
  });

  it("is confirmed by the next update, which removes grants and changes nothing else", async () => {
    const { view } = running.sandbox;
    const before = await view.user("acme");
    const { code, stderr } = await customers("up --yes --allow-revocations 2");
    // An undeclared key is reported each time, until it is deleted.
    expect(stderr).to.contain("of user globex is Inactive in AWS, but no file declares it");
    expect(code).to.equal(1);
    const after = await view.user("acme");
    expect(after).to.deep.equal({ ...before, tags: { "ecr-customers:customer": "acme" } });
    const again = await customers("preview --expect-no-changes");
    expect(again.code, again.stdout).to.equal(0);
    expect((await customers("doctor acme")).code).to.equal(0);
    const { stdout } = await customers("keys status globex");
    expect(stdout).to.contain("of user globex is Inactive in AWS, but no file declares it");
  });

  it("is explained by the doctor from a customer's error message", async () => {
    const run = await customersScript(running, [
      ...[
        "doctor",
        "acme",
        "--error",
        "DENIED: x with an explicit deny in an identity-based policy",
      ],
    ]);
    expect(run.stdout).to.contain("The customer is denied on purpose");
    const { iam } = running.sandbox.view;
    const membership = { UserName: "hooli", GroupName: "ecr-customers" };
    await iam.send(new RemoveUserFromGroupCommand(membership));
    const { code, stdout } = await customers("doctor hooli");
    await iam.send(new AddUserToGroupCommand(membership));
    expect(code).to.equal(1);
    expect(stdout).to.match(/WRONG {2}user hooli is not in the group ecr-customers/);
  });

  it("is complete in AWS although the file is broken or missing, and the command says what is left", async () => {
    const { project, sandbox } = running;
    project.write("hooli", "name: [\n");
    const broken = await asRole("revoke hooli --now");
    expect(broken.code).to.equal(1);
    expect(broken.stderr).to.match(
      /hooli\.yaml could not be edited .*write `status: suspended` into it and/,
    );
    expect((await sandbox.view.user("hooli")).inlinePolicies).to.deep.equal(DENIED);
    project.remove("hooli");
    const missing = await asRole("revoke hooli --now");
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.contain("if it is on another branch, suspend the customer there");
    project.write("hooli", "name: hooli\nrepositories: [edge-agent]\n");
    expect((await asRole("revoke hooli --now")).code).to.equal(0);
  });

  for (const [command, said] of [
    ["revoke hoolli --now", "did you mean hooli?"],
    [
      "revoke own --now",
      "it pulls with its own AWS account 210987654321, where this stack cannot deny anything",
    ],
  ] as const) {
    it(`is not brought about by \`${command}\`, which says why`, async () => {
      const { code, stderr } = await asRole(command);
      expect(code).to.equal(1);
      expect(stderr).to.contain(said);
    });
  }

  it("stops before the first write in another account, and when AWS does not answer", async () => {
    const { project, sandbox } = running;
    const writes = sandbox.front.journal.writes();
    project.settings(SETTINGS.replace("123456789012", "210987654321"));
    const other = await asRole("revoke hooli --now");
    project.settings(SETTINGS);
    expect(other.code).to.equal(1);
    expect(other.stderr).to.contain(
      "belong to account 123456789012, and stack dev is in 210987654321",
    );
    // The port of the discard protocol, on which nothing listens.
    const gone = await customers("revoke hooli --now", { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    expect([gone.code, gone.stderr]).to.deep.equal([
      1,
      "Error: AWS cannot be reached (ECONNREFUSED)\nCheck the network, HTTPS_PROXY, and AWS_ENDPOINT_URL if it is set.\n",
    ]);
    const stranger = await customers("revoke hooli --now", {
      AWS_ACCESS_KEY_ID: "AKIANOBODYKNOWSTHIS0",
    });
    expect(stranger.stderr).to.contain("Error: AWS does not accept the credentials");
    expect(sandbox.front.journal.writes()).to.equal(writes);
  });

  // The deny, then each of two keys.
  for (const write of [1, 2, 3]) {
    it(`is completed by running revoke again after it was killed at write ${write} to AWS`, async () => {
      const { project, sandbox } = running;
      const id = `killed-${write}`;
      const { iam } = sandbox.view;
      await iam.send(new CreateUserCommand({ UserName: id, Path: "/customers/" }));
      for (const _ of [1, 2]) await iam.send(new CreateAccessKeyCommand({ UserName: id }));
      project.write(id, `name: ${id}\nrepositories: [sdk]\n`);
      const environment = { ...project.environment, ...role };
      const { child, end } = startScript(["revoke", id, "--now"], {
        cwd: project.directory,
        environment,
      });
      sandbox.front.faults.atCall(write, () => void child.kill("SIGKILL"));
      expect((await end).signal).to.equal("SIGKILL");
      expect(text(id)).not.to.contain("suspended");
      const again = await asRole(`revoke ${id} --now`);
      expect(again.code, again.stderr).to.equal(0);
      const user = await sandbox.view.user(id);
      expect(user.inlinePolicies).to.deep.equal(DENIED);
      expect(Object.values(user.keys)).to.deep.equal(["Inactive", "Inactive"]);
      expect(text(id)).to.contain("status: suspended");
      project.remove(id);
    });
  }

  it("is completed by running revoke again after it was killed at a write to the file", async () => {
    const { project } = running;
    const before = "name: hooli\nrepositories: [edge-agent]\n";
    let kills = 0;
    for (let killAtWrite = 1; ; killAtWrite++) {
      project.write("hooli", before);
      const environment = { ...project.environment, ...role };
      const run = { cwd: project.directory, environment, killAtWrite };
      const { signal } = await startScript(["revoke", "hooli", "--now"], run).end;
      if (signal === null) break;
      kills += 1;
      expect(text("hooli")).to.equal(before);
      expect((await asRole("revoke hooli --now")).code).to.equal(0);
      expect(text("hooli")).to.contain("status: suspended");
    }
    expect(kills).to.be.at.least(5);
  });

  it("is undone with a new key after an update, and the old key stays inactive", async () => {
    await customers("up --yes --allow-revocations 9");
    // Whoever has the old key may have logged in with it: that login has ended by then.
    const later = (argv: string) =>
      customersScript(running, argv.split(" "), { now: new Date("2027-01-01T00:00:00Z") });
    const refused = await later("resume hooli");
    expect(refused.stderr).to.contain("all keys of hooli are inactive in its file");
    const resumed = await later("resume hooli --new-key");
    expect(resumed.stdout).to.contain(
      "it was revoked: make sure that `npm run customers -- up` has run since",
    );
    expect(text("hooli")).to.match(/edge-agent\]\nkeys: \{ 1: inactive, 2: active \}\n$/);
    const old = customerKey(running, "hooli-1");
    const { code, stdout, stderr } = await later("up --yes");
    expect(code, stdout + stderr).to.equal(0);
    const fresh = customerKey(running, "hooli-2");
    secrets.push(old, fresh);
    expect(await pull(fresh)).to.equal("pulled");
    expect(await pull(old)).to.match(/UnrecognizedClient|InvalidClient/);
  });

  it("removes the file when it is permanent and AWS shows it, and the id is never used again", async () => {
    const { project } = running;
    const list = join(project.directory, "retired-customers.txt");
    const before = text("acme");
    let kills = 0;
    for (let killAtWrite = 1; ; killAtWrite++) {
      const { environment } = project;
      const run = { cwd: project.directory, environment, killAtWrite };
      const { code, signal, written: said } = await startScript(["offboard", "acme"], run).end;
      if (signal === null) {
        expect(code, said).to.equal(0);
        break;
      }
      kills += 1;
      // Either nothing has happened, or the id is on the list and the next run only removes the file.
      expect(text("acme")).to.equal(before);
      if (existsSync(list)) {
        expect((await customers("validate")).stderr).to.contain("[id-retired]");
      }
    }
    expect(kills).to.be.at.least(6);
    expect(existsSync(path("acme"))).to.equal(false);
    expect(readFileSync(list, "utf8").match(/^acme \d{4}-\d\d-\d\d$/gm)).to.have.length(1);
    const again = await customers("offboard acme");
    expect(again.code).to.equal(0);
    expect(again.stdout).to.contain("acme was off-boarded on");
    project.write("acme", "name: Another\nrepositories: [edge-agent]\n");
    expect((await customers("validate")).stderr).to.contain("[id-retired]");
    expect((await customers("offboard acme")).code).to.equal(1);
    project.remove("acme");
  });

  it("writes no secret anywhere", () => {
    const all = [
      ...secrets.map(({ secretAccessKey }) => secretAccessKey),
      role["AWS_SECRET_ACCESS_KEY"] ?? "",
    ];
    expect(all.every((secret) => secret.length > 20)).to.equal(true);
    const { directory } = running.project;
    const files = (readdirSync(directory, { recursive: true }) as string[])
      .map((name) => join(directory, name))
      .filter((name) => statSync(name).isFile());
    expect(files.length).to.be.greaterThan(5);
    expect(written.length).to.be.greaterThan(20);
    const places = [...written, ...files.map((name) => readFileSync(name, "latin1"))];
    for (const secret of all) {
      const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
      for (const form of forms) {
        expect(places.filter((place) => place.includes(form))).to.deep.equal([]);
      }
    }
  });
});
