/**
 * Proves, with the real engine and the sandbox's AWS, that the key in a bundle is the customer's, works, and is in
 * the encrypted bundle only; that with a PGP key its secret is not even in the state; and that the bundle's own
 * commands log in and pull with it, with the real `aws` and credential helper, and with crane instead of docker.
 * Not covered: docker itself, and a Kubernetes cluster.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type * as Age from "age-encryption";
import { expect } from "chai";
import { decrypt, generateKey, readMessage, type PrivateKey } from "openpgp";
import { exportWithSecrets } from "../../automation/engine/secretExport";
import { CustomerMachine, shellBlocks } from "../automation/handover/support/shell";
import type { ScriptRun } from "../automation/support/script";
import { formsOf, Written } from "./support/canary";
import { customersScript } from "./support/customersScript";
import { deploy, expectNothingToDo } from "./support/expectations";
import { expectPush, withMachines } from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;
const HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const PROFILE = "ecr-123456789012";

describe("a hand-over", function () {
  const running = withSandbox(this, SETTINGS);
  const vendors = withMachines(running);
  let age: typeof Age;
  let identity: string;
  let pgp: PrivateKey;
  /** The system's folder for temporary files, for this suite. */
  let temporary: string;
  /** Of the vendor's image. */
  let digest: string;
  /** Everything that was printed, and every file that existed: the project's with its state, home, temporary ones. */
  let written: Written;
  const started = Date.now();
  const machines: CustomerMachine[] = [];

  before(async () => {
    age = await import("age-encryption");
    identity = await age.generateX25519Identity();
    const pair = await generateKey({ userIDs: [{ email: "a@b.example" }], format: "object" });
    pgp = pair.privateKey;
    const pgpKey = Buffer.from(pair.publicKey.write()).toString("base64");
    const { project } = running;
    temporary = mkdtempSync(join(tmpdir(), "handover-temporary-"));
    const home = running.sandbox.environment["HOME"] ?? "";
    written = new Written([project.directory, home, temporary]);
    const recipient = await age.identityToRecipient(identity);
    project.write("acme", `name: Acme\nrepositories: [edge-agent]\nageRecipient: ${recipient}\n`);
    project.write("globex", `name: Globex\nrepositories: [edge-agent]\npgpKey: ${pgpKey}\n`);
    project.write("initech", "name: Initech\nrepositories: [orchestrator]\n");
    project.write("hooli", 'name: Hooli\nrepositories: [edge-agent]\nawsAccount: "210987654321"\n');
    await deploy(running);
    digest = await expectPush(await vendors.vendor(), "edge-agent:1.4.2");
  });
  after(() => {
    written.stop();
    rmSync(temporary, { recursive: true, force: true });
    for (const machine of machines) machine.remove();
  });

  async function handover(
    argv: string[],
    environment: Record<string, string> = {},
  ): Promise<ScriptRun> {
    const usual = process.env["TMPDIR"];
    process.env["TMPDIR"] = temporary;
    try {
      const run = await customersScript(running, ["handover", ...argv], {
        environment: { TMPDIR: temporary, ...environment },
      });
      written.add(`what handover ${argv.join(" ")} printed`, run.stdout + run.stderr);
      return run;
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
    }
  }

  function bundle(name: string): Buffer {
    return readFileSync(join(running.project.directory, "handover", name));
  }

  /** Unpacks as the customer does, with the system's tar. */
  function unpack(archive: Uint8Array): CustomerMachine {
    const machine = new CustomerMachine();
    machines.push(machine);
    execFileSync("tar", ["-xf", "-", "--strip-components=1"], {
      cwd: machine.bundle,
      input: archive,
    });
    return machine;
  }

  async function openWithAge(name: string): Promise<CustomerMachine> {
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    return unpack(await decrypter.decrypt(bundle(name)));
  }

  async function openWithPgp(bytes: Uint8Array): Promise<Uint8Array> {
    const message = await readMessage({ binaryMessage: bytes });
    const { data } = await decrypt({ message, decryptionKeys: pgp, format: "binary" });
    return data as Uint8Array;
  }

  function secretOf(machine: CustomerMachine): string {
    return readFileSync(join(machine.bundle, "secret-access-key"), "utf8");
  }

  /** The key id that a customer's only user has in AWS. */
  async function keysInAws(customer: string): Promise<string[]> {
    return Object.keys((await running.sandbox.view.user(customer)).keys);
  }

  /** The ARN of the user that the key belongs to, from AWS. */
  async function ownerOf(accessKeyId: string, secretAccessKey: string): Promise<string> {
    const { endpoint, region } = running.sandbox.aws;
    const client = new STSClient({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
    });
    return (await client.send(new GetCallerIdentityCommand({}))).Arn ?? "";
  }

  /** Nothing that was printed, and no file that was seen, holds the secret or what follows from it. */
  function expectNoTrace(secret: string): void {
    noteEngineLogs();
    expect(written.find([secret])).to.deep.equal([]);
    expect(written.size).to.be.above(10);
  }

  /** Adds the engine's logs since this suite began; the folder is shared with other suites. */
  function noteEngineLogs(): void {
    const logs = join(running.sandbox.environment["PULUMI_HOME"] ?? "", "logs");
    const files = readdirSync(logs).map((name) => join(logs, name));
    for (const file of files) {
      const info = statSync(file, { throwIfNoEntry: false });
      if (info !== undefined && info.mtimeMs >= started)
        written.add(file, readFileSync(file, "latin1"));
    }
  }

  function tracesIn(text: string, secret: string): string[] {
    return formsOf(secret).flatMap(({ kind, form }) => (text.includes(form) ? [kind] : []));
  }

  it("for an age recipient holds the customer's working key, and leaves its secret nowhere else", async () => {
    const run = await handover(["acme", "--json"]);
    expect([run.code, run.stderr]).to.deep.equal([0, ""]);
    const [key = ""] = await keysInAws("acme");
    expect(JSON.parse(run.stdout)).to.deep.include({
      stack: "dev",
      customer: "acme",
      generation: 1,
      key,
      to: await age.identityToRecipient(identity),
      open: "age --decrypt --identity key.txt acme-1.tar.age | tar -xf -",
    });
    const machine = await openWithAge("acme-1.tar.age");
    const secret = secretOf(machine);
    expect(await ownerOf(key, secret)).to.equal("arn:aws:iam::123456789012:user/customers/acme");
    expect(await ownerOf(key, `${secret.slice(1)}x`).catch(() => "refused")).to.equal("refused");
    expectNoTrace(secret);
  });

  it("is recorded in the customer's file, and changes nothing in AWS", async () => {
    const text = readFileSync(join(running.project.directory, "customers/acme.yaml"), "utf8");
    const [key = ""] = await keysInAws("acme");
    expect(text).to.match(
      new RegExp(`\\nhandedOver:\\n {2}dev/1:\\n {4}key: ${key}\\n {4}on: 2026-11-23\\n`),
    );
    await expectNothingToDo(running);
  });

  it("has a README whose commands log in as the customer", async () => {
    const machine = await openWithAge("acme-1.tar.age");
    const secret = secretOf(machine);
    const [key = ""] = await keysInAws("acme");
    const blocks = shellBlocks(readFileSync(join(machine.bundle, "README.md"), "utf8"));
    expect(blocks).to.have.length(11);
    const outputs: string[] = [];
    const dockerConfig = join(machine.home, ".docker/config.json");
    const configs: string[] = [];
    for (const block of blocks) {
      // Only the last block, the one for CI, takes the key from its environment.
      const inCi = block === blocks.at(-1);
      useClients(machine, inCi ? { accessKeyId: key, secretAccessKey: secret } : undefined);
      const { code, stdout, stderr } = await machine.run(block);
      expect(code, `${block}\n${stderr}`).to.equal(0);
      outputs.push(stdout);
      if (block.includes("use-credential-helper")) configs.push(readFileSync(dockerConfig, "utf8"));
      // The helper replaces a login, and the rest of the README logs in.
      if (block.startsWith("AWS_PROFILE=")) rmSync(dockerConfig);
    }
    expect(outputs.join("\n")).to.contain('"Arn": "arn:aws:iam::123456789012:user/customers/acme"');
    configs.push(readFileSync(dockerConfig, "utf8"));
    const [withHelper = {}, withLogin = {}] = configs.map(
      (text) =>
        JSON.parse(text) as { auths?: Record<string, { auth: string }>; credHelpers?: object },
    );
    expect(withHelper.credHelpers).to.deep.equal({ [HOST]: "ecr-login" });
    for (const { auths } of [withHelper, withLogin]) {
      const login = Buffer.from(auths?.[HOST]?.auth ?? "", "base64").toString("utf8");
      expect(login).to.match(/^AWS:.{8,}/);
    }
    const config = readFileSync(join(machine.home, ".aws/credentials"), "utf8");
    expect(config).to.contain(
      `[${PROFILE}]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`,
    );
    expect(machine.calls.join("\n")).not.to.contain(secret);
  });

  it("lets the customer pull the vendor's image, and no other repository's", async () => {
    const customer = await openWithAge("acme-1.tar.age");
    useClients(customer);
    const pulled = await customer.run(
      `./configure.sh && ./docker-login.sh && docker pull ${HOST}/edge-agent:1.4.2`,
    );
    expect(pulled.code, pulled.stderr).to.equal(0);
    expect(readFileSync(join(customer.home, "pulled/index.json"), "utf8")).to.contain(digest);
    const other = await customer.run(`docker pull ${HOST}/orchestrator:1.4.2`);
    expect([other.code, other.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code !== 0 && said.includes("DENIED"),
    );
  });

  it("for a PGP key holds the ciphertext of a secret that is not in the state", async () => {
    const { project, sandbox } = running;
    const run = await handover(["globex"]);
    expect(run.code, run.stderr).to.equal(0);
    const machine = unpack(await openWithPgp(bundle("globex-1.tar.gpg")));
    expect(readdirSync(machine.bundle)).not.to.include("secret-access-key");
    const ciphertext = readFileSync(join(machine.bundle, "secret-access-key.gpg"));
    const secret = Buffer.from(await openWithPgp(ciphertext)).toString("utf8");
    const [key = ""] = await keysInAws("globex");
    expect(await ownerOf(key, secret)).to.equal("arn:aws:iam::123456789012:user/customers/globex");

    const state = await exportWithSecrets({
      executable: sandbox.engine.executable,
      projectDirectory: project.directory,
      stack: "dev",
      environment: project.environment,
    });
    // The export does hold secrets, such as acme's, so it would hold this one.
    const acmes = secretOf(await openWithAge("acme-1.tar.age"));
    expect(tracesIn(state, acmes)).to.include.members(["plain", "SES password"]);
    expect(tracesIn(state, secret)).to.deep.equal([]);
    expectNoTrace(secret);
  });

  it("without a public key opens with a passphrase that is shown once, apart from the result", async () => {
    const run = await handover(["initech", "--json"]);
    expect(run.code, run.stderr).to.equal(0);
    const [passphrase = ""] = /(?:[2-9a-z]{5}-){5}[2-9a-z]{5}/.exec(run.stderr) ?? [];
    expect(run.stdout).not.to.contain(passphrase.slice(0, 11));
    const decrypter = new age.Decrypter();
    decrypter.addPassphrase(passphrase);
    const machine = unpack(await decrypter.decrypt(bundle("initech-1.tar.age")));
    const [key = ""] = await keysInAws("initech");
    expect(await ownerOf(key, secretOf(machine))).to.contain("user/customers/initech");
    expectNoTrace(secretOf(machine));
    // Printed once, on standard error, and written to no file.
    expect(written.find([passphrase]).filter((place) => !place.includes("printed"))).to.deep.equal(
      [],
    );
  });

  it("is the set-up alone for a customer with its own AWS account", async () => {
    const run = await handover(["hooli"]);
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout).to.contain("contains no key and no secret, so it is not encrypted");
    expect(readdirSync(unpack(bundle("hooli.tar")).bundle)).to.include("pull-policy.json");
  });

  it("leaves no bundle, no record and no trace of the secret when it is refused or fails", async () => {
    const { project } = running;
    const secrets = [secretOf(await openWithAge("acme-1.tar.age"))];
    const [bundles, file] = [
      readdirSync(join(project.directory, "handover")),
      readFileSync(join(project.directory, "customers/acme.yaml"), "utf8"),
    ];
    const unrecorded = file.replace(/handedOver:[^]*$/, "");
    project.write("stranger", "name: Stranger\nrepositories: [edge-agent]\n");
    project.write("acme", unrecorded);
    const runs: [said: string, run: ScriptRun][] = [
      ["already exists", await handover(["acme", "--debug"])],
      ["is not in AWS yet", await handover(["stranger"])],
      ["a passphrase would stay in the CI log", await handover(["stranger"], { CI: "true" })],
      ["there is no customer", await handover(["acne"])],
      ["no active key of generation 2", await handover(["acme", "--generation", "2"])],
      [
        "passphrase is missing or wrong",
        await handover(["acme", "--debug", "--out", "elsewhere"], {
          PULUMI_CONFIG_PASSPHRASE: "wrong",
        }),
      ],
      ["cannot be written", await handover(["acme", "--debug", "--out", "Pulumi.yaml"])],
      [
        "engine was not found",
        await handover(["acme", "--out", "elsewhere"], { PATH: "/nowhere" }),
      ],
    ];
    project.write("acme", file);
    runs.push(["was handed over on 2026-11-23", await handover(["acme"])]);
    project.remove("stranger");
    for (const [said, { code, stdout, stderr }] of runs) {
      expect([code, stdout], said).to.deep.equal([1, ""]);
      expect(stderr).to.contain(said);
    }
    expect(readdirSync(join(project.directory, "handover"))).to.deep.equal(bundles);
    expect(existsSync(join(project.directory, "elsewhere"))).to.equal(false);
    for (const secret of secrets) expectNoTrace(secret);
  });

  it("of the next key needs an update first, and holds only that key", async () => {
    const { project } = running;
    const file = join(project.directory, "customers/acme.yaml");
    const [first = ""] = await keysInAws("acme");
    writeFileSync(file, `${readFileSync(file, "utf8")}keys: { 1: active, 2: active }\n`);
    const early = await handover(["acme"]);
    expect([early.code, early.stderr]).to.deep.equal([
      1,
      "Error: key 2 of acme is not in AWS yet\nRun `npm run customers -- up --stack dev` first.\n",
    ]);
    await deploy(running);
    const run = await handover(["acme"]);
    expect(run.code, run.stderr).to.equal(0);
    const second = (await keysInAws("acme")).filter((key) => key !== first);
    const machine = await openWithAge("acme-2.tar.age");
    expect(await ownerOf(second[0] ?? "", secretOf(machine))).to.contain("user/customers/acme");
    expect(secretOf(machine)).not.to.equal(secretOf(await openWithAge("acme-1.tar.age")));
    expect(readFileSync(file, "utf8")).to.match(/handedOver:\n {2}dev\/1:\n(.*\n){3} {2}dev\/2:\n/);
  });

  /** Gives a machine crane as docker and nerdctl, and a stand-in that records its calls as kubectl. */
  function useClients(
    machine: CustomerMachine,
    key?: { accessKeyId: string; secretAccessKey: string },
  ): void {
    const { sandbox } = running;
    const { endpoint } = sandbox.aws;
    const docker = [
      'if [ "$1" = login ]; then exec crane auth login --username "$3" --password-stdin "$5"; fi',
      'rm -rf "$HOME/pulled"',
      'exec crane pull --insecure --format=oci "$2" "$HOME/pulled"',
    ].join("\n");
    machine.program("docker", docker);
    machine.program("nerdctl", docker);
    machine.program("kubectl", "[ ! -p /dev/stdin ] || cat > /dev/null");
    machine.environment = {
      PATH: [machine.programs, sandbox.environment["PATH"]].join(delimiter),
      TAG: "1.4.2",
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(key === undefined
        ? {}
        : { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey }),
      // As a proxy, the sandbox answers under ECR's own host names.
      HTTP_PROXY: endpoint,
      HTTPS_PROXY: endpoint,
      NO_PROXY: new URL(endpoint).hostname,
    };
  }
});

describe("a hand-over from one of several cells", function () {
  const running = withSandbox(
    this,
    SETTINGS.replace(
      "ecr-customers:repositories",
      "ecr-customers:cells: 3\n  ecr-customers:repositories",
    ),
  );

  it("finds the key in the customer's own cell, and needs an update first for a new cell", async () => {
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    const recipient = await identityToRecipient(await generateX25519Identity());
    const text = `name: A\nrepositories: [edge-agent]\nageRecipient: ${recipient}\n`;
    running.project.write("acme", text);
    const early = await customersScript(running, ["handover", "acme"]);
    expect([early.code, early.stderr]).to.deep.equal([
      1,
      "Error: key 1 of acme is not in AWS yet\nRun `npm run customers -- up --stack dev` first.\n",
    ]);
    const up = await customersScript(running, ["up", "--yes"]);
    expect(up.code, up.stderr).to.equal(0);
    const run = await customersScript(running, ["handover", "acme", "--json"]);
    expect(run.code, run.stderr).to.equal(0);
    const { keys } = await running.sandbox.view.user("acme");
    expect(JSON.parse(run.stdout)).to.deep.include({ stack: "dev", key: Object.keys(keys)[0] });
  });
});
