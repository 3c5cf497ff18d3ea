// `npm run bench:start`: how long the program takes from its start until it has declared everything,
// without engine and cloud: Pulumi's mocks answer immediately.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { printTable } from "./table";

const RUNS = 5;

/** In place of ECR: no repository has a policy yet, which the program asks first. @returns what ends it. */
async function ecrWithoutPolicies(): Promise<() => void> {
  const server = createServer((_, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: "RepositoryPolicyNotFoundException" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "A",
    AWS_SECRET_ACCESS_KEY: "B",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function measure(): Promise<void> {
  const end = await ecrWithoutPolicies();
  const pulumi = await import("@pulumi/pulumi");
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({
        id: `${name}-id`,
        // Outputs of users, and of the awsx component.
        state: {
          ...(inputs as object),
          arn: `arn:${name}`,
          uniqueId: `AIDA${name}`,
          repository: { name },
        },
      }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "ecr-customers",
    "dev",
  );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what is measured is its loading
  const program = require("../index") as () => Promise<{ customers: object }>;
  const { customers } = await program();
  console.log(JSON.stringify([Object.keys(customers).length, process.uptime() * 1000]));
  end();
}

function main(): void {
  const runs = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, ["--import", "tsx", __filename, "measure"], {
      cwd: join(__dirname, ".."),
      encoding: "utf8",
    });
    return JSON.parse(output) as [number, number];
  });
  const times = runs.map(([, time]) => time).sort((a, b) => a - b);
  const median = times[Math.floor(RUNS / 2)] ?? 0;
  const slowest = times.at(-1) ?? 0;
  printTable(
    ["customers", "median of 5", "slowest"],
    [[String(runs[0]?.[0]), `${median.toFixed(0)} ms`, `${slowest.toFixed(0)} ms`]],
  );
}

if (process.argv[2] === "measure") void measure();
else main();
