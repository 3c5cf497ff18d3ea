// Runs one version of the program for each vendor and writes what it declares. A process of its own, because two
// versions may bring two copies of Pulumi's SDK. Arguments: the version's folder, the file to write, the vendors' folders.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { declaredBy, type Declared } from "./declaredBy";

const ACCOUNT = "123456789012";
const [NAME, STACK] = ["registry-access", "prod"];

async function main(version: string, result: string, vendors: readonly string[]): Promise<void> {
  const load = createRequire(join(version, "package.json"));
  const sdk = load("@pulumi/pulumi") as typeof pulumi;
  const program = programOf(version, load);
  const close = await startEmptyAws();
  // Its outputs, which a program asks of `pulumi`, are empty, too.
  process.env["PATH"] = `${join(__dirname, "emptyStack")}${delimiter}${process.env["PATH"] ?? ""}`;
  const rendered: Declared[][] = [];
  for (const vendor of vendors) {
    process.chdir(vendor);
    rendered.push(await declaredOf(program, vendor, sdk));
  }
  writeFileSync(result, JSON.stringify(rendered));
  close();
}

/** What all stacks of a vendor declare: the one, or every cell and then their base, which asks AWS for what the cells have. */
async function declaredOf(
  program: () => unknown,
  vendor: string,
  sdk: typeof pulumi,
): Promise<Declared[]> {
  const settings = readFileSync(join(vendor, `Pulumi.${STACK}.yaml`), "utf8");
  const cells = Number(/^ +ecr-customers:cells: (\d+)$/m.exec(settings)?.[1] ?? 1);
  const declared: Declared[] = [];
  const namesOf = (type: string) =>
    declared.filter((one) => one.type === type).map(({ inputs }) => String(inputs["name"]));
  const asked = {
    listUsers: () => ({ names: namesOf("aws:iam/user:User") }),
    listRoles: () => ({ names: namesOf("aws:iam/role:Role") }),
  };
  const parts = cells === 1 ? [] : Array.from({ length: cells }, (_, cell) => `-c0${cell}`);
  for (const part of [...parts, ""]) {
    const project = { name: NAME, stack: `${STACK}${part}` };
    declared.push(...(await declaredBy(program, ACCOUNT, asked, sdk, project)));
  }
  return declared;
}

/** The sources' program, or the compiled package's. */
function programOf(version: string, load: NodeJS.Require): () => unknown {
  if (existsSync(join(version, "index.ts"))) return load("./index.ts") as () => unknown;
  // A package may require itself by its name.
  return (load("ecr-customers") as { program: () => () => unknown }).program();
}

/** Before it declares anything, the program asks AWS for the repositories' policies: there are none. */
async function startEmptyAws(): Promise<() => void> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: "RepositoryPolicyNotFoundException" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
  });
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

const [version = "", result = "", ...vendors] = process.argv.slice(2);
void main(version, result, vendors);
