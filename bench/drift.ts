// `npx tsx bench/drift.ts [SIZES]`: how long reading the whole account and comparing it with the files takes, on the
// sandbox's emulator as it is and with 100 ms for each call.
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import { compareWithAws } from "../automation/compare/compare";
import { startSandbox } from "../sandbox/sandbox";
import { createAssumedRepositories } from "../sandbox/repositories";
import type { Catalogue } from "../src/access/model";
import type { StackConfig } from "../src/config";
import type { Customer } from "../src/customers/model";
import { printTable } from "./table";

const SIZES = (process.argv[2] ?? "200,1000").split(",").map(Number);
const DELAYS = [0, 100];
const repositories: Catalogue = new Map(
  Array.from({ length: 10 }, (_, at) => [
    `product-${at}`,
    { create: false, grants: "tagged" as const, regions: ["eu-central-1"] },
  ]),
);

function customers(count: number): Customer[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `customer-${at}`,
    name: `Customer ${at}`,
    repositories: [`product-${at % 10}`],
    status: "active",
    keys: [{ generation: 1, status: "active" }],
    protected: false,
  }));
}

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "bench-drift-"));
  const sandbox = await startSandbox({ home, progress: () => {} });
  const { iam } = sandbox.view;
  const rows: string[][] = [];
  try {
    await createAssumedRepositories(sandbox.aws, repositories);
    await iam.send(new CreateGroupCommand({ GroupName: "ecr-customers" }));
    let made = 0;
    for (const size of SIZES) {
      const all = customers(size);
      await pMap(
        all.slice(made),
        async ({ id: UserName, repositories: [repository = ""] }) => {
          const tags = { "ecr-customers:customer": UserName, [`pull:${repository}`]: "allow" };
          const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
          await iam.send(new CreateUserCommand({ UserName, Path: "/customers/", Tags }));
          await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "ecr-customers" }));
          await iam.send(new CreateAccessKeyCommand({ UserName }));
        },
        { concurrency: 16 },
      );
      made = size;
      const config = {
        project: "ecr-customers",
        stack: "dev",
        account: "123456789012",
        region: "eu-central-1",
        namePrefix: "",
        cells: 1,
        customers: "customers",
        repositories,
      } satisfies StackConfig;
      for (const delay of DELAYS) {
        sandbox.front.faults.delay(delay);
        const calls = sandbox.front.journal.calls().length;
        const begin = performance.now();
        const input = { config, customers: all, today: "2026-11-23" };
        const { deviations } = await compareWithAws(sandbox.view, input);
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        const asked = sandbox.front.journal.calls().length - calls;
        rows.push([String(size), String(delay), seconds, String(asked), String(deviations.length)]);
        sandbox.front.faults.clear();
      }
    }
  } finally {
    await sandbox.stop();
    rmSync(home, { recursive: true, force: true });
  }
  printTable(["customers", "ms a call", "seconds", "calls", "findings"], rows);
}

void main();
