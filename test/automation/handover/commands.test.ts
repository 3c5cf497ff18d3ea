/**
 * Proves that the commands of a bundle work as a whole: every shell block of its README is run in order on a
 * machine of its own, with stand-ins for aws, docker, nerdctl and kubectl that record their calls. That AWS
 * accepts the calls is covered by test/e2e/handover.test.ts.
 */
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { bundleFiles } from "../../../automation/handover/bundle";
import { bundleFacts, type BundleFacts } from "../../../automation/handover/facts";
import {
  accountFacts,
  ACCOUNT,
  ACME,
  config,
  encryptedKey,
  KEY_ID,
  keyFacts,
  plainKey,
  SECRET,
} from "./support/samples";
import { CustomerMachine, shellBlocks } from "./support/shell";

const PROFILE = `ecr-${ACCOUNT}`;
const HOST = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`;
const SECOND_HOST = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;

/** Prints a password that names the region, if the profile of the call exists. */
const AWS = `
profile=; region=; command="$1 $2"; shift 2
while [ $# -gt 0 ]; do case "$1" in --profile) profile=$2;; --region) region=$2;; esac; shift 2; done
if [ -n "$profile" ]; then grep -q "^\\[$profile\\]" "$HOME/.aws/credentials" || exit 255
else [ -n "$AWS_ACCESS_KEY_ID" ] || exit 255; fi
if [ "$command" = "ecr get-login-password" ]; then echo "password-of-$region"; else echo '{}'; fi`;

/** Records registry and password of a login; refuses an empty password, as docker does. */
const DOCKER = `
case "$1" in
  login) password=$(cat); [ -n "$password" ] || exit 1; echo "$5 $password" >> "$HOME/logins";;
esac`;

const KUBECTL = `
case "$*" in
  "apply --server-side -f -") cat > "$HOME/applied";;
  "create secret"*--from-file=secret-access-key=*) echo "secret with $(cat "\${*##*=}")";;
esac`;

describe("the commands of a bundle", () => {
  let machine: CustomerMachine;

  function start(facts: BundleFacts): string[] {
    machine = new CustomerMachine();
    const files = bundleFiles(facts);
    machine.unpack(files);
    for (const [name, script] of Object.entries({
      aws: AWS,
      docker: DOCKER,
      nerdctl: DOCKER,
      kubectl: KUBECTL,
    })) {
      machine.program(name, script);
    }
    machine.program("docker-credential-ecr-login", "");
    machine.environment = { TAG: "1.4.2", AWS_ACCESS_KEY_ID: "from-ci" };
    return shellBlocks(String(files.find(({ path }) => path === "README.md")?.content));
  }

  function inHome(file: string): string {
    return readFileSync(join(machine.home, file), "utf8");
  }

  /** Runs all, and expects each to succeed. */
  async function runAll(blocks: readonly string[]): Promise<void> {
    for (const block of blocks) {
      const { code, stderr } = await machine.run(block);
      expect([code, stderr], block).to.deep.equal([0, ""]);
    }
  }

  afterEach(() => machine.remove());

  it("with a key run from first to last with the right calls", async () => {
    const blocks = start(keyFacts());
    expect(blocks).to.have.length(11);
    mkdirSync(join(machine.home, ".docker"));
    writeFileSync(
      join(machine.home, ".docker/config.json"),
      JSON.stringify({ auths: { "ghcr.io": {} }, credHelpers: { "gcr.io": "gcloud" } }),
    );
    await runAll(blocks);

    expect(inHome(".aws/credentials")).to.equal(
      `[${PROFILE}]\naws_access_key_id = ${KEY_ID}\naws_secret_access_key = ${SECRET}\n`,
    );
    expect(statSync(join(machine.home, ".aws/credentials")).mode & 0o777).to.equal(0o600);
    expect(inHome("logins").trim().split("\n")).to.deep.equal([
      `${HOST} password-of-eu-central-1`,
      `${SECOND_HOST} password-of-us-east-1`,
      `${HOST} password-of-eu-central-1`,
      `${HOST} password-of-eu-central-1`,
    ]);
    expect(JSON.parse(inHome(".docker/config.json"))).to.deep.equal({
      auths: { "ghcr.io": {} },
      credHelpers: { "gcr.io": "gcloud", [HOST]: "ecr-login", [SECOND_HOST]: "ecr-login" },
    });
    expect(inHome("applied")).to.equal(`secret with ${SECRET}\n`);
    const pull = `docker pull ${HOST}/edge-agent:1.4.2`;
    const calls = machine.calls;
    expect(calls.filter((call) => call === pull)).to.have.length(2);
    expect(calls.filter((call) => call.startsWith("kubectl"))).to.have.members([
      `kubectl create secret generic ${PROFILE}-key --dry-run=client --output=yaml --from-literal=access-key-id=${KEY_ID} --from-file=secret-access-key=${machine.bundle}/secret-access-key`,
      "kubectl apply --server-side -f -",
      `kubectl apply -f ${machine.bundle}/kubernetes/cronjob.yaml`,
      `kubectl delete job ${PROFILE}-now --ignore-not-found`,
      `kubectl create job ${PROFILE}-now --from=cronjob/${PROFILE}`,
      "kubectl apply -f kubernetes/external-secrets.yaml",
    ]);
    expect(calls.join("\n"), "the secret as an argument").not.to.contain(SECRET);
  });

  it("with a key created with a PGP key decrypt its secret first", async () => {
    const blocks = start(keyFacts({}, encryptedKey));
    machine.program(
      "gpg",
      `[ "$*" = "--output secret-access-key --decrypt secret-access-key.gpg" ] && printf %s ${SECRET} > "$2"`,
    );
    expect((await machine.run("./configure.sh")).code, "before it is decrypted").not.to.equal(0);
    await runAll(blocks);
    expect(inHome(".aws/credentials")).to.contain(`aws_secret_access_key = ${SECRET}\n`);
  });

  it("for a customer with its own AWS account use the identity in the environment", async () => {
    const blocks = start(accountFacts());
    await runAll(blocks);
    expect(machine.calls.filter((call) => call.startsWith("aws"))).to.deep.equal([
      "aws sts get-caller-identity --region eu-central-1",
      "aws ecr get-login-password --region eu-central-1",
      "aws ecr get-login-password --region us-east-1",
    ]);
  });

  it("replace the previous key, and leave all other credentials unchanged", async () => {
    start(keyFacts());
    const own = "# mine\n[default]\naws_access_key_id = A\n\n";
    const other = "[other] \nregion = eu-west-1\n";
    const old = `[ ${PROFILE} ]\naws_access_key_id = OLD\naws_secret_access_key = OLD\n# old\n`;
    const file = join(machine.root, "dotfiles");
    writeFileSync(file, own + old + other, { mode: 0o600 });
    mkdirSync(join(machine.home, ".aws"));
    symlinkSync(file, join(machine.home, ".aws/credentials"));
    await runAll(["./configure.sh", 'bundle=$PWD && cd / && "$bundle/configure.sh"']);
    expect(lstatSync(join(machine.home, ".aws/credentials")).isSymbolicLink()).to.equal(true);
    expect(readFileSync(file, "utf8")).to.equal(
      `${own}${other}[${PROFILE}]\naws_access_key_id = ${KEY_ID}\naws_secret_access_key = ${SECRET}\n`,
    );
  });

  it("change no credentials without the secret's file", async () => {
    start(keyFacts());
    mkdirSync(join(machine.home, ".aws"));
    writeFileSync(join(machine.home, ".aws/credentials"), "[default]\n");
    rmSync(join(machine.bundle, "secret-access-key"));
    expect((await machine.run("./configure.sh")).code).not.to.equal(0);
    expect(inHome(".aws/credentials")).to.equal("[default]\n");
  });

  it("do not log in with an empty password when AWS refuses", async () => {
    start(keyFacts());
    machine.program("aws", "echo AccessDeniedException >&2; exit 254");
    const { code, stderr } = await machine.run("./docker-login.sh");
    expect(code).not.to.equal(0);
    expect(stderr).to.contain("AccessDeniedException");
    expect(machine.calls.some((call) => call.startsWith("docker"))).to.equal(false);
  });

  it("treat every name as one word, whatever it contains", async () => {
    const hostile = "$(touch pwned)'`touch pwned`;touch pwned #";
    const material = { ...plainKey, keyId: `${hostile}"` };
    const host = `h${hostile}`;
    const facts = {
      ...bundleFacts(ACME, config(), { generation: 1, material }),
      registries: [{ region: hostile, host }],
      images: [`${host}/edge-agent`],
    };
    const blocks = start(facts);
    expect(blocks).to.have.length(11);
    for (const block of [...blocks, renewalScript(facts)]) await machine.run(block);
    const { stdout } = await machine.run(`find "${machine.root}" -name pwned`);
    expect(stdout).to.equal("");
    expect(machine.calls).to.include(`docker pull ${host}/edge-agent:1.4.2`);
    expect(inHome(".aws/credentials")).to.contain(`aws_access_key_id = ${hostile}"\n`);
  });
});

interface Container {
  command: string[];
  args: string[];
}

function podOf(facts: BundleFacts) {
  const text = String(
    bundleFiles(facts).find(({ path }) => path.endsWith("cronjob.yaml"))?.content,
  );
  const job = parseAllDocuments(text)[3]?.toJS() as {
    spec: {
      jobTemplate: {
        spec: { template: { spec: { initContainers: [Container]; containers: [Container] } } };
      };
    };
  };
  return job.spec.jobTemplate.spec.template.spec;
}

function renewalScript(facts: BundleFacts): string {
  return podOf(facts).initContainers[0].command[2] ?? "";
}

describe("the bundle's CronJob", () => {
  it("logs in to each registry and writes the pull secrets for kubectl to apply", async () => {
    const machine = new CustomerMachine();
    after(() => machine.remove());
    machine.program("aws", AWS);
    machine.program("kubectl", 'cat ./*.json > "$HOME/applied"');
    machine.environment = { AWS_ACCESS_KEY_ID: KEY_ID };
    const { initContainers, containers } = podOf(keyFacts());
    const [shell = "", flag = "", script = ""] = initContainers[0].command;
    expect([shell, flag]).to.deep.equal(["/bin/sh", "-c"]);
    expect(await machine.run(script)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
    const apply = ["kubectl", ...containers[0].args].join(" ");
    expect((await machine.run(apply)).code).to.equal(0);
    expect(machine.calls.at(-1)).to.equal(
      "kubectl apply --server-side --force-conflicts --filename=.",
    );

    const applied = readFileSync(join(machine.home, "applied"), "utf8").trim().split("\n");
    const secrets = applied.map((line) => JSON.parse(line) as Record<string, never>);
    expect(secrets).to.have.length(2);
    for (const [index, [region, host]] of [
      ["eu-central-1", HOST],
      ["us-east-1", SECOND_HOST],
    ].entries()) {
      const { data, ...secret } = secrets[index] ?? {};
      expect(secret).to.deep.equal({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: `${PROFILE}-${region}` },
        type: "kubernetes.io/dockerconfigjson",
      });
      const login = Buffer.from(data?.[".dockerconfigjson"] ?? "", "base64").toString("utf8");
      expect(JSON.parse(login)).to.deep.equal({
        auths: { [host ?? ""]: { username: "AWS", password: `password-of-${region}` } },
      });
    }
  });

  it("stores nothing when AWS refuses", async () => {
    const machine = new CustomerMachine();
    after(() => machine.remove());
    machine.program("aws", "exit 254");
    expect((await machine.run(renewalScript(keyFacts()))).code).not.to.equal(0);
    expect((await machine.run("ls *.json")).stdout).to.equal("");
  });
});
