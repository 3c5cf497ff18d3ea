// `npm run bench:drift [SIZES]`: how long reading the whole account and comparing it with the files takes, on the
// sandbox's emulator, and with 5,000 users when each call takes 100 ms.
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import { AwsClient } from "../automation/aws/client";
import { compareWithAws } from "../automation/compare/compare";
import { createAssumedRepositories } from "../sandbox/repositories";
import { startSandbox, type Sandbox } from "../sandbox/sandbox";
import { digits } from "../src/counted";
import type { Customer } from "../src/customers/model";
import { CONFIG, GROUP, inputOf, POLICIES, tagsOf } from "./drift/account";
import { recordedAws } from "./drift/recordedAws";
import { printTable } from "./table";

const SIZES = (process.argv[2] ?? "200,1000").split(",").map(Number);
const RUNS = 2;
const MANY = 5_000;
const DELAY = 100;

async function createUser({ view: { iam } }: Sandbox, customer: Customer): Promise<void> {
  const { id: UserName } = customer;
  const Tags = tagsOf(customer).map(([Key, Value]) => ({ Key, Value }));
  await iam.send(new CreateUserCommand({ UserName, Path: "/customers/", Tags }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName: GROUP }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
}

async function createGroup({ view: { iam } }: Sandbox): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName: GROUP }));
  for (const { name: PolicyName, text: PolicyDocument } of POLICIES) {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    const attachment = { GroupName: GROUP, PolicyArn: Policy?.Arn ?? "" };
    await iam.send(new AttachGroupPolicyCommand(attachment));
  }
}

/** Asynchronous, because this process also serves the sandbox's AWS. */
async function compared(size: number, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const args = ["--import", "tsx", join(__dirname, "drift/compareOnce.ts"), String(size)];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let written = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  await once(child, "close");
  return JSON.parse(written) as Record<string, string>;
}

async function onEmulator(): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-drift-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: () => {} });
  const rows: string[][] = [];
  const env = { PATH: process.env["PATH"], ...sandbox.environment };
  try {
    await createAssumedRepositories(sandbox.aws, CONFIG.repositories);
    await createGroup(sandbox);
    let made = 0;
    for (const size of SIZES) {
      const input = inputOf(size);
      const fresh = input.customers.slice(made);
      await pMap(fresh, (customer) => createUser(sandbox, customer), { concurrency: 16 });
      made = size;
      const { journal } = sandbox.front;
      for (let run = 0; run < RUNS; run++) {
        const before = journal.calls().length;
        const { seconds = "", cpu = "", findings = "" } = await compared(size, env);
        const calls = journal.calls().length - before;
        rows.push(["emulator", digits(size), "0", seconds, cpu, `${calls}`, String(findings)]);
      }
    }
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

async function onRecordedAnswers(): Promise<string[]> {
  const input = inputOf(MANY);
  const recorded = await recordedAws(input.customers, DELAY);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = new AwsClient({
    ...{ region: CONFIG.region, endpoint: recorded.endpoint, credentials },
  });
  try {
    const [begin, before] = [performance.now(), process.cpuUsage()];
    const { deviations } = await compareWithAws(aws, input);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    const { user, system } = process.cpuUsage(before);
    const figures = [
      seconds,
      ((user + system) / 1e6).toFixed(1),
      `${recorded.calls()}`,
      `${deviations.length}`,
    ];
    return ["recorded answers", digits(MANY), `${DELAY}`, ...figures];
  } finally {
    recorded.stop();
  }
}

async function main(): Promise<void> {
  const rows = [...(await onEmulator()), await onRecordedAnswers()];
  printTable(
    ["AWS", "customers", "ms a call", "seconds", "CPU seconds", "calls", "findings"],
    rows,
  );
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

void main();
