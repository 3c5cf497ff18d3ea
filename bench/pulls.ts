// `npm run bench:pulls [count]`: many pulls in the sandbox, read by `pulls` through CloudTrail's two calls a second and
// compared with the registry's own log, and how long `pulls --cached` takes then. The bar is half a second.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import pMap from "p-map";
import { startSandbox } from "../sandbox/sandbox";
import { login, pull, pushImage } from "./sandboxPulls";
import { printTable } from "./table";

const PULLS = Number(process.argv[2] ?? 10_000);
const CUSTOMERS = 5;
const REPOSITORY = "edge-agent";
const SCRIPT = join(__dirname, "..", "automation", "customers.mjs");
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    ${REPOSITORY}: { grants: tagged }
`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-pulls-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: console.error });
  try {
    mkdirSync(join(folder, "customers"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.prod.yaml"), SETTINGS);
    const ecr = new ECRClient(sandbox.aws);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    await pushImage(sandbox, REPOSITORY, await login(sandbox));
    const iam = new IAMClient(sandbox.aws);
    const statement = { Effect: "Allow", Action: "ecr:*", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "pull", PolicyDocument }),
    );
    const logins: string[] = [];
    for (let number = 1; number <= CUSTOMERS; number++) {
      const UserName = `customer-${number}`;
      const text = `name: Customer ${number}\nrepositories: [${REPOSITORY}]\n`;
      writeFileSync(join(folder, "customers", `${UserName}.yaml`), text);
      await iam.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
      const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const credentials = {
        accessKeyId: key?.AccessKeyId ?? "",
        secretAccessKey: key?.SecretAccessKey ?? "",
      };
      logins.push(await login(sandbox, credentials));
    }
    const seconds = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return ((performance.now() - started) / 1000).toFixed(2);
    };
    const pulled = await seconds(() =>
      pMap(
        Array.from({ length: PULLS }, (_, at) => logins[at % CUSTOMERS] ?? ""),
        (authorization) => pull(sandbox.front.endpoint, REPOSITORY, "1.0", authorization),
        { concurrency: 16 },
      ),
    );
    // Not execFileSync: the sandbox answers in this process.
    const run = (...argv: readonly string[]) =>
      new Promise<string>((resolve, reject) => {
        const env = { ...process.env, ...sandbox.environment };
        const child = spawn(process.execPath, [SCRIPT, "pulls", ...argv], { cwd: folder, env });
        let text = "";
        child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
        child.on("close", (code) => {
          if (code === 0) resolve(text);
          else reject(new Error(`pulls exited with ${code}`));
        });
      });
    let document = "";
    const read = await seconds(async () => (document = await run("--json")));
    const found = (JSON.parse(document) as { pulls: { customer?: string }[] }).pulls;
    const cached = await seconds(() => run("--cached"));
    const logged = sandbox.front.journal.calls("BatchGetImage").length;
    printTable(
      [
        "pulls",
        "in the registry's log",
        "shown by pulls",
        "of a customer",
        "pulling, s",
        "first read, s",
        "--cached, s",
      ],
      [
        [
          PULLS,
          logged,
          found.length,
          found.filter(({ customer }) => customer).length,
          pulled,
          read,
          cached,
        ].map(String),
      ],
    );
    if (found.length !== logged) process.exitCode = 1;
    ecr.destroy();
    iam.destroy();
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

void main();
