/**
 * Proves that the first update of adopted customers takes users and keys as they are: the same unique ids and keys
 * afterwards, under `/customers/`, in the group, with no pull by an old key that fails meanwhile, also when the update is
 * killed at some of its writes (at any of them: `npm run bench:adopt-kills`), or again and again. Judged by signed pulls in a loop and by what AWS holds.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { PolicyDocument, RepositoryPolicyDocument } from "../../src/access/model";
import { customerKey, PullLoop, signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { descendantsOf, killIfAlive, type Process } from "./support/processes";
import { startScript } from "./support/scriptProcess";
import { adoptedFile, plantUser, PULL, type PlantedUser } from "./support/plantedUsers";
import { withSandbox, type Running } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;

/** Plants three users who pull by hand-made policies, and writes their files. */
async function plant(running: Running, prefix: string): Promise<PlantedUser[]> {
  const { project, sandbox } = running;
  const acme = await plantUser(running, { name: `${prefix}Acme_Puller`, path: "/vendors/" });
  const globex = await plantUser(running, { name: `${prefix}globex`, keys: 2, inlinePull: true });
  const hooli = await plantUser(running, { name: `${prefix}hooli`, path: "/a/b/" });
  const present = (await sandbox.view.repositoryPolicy("edge-agent")) as
    RepositoryPolicyDocument | undefined;
  await sandbox.view.setRepositoryPolicy("edge-agent", {
    ...(present ?? { Version: "2012-10-17" }),
    Statement: [
      ...((present?.Statement ?? []) as PolicyDocument["Statement"]),
      {
        Sid: "ByHand",
        Effect: "Allow",
        Principal: { AWS: [acme.arn, hooli.arn] },
        Action: PULL,
      },
    ],
  });
  const users = [acme, globex, hooli];
  for (const user of users) {
    project.write(idOf(user), adoptedFile(user, ["edge-agent", "sdk"]));
  }
  return users;
}

function idOf({ name }: PlantedUser): string {
  return name.toLowerCase().replace("_", "-");
}

/** The import of secrets would drop what the killed run has left in the state. */
async function expectNoSecretsTaken(running: Running): Promise<void> {
  const table = join(mkdtempSync(join(tmpdir(), "keys-")), "keys.csv");
  writeFileSync(table, "Access key ID,Secret access key\nAKIAEXAMPLE123456789,secret\n");
  const { code, stderr } = await customersScript(running, ["adopt", "--secrets", table]);
  expect(code).to.equal(1);
  expect(stderr).to.contain("was interrupted, and nothing was changed");
}

function loopsOf(running: Running, users: readonly PlantedUser[]): PullLoop[] {
  return users.map((user) => new PullLoop(signedPull(running), () => user.keys[0]!, "edge-agent"));
}

async function expectNoFailure(loops: readonly PullLoop[]): Promise<void> {
  for (const loop of loops) await loop.stop();
  expect(loops.flatMap(({ failures }) => failures)).to.deep.equal([]);
  expect(loops.every(({ pulls }) => pulls > 0)).to.equal(true);
}

/** Users in AWS as customers: the same ids and keys, at the path of customers, in the group, and pulling. */
async function expectAdopted(running: Running, users: readonly PlantedUser[]): Promise<void> {
  const { view } = running.sandbox;
  const held = await view.users(users.map(({ name }) => name));
  expect(held.map(({ name, path, groups }) => ({ name, path, groups }))).to.deep.equal(
    users.map(({ name }) => ({ name, path: "/customers/", groups: ["ecr-customers"] })),
  );
  for (const { name, keys } of users) {
    const ids = (await view.accessKeys(name)).map(({ id }) => id);
    expect(ids.sort()).to.deep.equal(keys.map(({ accessKeyId }) => accessKeyId).sort());
  }
  for (const user of users) {
    for (const key of user.keys) {
      for (const repository of ["edge-agent", "sdk"]) await signedPull(running)(key, repository);
    }
  }
}

const UP = ["up", "--yes", "--allow-adoption-changes", "1,2,3"];

/** Set by `npm run bench:adopt-kills`: the number of a write, or `chain`. */
const KILLS = process.env["ADOPTION_KILLS"];

/** Writes at which a run is killed: at the first import's record, the group, a membership, a user's move, a policy. */
const WRITES = KILLS === undefined || KILLS === "chain" ? [1, 4, 7, 10] : [Number(KILLS)];

/** How much later each run of a chain is killed. */
const STEP = KILLS === "chain" ? 1 : 4;

/** Updates, and kills the script and its engine right before a write. @returns whether there was such a write. */
async function killedAt({ project, sandbox }: Running, write: number): Promise<boolean> {
  const { child, end } = startScript(UP, {
    cwd: project.directory,
    environment: project.environment,
  });
  let orphans: Process[] = [];
  let isReached = false;
  sandbox.front.faults.atCall(write, () => {
    isReached = true;
    orphans = descendantsOf(child.pid ?? 0);
    for (const { pid } of orphans) killIfAlive(pid);
    child.kill("SIGKILL");
  });
  const { signal, code, written } = await end;
  sandbox.front.faults.clear();
  for (const { pid } of orphans) killIfAlive(pid);
  if (isReached) {
    expect(signal, written).to.equal("SIGKILL");
    await project.unlock();
  } else {
    expect(code, written).to.equal(0);
  }
  return isReached;
}

describe("the first update of adopted customers", function () {
  const running = withSandbox(this, SETTINGS);
  // The first `adopt --finish` reads 90 days of CloudTrail, at two calls a second.
  this.timeout(180_000);

  for (const write of WRITES) {
    it(`is finished by the next run after a kill at write ${write}, and no pull fails`, async function () {
      if (KILLS !== undefined) this.timeout(600_000);
      const users = await plant(running, `at${write}-`);
      const loops = loopsOf(running, users);
      const isKilled = await killedAt(running, write);
      if (KILLS === undefined) expect(isKilled).to.equal(true);
      if (write === 7) await expectNoSecretsTaken(running);
      const { code, stdout, stderr } = await customersScript(running, UP);
      await expectNoFailure(loops);
      expect(code, stdout + stderr).to.equal(0);
      await expectAdopted(running, users);
      // The bench sees by it that the update has fewer writes.
      if (!isKilled) this.skip();
    });
  }

  it("is finished although run after run is killed, each later, and no pull fails", async function () {
    this.timeout(KILLS === undefined ? 400_000 : 3_600_000);
    const users = await plant(running, "chain-");
    const loops = loopsOf(running, users);
    let kills = 0;
    while (await killedAt(running, kills * STEP + 1)) kills += 1;
    await expectNoFailure(loops);
    expect(kills).to.be.greaterThan(1);
    const { code, stdout, stderr } = await customersScript(running, UP);
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.contain("Nothing to do.");
    await expectAdopted(running, users);
  });

  it("takes users and keys as they are, and no pull fails", async () => {
    const users = await plant(running, "");
    const loops = loopsOf(running, users);
    const preview = await customersScript(running, ["preview"]);
    expect(preview.stdout).to.contain(
      `user Acme_Puller with key ${users[0]?.keys[0]?.accessKeyId} is taken over as it is`,
    );
    expect(preview.stdout).not.to.contain("hand it over");
    const refused = await customersScript(running, ["up", "--yes"]);
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).to.contain(
      "the adoption would change 2 access rights, and each has to be accepted by its number:\n" +
        "  1. user Acme_Puller gains pull sdk\n" +
        "  2. user hooli gains pull sdk\n",
    );
    expect(refused.stderr).to.contain("up --allow-adoption-changes 1,2");
    const { code, stdout, stderr } = await customersScript(running, [
      ...["up", "--yes", "--allow-adoption-changes", "1,2"],
    ]);
    await expectNoFailure(loops);
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.contain("3 adopted customers still have rights from before");
    await expectAdopted(running, users);
    const again = await customersScript(running, ["up", "--yes", "--refresh"]);
    expect(again.code, again.stdout + again.stderr).to.equal(0);
    expect(again.stdout).to.contain("Nothing to do.");
  });

  it("ends what a user had before by `adopt --finish`, and it still pulls", async () => {
    const { project, sandbox } = running;
    const [, globex] = await plant(running, "end-");
    const up = await customersScript(running, [
      ...["up", "--yes", "--allow-adoption-changes", "1,2"],
    ]);
    expect(up.code, up.stdout + up.stderr).to.equal(0);
    const key = globex!.keys[0]!;
    await signedPull(running)(key, "edge-agent");
    const finished = await customersScript(running, ["adopt", "--finish", "end-globex", "--yes"]);
    expect(finished.code, finished.stdout + finished.stderr).to.equal(0);
    expect(await sandbox.view.userPolicy("end-globex", "pull")).to.equal(undefined);
    const file = project.load().customers.find(({ id }) => id === "end-globex");
    expect(file?.adopted?.finished).to.equal(project.today);
    for (const repository of ["edge-agent", "sdk"]) await signedPull(running)(key, repository);
  });

  it("keeps what a user had before while its key is used for something else", async () => {
    const { sandbox } = running;
    const [acme] = await plant(running, "busy-");
    const up = await customersScript(running, [
      ...["up", "--yes", "--allow-adoption-changes", "1,2"],
    ]);
    expect(up.code, up.stdout + up.stderr).to.equal(0);
    const key = acme!.keys[0]!;
    sandbox.front.keyUses.noteUse(key.accessKeyId, {
      at: new Date(),
      service: "s3",
      region: "eu-central-1",
    });
    const refused = await customersScript(running, [
      "adopt",
      "--finish",
      "busy-acme-puller",
      "--yes",
    ]);
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.contain(`key ${key.accessKeyId} was used for s3 at `);
    expect(await sandbox.view.userPolicy("busy-Acme_Puller", "pull")).not.to.equal(undefined);
  });

  it("keeps what a user had before while it pushes images", async () => {
    const { sandbox } = running;
    const [acme] = await plant(running, "push-");
    const up = await customersScript(running, [
      ...["up", "--yes", "--allow-adoption-changes", "1,2"],
    ]);
    expect(up.code, up.stdout + up.stderr).to.equal(0);
    const use = { service: "ecr", action: "PutImage", at: new Date() };
    sandbox.front.keyUses.noteAction(acme!.keys[0]!.accessKeyId, use);
    const argv = ["adopt", "--finish", "push-acme-puller", "--yes"];
    const refused = await customersScript(running, argv);
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).to.contain("it called ecr:PutImage at ");
    expect(await sandbox.view.userPolicy("push-Acme_Puller", "pull")).not.to.equal(undefined);
  });

  it("gets the secrets of adopted keys from a Terraform state, into the encrypted state only", async () => {
    const { project } = running;
    const [acme] = await plant(running, "tf-");
    const up = await customersScript(running, [
      ...["up", "--yes", "--allow-adoption-changes", "1,2"],
    ]);
    expect(up.code, up.stdout + up.stderr).to.equal(0);
    const { accessKeyId: id, secretAccessKey: secret } = acme!.keys[0]!;
    const source = join(mkdtempSync(join(tmpdir(), "terraform-")), "terraform.tfstate");
    const attributes = { id, user: acme!.name, secret, status: "Active" };
    const key = { mode: "managed", type: "aws_iam_access_key", name: "acme" };
    const resources = [{ ...key, instances: [{ attributes }] }];
    const text = JSON.stringify({ version: 4, resources });
    writeFileSync(source, text);
    const run = await customersScript(running, ["adopt", "--secrets", source]);
    expect(run.code, run.stdout + run.stderr).to.equal(0);
    expect(run.stdout + run.stderr).not.to.contain(secret);
    expect(readFileSync(source, "utf8")).to.equal(text);
    expect(readdirSync(dirname(source))).to.deep.equal(["terraform.tfstate"]);
    expect(customerKey(running, "tf-acme-puller-1")).to.deep.equal(acme!.keys[0]);
    const state = readdirSync(project.directory, { recursive: true, withFileTypes: true });
    for (const entry of state.filter((one) => one.isFile())) {
      expect(readFileSync(join(entry.parentPath, entry.name), "utf8")).not.to.contain(secret);
    }
    const again = await customersScript(running, ["up", "--yes"]);
    expect(again.code, again.stdout + again.stderr).to.equal(0);
    expect(customerKey(running, "tf-acme-puller-1")).to.deep.equal(acme!.keys[0]);
  });
});
